import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { creditIssues } from "@plumbline/domain/credit/credit-issue";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Refusal } from "../invoices/move-invoices.ts";
import { givenUpSql } from "./credit-store.ts";

type Row = {
  readonly id: InvoiceId;
  readonly number: string;
  readonly issuedOn: LocalDate;
  readonly left: string;
};

type Invoice = Parameters<Refusal>[0];

/**
 * Says why credit notes cannot be issued now: before the invoice they correct, or when so much of it was given up meanwhile
 * that they would give it up again. Locks the invoices and their payers, so that it stays so.
 */
export async function refuseCreditIssues(
  scope: Scope,
  invoices: readonly Invoice[],
  issuedOn: (invoice: Invoice) => LocalDate | undefined,
): Promise<Refusal> {
  const notes = invoices.filter(({ kind }) => kind === "credit_note").map(({ id }) => id);
  if (notes.length === 0) return () => undefined;
  await query(
    scope.tx,
    "select 1 from invoices where id in (select corrects from invoices where id = any(?)) order by id for update",
    [notes],
  );
  await query(
    scope.tx,
    "select 1 from clients where id in (select payer_id from invoices where id = any(?)) order by id for no key update",
    [notes],
  );
  const rows = await query<Row>(
    scope.tx,
    `select n.id, i.number_text as number, i.issued_on as "issuedOn",
            i.total_minor - ${givenUpSql} + (
              select sum(c.total_minor) from invoices c
               where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded') as left
       from invoices n join invoices i on i.tenant_id = n.tenant_id and i.id = n.corrects where n.id = any(?)`,
    [notes],
  );
  const corrected = new Map(rows.map((row) => [row.id, row]));
  return (invoice) => {
    const of = corrected.get(invoice.id);
    const on = issuedOn(invoice);
    if (of === undefined || on === undefined) return undefined;
    if (BigInt(of.left) < 0n) return new Problem("credit-refused", { detail: creditIssues.above_invoice });
    if (on >= of.issuedOn) return undefined;
    return new Problem("issue-date-refused", {
      detail: `Invoice ${of.number}, which it corrects, is dated ${of.issuedOn}.`,
    });
  };
}
