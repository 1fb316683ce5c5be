import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "../calendar/local-date.ts";
import type { InvoiceId } from "../id.ts";
import { money } from "../money/money.ts";
import { allocatePayment, type Application, type OpenInvoice, settledBy } from "./allocate-payment.ts";
import { residualKinds } from "./residual.ts";

const eur = (minor: bigint) => money(minor, "EUR");
const invoice = (id: string, minor: bigint, dueOn: string, currency: "EUR" | "USD" = "EUR"): OpenInvoice => ({
  invoiceId: id as InvoiceId,
  open: money(minor, currency),
  dueOn: dueOn as LocalDate,
});
const open = [
  invoice("b", 5_000n, "2026-11-30"),
  invoice("a", 3_000n, "2026-12-31"),
  invoice("c", 2_000n, "2026-10-31"),
];
const told = (id: string, minor: bigint, residual?: Application["residual"]): Application => ({
  invoiceId: id as InvoiceId,
  amount: eur(minor),
  residual,
});
const codes = (available: bigint, to: readonly Application[], of = open) =>
  allocatePayment(eur(available), of, to).issues.map(({ invoiceId, code }) => `${invoiceId} ${code}`);

describe("a payment that goes to the oldest first", () => {
  it("pays what is due first whole, the next in part, and nothing else", () => {
    expect(allocatePayment(eur(6_000n), open, "oldest_first")).toEqual({
      applications: [
        { invoiceId: "c", amount: eur(2_000n) },
        { invoiceId: "b", amount: eur(4_000n) },
      ],
      left: eur(0n),
      issues: [],
    });
  });

  it("leaves a credit balance when it is more than all that is open", () => {
    expect(allocatePayment(eur(10_001n), open, "oldest_first").left).toEqual(eur(1n));
  });

  it("passes by what is owed in another currency", () => {
    const dollars = [invoice("d", 100n, "2026-01-01", "USD")];
    expect(allocatePayment(eur(100n), dollars, "oldest_first")).toEqual({
      applications: [],
      left: eur(100n),
      issues: [],
    });
  });
});

describe("a payment that goes where the client says", () => {
  it("settles what a bank kept, and leaves owed what is disputed", () => {
    const fee = told("c", 1_990n, { kind: "bank_fee", amount: eur(10n) });
    const disputed = told("b", 4_000n, { kind: "disputed", amount: eur(1_000n) });
    const { applications, left, issues } = allocatePayment(eur(6_000n), open, [fee, disputed]);
    expect([issues, left]).toEqual([[], eur(10n)]);
    expect(applications.map(settledBy)).toEqual([2_000n, 4_000n]);
  });

  it("is refused with every fault at once, and applies nothing then", () => {
    const to = [told("c", 2_001n), told("x", 1n), told("b", 0n)];
    expect(codes(9_000n, to)).toEqual(["c above_open", "x not_open", "b not_positive"]);
    expect(allocatePayment(eur(9_000n), open, to)).toMatchObject({ applications: [], left: eur(9_000n) });
  });

  it("takes no more than the payment, nor an invoice twice over", () => {
    expect(codes(2_000n, [told("c", 2_000n), told("b", 1n)])).toEqual(["b above_payment"]);
    expect(codes(9_000n, [told("c", 1_500n), told("c", 501n)])).toEqual(["c above_open"]);
    expect(codes(9_000n, [told("c", 1_990n, { kind: "disputed", amount: eur(11n) })])).toEqual(["c above_open"]);
  });

  it("never crosses currencies", () => {
    const dollars = [invoice("d", 100n, "2026-01-01", "USD")];
    expect(codes(100n, [told("d", 100n)], dollars)).toEqual(["d other_currency"]);
    const residual = { kind: "bank_fee", amount: money(1n, "USD") } as const;
    expect(codes(100n, [told("c", 1n, residual)])).toEqual(["c other_currency"]);
  });
});

describe("whatever is paid and whatever is said", () => {
  const minor = fc.bigInt({ min: -5n, max: 4_000n });
  const residual = fc.option(fc.record({ kind: fc.constantFrom(...residualKinds), amount: minor.map(eur) }), {
    nil: undefined,
  });
  const application = fc.record({ invoiceId: fc.constantFrom("a", "b", "c", "x"), amount: minor.map(eur), residual });
  const to = fc.oneof(fc.constant("oldest_first" as const), fc.array(application, { maxLength: 5 }));

  it("no cent is lost and no invoice takes more than is open on it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 12_000n }), to, (available, said) => {
        const { applications, left } = allocatePayment(
          eur(available),
          open,
          said as "oldest_first" | readonly Application[],
        );
        const taken = applications.reduce((sum, { amount }) => sum + amount.minor, 0n);
        expect(taken + left.minor).toBe(available);
        expect(left.minor >= 0n).toBe(true);
        for (const { invoiceId, open: of } of open) {
          const settled = applications.filter((one) => one.invoiceId === invoiceId).map(settledBy);
          expect(settled.reduce((sum, part) => sum + part, 0n) <= of.minor).toBe(true);
        }
      }),
    );
  });
});
