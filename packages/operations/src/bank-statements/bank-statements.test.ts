import { describe, expect, it } from "vitest";
import { creditorReferenceOf } from "@plumbline/domain/bank/creditor-reference";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { clock, day, one, refusal, useBank } from "./test-kit.ts";
import { listBankEntries } from "./list-bank-entries.ts";
import { listBankStatements } from "./list-bank-statements.ts";

const bank = useBank();
const { invoice, as, takeIn, entries, openOn, balances, sound } = bank;

describe("a statement", () => {
  it("settles what is certain, keeps the rest for a person, and books fees of payments apart", async () => {
    const text = day("S-1", "0.00", "688.50", [
      one("238.00", { reference: "a", text: `Rg ${invoice(0).number}`, endToEndId: "E-1" }),
      one("230.50", {
        reference: "b",
        creditorReference: creditorReferenceOf(invoice(1).number) ?? "",
        charges: "7.50",
      }),
      one("238.00", { reference: "c", text: "thanks", name: "Client 1" }),
      one("8.00", { reference: "d", side: "DBIT", code: "FEES" }),
      one("10.00", { reference: "e", side: "DBIT", text: "rent" }),
    ]);
    expect(await takeIn(text)).toEqual([{ settled: 2, returned: 0, open: 1, held: 0, aside: 2, known: false }]);
    expect([await openOn(0), await openOn(1), await openOn(2)]).toEqual(["0.00", "0.00", "238.00"]);
    expect(await balances()).toMatchObject({ cash: "debit 468.50", bank_fees: "debit 7.50" });
    const [, , open, fee] = await entries();
    expect(fee).toMatchObject({ state: "aside", fee: true, because: "The bank's own fee." });
    expect(open?.proposals[0]).toMatchObject({ client: { name: "Client 1" }, score: 35 });
    const { items } = await as("auditor", (scope) => listBankStatements(scope, { limit: 5 }));
    expect(items).toMatchObject([
      { fees: { amount: "8.00" }, closing: { amount: "688.50" }, takenInBy: "Cleo Collector" },
    ]);
    await sound();
  });

  it("changes nothing when it comes again, whoever sends it, and is refused when it says something else then", async () => {
    const paid = one("238.00", { text: invoice(0).number });
    await takeIn(day("S-1", "0.00", "238.00", [paid]));
    const before = await balances();
    expect(await takeIn(day("S-1", "0.00", "238.00", [paid]))).toMatchObject([{ known: true, settled: 1 }]);
    expect(await balances()).toEqual(before);
    const other = takeIn(day("S-1", "0.00", "238.00", [one("238.00", { reference: "2" })]));
    expect(await refusal(other)).toMatch(/^bank-statement-refused: Ntry: .*with other entries/);
    expect(await refusal(takeIn(day("S-1", "1.00", "239.00", [paid])))).toMatch(/Bal: .*with other balances/);
  });

  it("settles once what two send at the same moment", async () => {
    const text = day("S-1", "0.00", "238.00", [one("238.00", { text: invoice(0).number })]);
    const sent = await Promise.all([takeIn(text), takeIn(text), takeIn(text)]);
    expect(sent.flat().filter(({ known }) => !known)).toHaveLength(1);
    expect(await balances()).toMatchObject({ cash: "debit 238.00" });
  });

  it("goes on where the last one ended, or is refused with the element that tells", async () => {
    await takeIn(day("S-1", "0.00", "5.00", [one("5.00", {})], { sequence: "7" }));
    const next = (from: string, to: string, more: object) =>
      refusal(takeIn(day("S-2", from, to, [one("5.00", {})], more)));
    expect(await next("5.01", "10.01", {})).toContain("Bal/Amt: statement S-2 opens with 5.01, and statement S-1");
    expect(await next("5.00", "10.00", { sequence: "9" })).toContain("ElctrncSeqNb: statement S-2 is 9");
    expect(await next("5.00", "10.00", { sequence: "8", on: "2026-11-30" })).toContain(
      "Bal/Dt: statement S-2 is 2026-11-30",
    );
    expect(await next("5.00", "10.00", { sequence: "8" })).toBe("done");
    expect(await entries()).toHaveLength(2);
  });

  it("is of an account of the firm, and of one firm alone", async () => {
    const foreign = day("S-1", "0.00", "5.00", [one("5.00", {})], { iban: "DE75512108001245126199" });
    expect(await refusal(takeIn(foreign))).toBe(
      "bank-statement-refused: Acct/Id/IBAN: DE75512108001245126199 is no account of the firm.",
    );
    await takeIn(day("S-1", "0.00", "5.00", [one("5.00", {})]));
    const other = (await issuedFirm(bank.database.current.pool, { clock })).firm;
    const seen = await (await other.as("auditor"))((scope) => listBankEntries(scope, { limit: 5 }));
    expect(seen.items).toEqual([]);
    expect(await refusal(takeIn(day("S-2", "5.00", "5.00", []), "auditor"))).toMatch(/^permission-missing/);
  });

  it("takes in nothing of a file whose last statement is wrong", async () => {
    const good = day("S-1", "0.00", "238.00", [one("238.00", { text: invoice(0).number })]);
    const [, second] = /(<Stmt>[\s\S]*<\/Stmt>)/.exec(day("S-2", "900.00", "900.00", [])) ?? [];
    expect(await refusal(takeIn(good.replace("</Stmt>", `</Stmt>${second}`)))).toContain("Bal/Amt: statement S-2");
    expect([await openOn(0), (await entries()).length]).toEqual(["238.00", 0]);
  });

  it("holds what came before in another statement, what was ordered in another currency, and what lies ahead", async () => {
    await takeIn(day("S-1", "0.00", "5.00", [one("5.00", { servicerReference: "B-1" })]));
    const held = [
      one("5.00", { reference: "a", servicerReference: "B-1" }),
      one("238.00", { reference: "b", text: invoice(0).number, instructed: { amount: "250.00", currency: "USD" } }),
      one("238.00", { reference: "c", text: invoice(1).number, on: "2026-12-24" }),
    ];
    expect(await takeIn(day("S-2", "5.00", "486.00", held))).toMatchObject([{ held: 3, settled: 0 }]);
    expect((await entries({ state: "held" })).map(({ because }) => because)).toEqual([
      "The bank sent it before, in statement S-1.",
      "It was ordered in USD and changed into EUR: a person says what it pays.",
      "It is booked on 2026-12-24, which lies ahead.",
    ]);
  });
});
