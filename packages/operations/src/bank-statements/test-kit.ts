import { beforeEach, expect } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { camt, entry } from "@plumbline/testing/camt";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findReceivable } from "../payments/find-receivable.ts";
import { importBankStatements } from "./import-bank-statements.ts";
import { listBankEntries } from "./list-bank-entries.ts";
import { findBankStatements } from "./list-bank-statements.ts";

const version = "08";
type Who = Parameters<Firm["as"]>[0];

export const clock = () => new Date("2026-12-20T10:00:00Z");

/** A firm with four invoices of 238.00 that its bank's statements are about. */
export function useBank() {
  const database = useTestDatabase();
  let firm: Firm;
  let invoices: readonly IssuedInvoice[];
  const invoice = (index: number) => invoices[index] as IssuedInvoice;
  beforeEach(async () => {
    ({ firm, invoices } = await issuedFirm(database.current.pool, { clients: 2, more: 2, clock }));
  });
  const as = async <T>(who: Who, work: (scope: Scope) => Promise<T>): Promise<T> => (await firm.as(who))(work);
  return {
    database,
    invoice,
    as,
    takeIn: async (text: string, who: Who = "collector") =>
      as(who, async (scope) => {
        const imported = await importBankStatements(scope, { bytes: Buffer.from(text), fileHash: "a".repeat(64) });
        const statements = await findBankStatements(
          scope,
          imported.map(({ id }) => id),
        );
        return statements.map((statement, index) => ({ ...statement.entries, known: imported[index]?.known }));
      }),
    /** In the order they were taken in. */
    entries: (filter: object = {}) =>
      as("auditor", async (scope) => (await listBankEntries(scope, { limit: 50, ...filter })).items.toReversed()),
    openOn: async (index: number) =>
      (await as("auditor", (scope) => findReceivable(scope, { invoiceId: invoice(index).id }))).open.amount,
    balances: async () =>
      Object.fromEntries(
        (await as("auditor", (scope) => listLedgerBalances(scope, {}))).map(({ account, side, balance }) => [
          account,
          `${side} ${balance.amount}`,
        ]),
      ),
    sound: async () => expect(await as("auditor", listLedgerFaults)).toEqual([]),
  };
}

/** How work that is refused is refused. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String(error)),
  );

export const one = (amount: string, more: Partial<Parameters<typeof entry>[0]>): string =>
  entry({ version, amount, ...more });

export const day = (id: string, from: string, to: string, of: readonly string[], more: object = {}): string =>
  camt({ version, id, opening: from, closing: to, entries: of, ...more });
