import fc from "fast-check";
import { expect, it } from "vitest";
import type { LocalDate } from "../calendar/local-date.ts";
import type { InvoiceId } from "../id.ts";
import { money } from "../money/money.ts";
import type { Application } from "./allocate-payment.ts";
import { type Credit, netCredits } from "./net-credits.ts";

const eur = (minor: bigint) => money(minor, "EUR");
const credit = (creditId: string, minor: bigint): Credit<string> => ({ creditId, left: eur(minor) });
const invoice = (id: string, minor: bigint, dueOn: string) => ({
  invoiceId: id as InvoiceId,
  open: eur(minor),
  dueOn: dueOn as LocalDate,
});
const open = [invoice("b", 5_000n, "2026-11-30"), invoice("a", 3_000n, "2026-10-31")];
const said = ({ parts }: ReturnType<typeof netCredits<string>>) =>
  parts.map(({ creditId, invoiceId, amount }) => `${creditId} → ${invoiceId}: ${amount.minor}`);

it("uses a credit note on several invoices and several credits on one", () => {
  const netted = netCredits([credit("note", 4_000n), credit("wire", 500n)], open, "oldest_first");
  expect(said(netted)).toEqual(["note → a: 3000", "note → b: 1000", "wire → b: 500"]);
  expect(netted.left).toEqual(eur(0n));
});

it("leaves what no invoice takes as the client's credit", () => {
  expect(netCredits([credit("note", 9_000n)], open, "oldest_first").left).toEqual(eur(1_000n));
});

it("goes where somebody says, and nowhere at all when anything said is wrong", () => {
  const to = (minor: bigint): Application[] => [{ invoiceId: "b" as InvoiceId, amount: eur(minor) }];
  expect(said(netCredits([credit("note", 9_000n)], open, to(5_000n)))).toEqual(["note → b: 5000"]);
  const wrong = netCredits([credit("note", 9_000n)], open, to(5_001n));
  expect([wrong.parts, wrong.issues.map(({ code }) => code)]).toEqual([[], ["above_open"]]);
});

it("loses no cent and overdraws nothing, whatever there is", () => {
  const minors = fc.array(fc.bigInt({ min: 1n, max: 9_000n }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(minors, minors, (credits, debts) => {
      const owed = debts.map((minor, index) => invoice(`i${index}`, minor, `2026-10-0${index + 1}`));
      const given = credits.map((minor, index) => credit(`c${index}`, minor));
      const { parts, left } = netCredits(given as [Credit<string>], owed, "oldest_first");
      const sumOf = (of: (part: (typeof parts)[number]) => boolean) =>
        parts.filter(of).reduce((sum, { amount }) => sum + amount.minor, 0n);
      expect(sumOf(() => true) + left.minor).toBe(credits.reduce((sum, minor) => sum + minor, 0n));
      for (const { creditId, left: of } of given)
        expect(sumOf((part) => part.creditId === creditId) <= of.minor).toBe(true);
      for (const { invoiceId, open: of } of owed)
        expect(sumOf((part) => part.invoiceId === invoiceId) <= of.minor).toBe(true);
      expect(parts.every(({ amount }) => amount.minor > 0n)).toBe(true);
    }),
  );
});
