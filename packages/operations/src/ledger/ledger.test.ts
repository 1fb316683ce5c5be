import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "./list-ledger-balances.ts";
import { listLedgerFaults } from "./list-ledger-faults.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");

describe("the ledger of a firm that issued invoices", () => {
  it("says what is owed, earned and due, balanced, by the day it was booked", async () => {
    const { firm } = await issuedFirm(database.current.pool, { clients: 2, more: 1, clock });
    const auditor = await firm.as("auditor");
    const balances = await auditor((scope) => listLedgerBalances(scope, {}));
    expect(balances).toMatchObject([
      { account: "receivable", side: "debit", balance: { amount: "714.00", currency: "EUR" } },
      { account: "revenue", side: "credit", balance: { amount: "600.00", currency: "EUR" } },
      { account: "tax_payable", side: "credit", balance: { amount: "114.00", currency: "EUR" } },
    ]);
    const before = { on: "2026-11-02" as LocalDate };
    expect(await auditor((scope) => listLedgerBalances(scope, before))).toEqual([]);
  });

  it("tallies with the invoices, and a cent that somebody moved past the database shows", async () => {
    const { firm, invoices } = await issuedFirm(database.current.pool, { clients: 2, clock });
    const auditor = await firm.as("auditor");
    expect(await auditor(listLedgerFaults)).toEqual([]);
    const { admin } = database.current;
    const [first, second] = invoices;
    const entryOf = "select id from ledger_entries where invoice_id = $1";
    const more = `update ledger_postings set amount_minor = amount_minor + 1 where account = 'receivable' and entry_id = (${entryOf})`;
    await admin.query(more, [first?.id]);
    await admin.query(`delete from ledger_postings where entry_id = (${entryOf})`, [second?.id]);
    await admin.query("delete from ledger_entries where invoice_id = $1", [second?.id]);
    const faults = await auditor(listLedgerFaults);
    expect(faults.map(({ fault, difference }) => [fault, difference.amount])).toEqual([
      ["not_booked", "-238.00"],
      ["receivable_differs", "0.01"],
      ["unbalanced", "0.01"],
    ]);
  });

  it("is read by those who may, and by no other firm", async () => {
    const { firm } = await issuedFirm(database.current.pool);
    const coordinator = await firm.as("coordinator");
    const stranger = await (await newFirm(database.current.pool)).as("auditor");
    const refused = { kind: "permission-missing" };
    await expect(coordinator(listLedgerFaults)).rejects.toMatchObject(refused);
    await expect(coordinator((scope) => listLedgerBalances(scope, {}))).rejects.toMatchObject(refused);
    expect(await stranger(listLedgerFaults)).toEqual([]);
    expect(await stranger((scope) => listLedgerBalances(scope, {}))).toEqual([]);
  });
});
