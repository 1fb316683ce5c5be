import { beforeEach, describe, expect, it } from "vitest";
import { creditorReferenceOf } from "@plumbline/domain/bank/creditor-reference";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { camt, entry } from "@plumbline/testing/camt";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findReceivable } from "../payments/find-receivable.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { refundPayment } from "../payments/refund-payment.ts";
import { importBankStatements } from "./import-bank-statements.ts";
import { listBankEntries } from "./list-bank-entries.ts";
import { findBankStatements, listBankStatements } from "./list-bank-statements.ts";
import { returnBankEntry } from "./return-bank-entry.ts";
import { setAsideBankEntry } from "./set-aside-bank-entry.ts";
import { settleBankEntry } from "./settle-bank-entry.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-12-20T10:00:00Z");
const version = "08";
let firm: Firm;
let invoices: readonly IssuedInvoice[];
const invoice = (index: number) => invoices[index] as IssuedInvoice;
beforeEach(async () => {
  ({ firm, invoices } = await issuedFirm(database.current.pool, { clients: 2, more: 2, clock }));
});

const as = async <T>(who: Parameters<Firm["as"]>[0], work: (scope: Scope) => Promise<T>): Promise<T> =>
  (await firm.as(who))(work);
const takeIn = async (text: string, who: Parameters<Firm["as"]>[0] = "collector") =>
  as(who, async (scope) => {
    const imported = await importBankStatements(scope, { bytes: Buffer.from(text), fileHash: "a".repeat(64) });
    const statements = await findBankStatements(
      scope,
      imported.map(({ id }) => id),
    );
    return statements.map((statement, index) => ({ ...statement.entries, known: imported[index]?.known }));
  });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String(error)),
  );
const entries = (filter: object = {}) =>
  as("auditor", async (scope) => (await listBankEntries(scope, { limit: 50, ...filter })).items.toReversed());
const openOn = async (index: number) =>
  (await as("auditor", (scope) => findReceivable(scope, { invoiceId: invoice(index).id }))).open.amount;
const balances = async () =>
  Object.fromEntries(
    (await as("auditor", (scope) => listLedgerBalances(scope, {}))).map(({ account, side, balance }) => [
      account,
      `${side} ${balance.amount}`,
    ]),
  );
const sound = async () => expect(await as("auditor", listLedgerFaults)).toEqual([]);
const one = (amount: string, more: Partial<Parameters<typeof entry>[0]>) => entry({ version, amount, ...more });
const day = (id: string, from: string, to: string, of: readonly string[], more: object = {}) =>
  camt({ version, id, opening: from, closing: to, entries: of, ...more });

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
    const other = (await issuedFirm(database.current.pool, { clock })).firm;
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

describe("money that the bank takes back", () => {
  const paid = () => one("238.00", { text: invoice(0).number, endToEndId: "E-1" });
  const back = (amount: string, more: object = {}) =>
    one(amount, { side: "DBIT", endToEndId: "E-1", reason: "AC04", reference: "back", ...more });

  it("undoes the payment: the invoice is owed again, and the bank's charge is the firm's cost", async () => {
    await takeIn(day("S-1", "0.00", "238.00", [paid()]));
    expect(await takeIn(day("S-2", "238.00", "-3.00", [back("241.00", { charges: "3.00" })]))).toMatchObject([
      { returned: 1, open: 0 },
    ]);
    expect(await openOn(0)).toBe("238.00");
    expect(await balances()).toMatchObject({ cash: "credit 3.00", bank_fees: "debit 3.00" });
    const [, returned] = await entries();
    expect(returned).toMatchObject({ state: "returned", because: "The bank took back E-1, for AC04." });
    await sound();
  });

  it("undoes it within the same statement too, and once", async () => {
    const text = day("S-1", "0.00", "-238.00", [paid(), back("238.00"), back("238.00", { reference: "again" })]);
    expect(await takeIn(text)).toMatchObject([{ settled: 1, returned: 1, open: 1 }]);
    expect(await openOn(0)).toBe("238.00");
    await sound();
  });

  it("waits for a person where it is not sure, who names the payment", async () => {
    await takeIn(day("S-1", "0.00", "238.00", [paid()]));
    await takeIn(day("S-2", "238.00", "0.00", [back("238.00", { endToEndId: "other" })]));
    const [first, waiting] = await entries();
    const said = { bankEntryId: waiting?.id as Id<"bank-entry">, paymentId: first?.paymentId as Id<"payment"> };
    const settle = { bankEntryId: said.bankEntryId, clientId: invoice(0).client };
    expect(await refusal(as("collector", (scope) => settleBankEntry(scope, settle)))).toMatch(/^bank-entry-refused/);
    await as("collector", (scope) => returnBankEntry(scope, said));
    expect(await openOn(0)).toBe("238.00");
    expect(await refusal(as("collector", (scope) => returnBankEntry(scope, said)))).toBe(
      "bank-entry-decided: The bank took it back, for AC04.",
    );
    await sound();
  });

  it("is refused for a payment that is not here whole any more, or is larger", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "x", endToEndId: "E-1" })]));
    const [waiting] = await entries();
    const bankEntryId = waiting?.id as Id<"bank-entry">;
    await as("collector", (scope) => settleBankEntry(scope, { bankEntryId, clientId: invoice(0).client }));
    const paymentId = (await entries())[0]?.paymentId as Id<"payment">;
    await as("controller", (scope) =>
      refundPayment(scope, { paymentId, amount: money(1n, "EUR"), reason: "too much" }),
    );
    const text = day("S-2", "300.00", "-200.00", [back("300.00"), back("200.00", { reference: "less" })]);
    expect(await takeIn(text)).toMatchObject([{ returned: 0, open: 2 }]);
    const [, whole, less] = await entries();
    const named = (id?: string) =>
      refusal(as("collector", (scope) => returnBankEntry(scope, { bankEntryId: id as Id<"bank-entry">, paymentId })));
    expect(await named(whole?.id)).toMatch(/^return-refused/);
    expect(await named(less?.id)).toMatch(/^bank-entry-refused: The bank took 200\.00, and the payment is 300\.00 EUR/);
  });
});

describe("what waits for a person", () => {
  it("becomes a payment of the client that is named, on the bank's day", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "October", endToEndId: "E-9" })]));
    const [waiting] = await entries({ state: "open" });
    const settle = { bankEntryId: waiting?.id as Id<"bank-entry">, clientId: invoice(0).client };
    expect(await refusal(as("auditor", (scope) => settleBankEntry(scope, settle)))).toMatch(/^permission-missing/);
    await as("collector", (scope) => settleBankEntry(scope, { ...settle, to: "oldest_first" }));
    expect(await balances()).toMatchObject({ cash: "debit 300.00", receivable: "debit 652.00" });
    const [settled] = await entries();
    expect(settled).toMatchObject({ state: "settled", decidedBy: "Cleo Collector", proposals: [] });
    expect(await refusal(as("collector", (scope) => settleBankEntry(scope, settle)))).toMatch(/^bank-entry-decided/);
    await sound();
  });

  it("becomes nothing when an application is wrong, and can be set aside with a reason", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "October" })]));
    const [waiting] = await entries();
    const bankEntryId = waiting?.id as Id<"bank-entry">;
    const to = [{ invoiceId: invoice(0).id, amount: money(30_000n, "EUR") }];
    const wrong = as("collector", (scope) => settleBankEntry(scope, { bankEntryId, clientId: invoice(0).client, to }));
    expect(await refusal(wrong)).toMatch(/^application-refused/);
    await as("collector", (scope) => setAsideBankEntry(scope, { bankEntryId, reason: "A loan of the owner" }));
    expect(await entries()).toMatchObject([{ state: "aside", because: "A loan of the owner" }]);
    expect((await balances())["cash"]).toBeUndefined();
  });

  it("is proposed by the account that a client paid from before", async () => {
    const iban = "DE75512108001245126199";
    await takeIn(
      day("S-1", "0.00", "476.00", [
        one("238.00", { reference: "a", text: invoice(0).number, iban }),
        one("238.00", { reference: "b", text: "again", iban }),
      ]),
    );
    const [waiting] = await entries({ state: "open" });
    expect(waiting?.proposals[0]).toMatchObject({
      score: 45,
      because: expect.stringContaining("an account of this client"),
    });
    expect(waiting?.proposals[0]?.client.id).toBe(invoice(0).client);
  });

  it("cannot be rewritten, settled without a payment, or decided in another's name, by raw SQL either", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "October" })]));
    const code = async (sql: string, values: readonly unknown[] = []) =>
      as("collector", ({ tx }) => query(tx, sql, values)).then(
        () => "done",
        (error: { code?: string }) => error.code,
      );
    expect(await code("update bank_entries set amount_minor = 1")).toBe("PL181");
    expect(await code("update bank_entries set state = 'aside', decided_at = now()")).toBe("done");
    expect(await code("update bank_entries set state = 'open'")).toBe("PL181");
    const [entity] = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
    const account = { clientId: invoice(0).client, legalEntityId: entity?.id as LegalEntityId };
    const paymentId = await as("collector", (scope) =>
      recordPayment(scope, { ...account, amount: money(5n, "EUR"), receivedOn: "2026-12-01" as never, reference: "x" }),
    );
    await takeIn(day("S-2", "300.00", "310.00", [one("10.00", { text: "x" })]));
    const settled =
      "update bank_entries set state = 'settled', payment_id = ?, decided_at = now() where state = 'open'";
    expect(await code(settled, [paymentId])).toBe("PL183");
    const chain = `insert into bank_statements (id, legal_entity_id, iban, statement_id, currency, opening_minor, closing_minor, closed_on, file_hash, follows)
      select gen_random_uuid(), legal_entity_id, iban, 'S-9', currency, opening_minor, closing_minor, closed_on, file_hash, id
        from bank_statements where statement_id = 'S-2'`;
    expect(await code(chain)).toBe("PL184");
    const more = `insert into bank_entries (id, bank_statement_id, entry_reference, position, amount_minor, charges_minor, booked_on, returns, fee, creditor_references, remittance, state, because)
      select gen_random_uuid(), id, 'more', 1, 5, 0, closed_on, false, false, '{}', '', 'open', 'x' from bank_statements limit 1`;
    expect(await code(more)).toBe("PL182");
  });
});
