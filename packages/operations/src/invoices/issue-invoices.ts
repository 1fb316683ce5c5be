import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { fiscalYearOf } from "@plumbline/domain/calendar/fiscal-year";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { invoiceNumberText } from "@plumbline/domain/numbering/invoice-number";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { closeInvoiceExceptions } from "../exceptions/close-settled-exceptions.ts";
import { bookIssuedInvoices } from "../ledger/book-issued-invoices.ts";
import { consumeDraws } from "../hour-buckets/settle-draws.ts";
import { consumeUses } from "../limits/settle-uses.ts";
import { bookDraws, planDraws } from "../payments/draw-retainers.ts";
import type { Invoice } from "./invoice-store.ts";
import { loadMoveFacts, type MoveFacts, refuseIssue } from "./move-checks.ts";
import { type IfVersion, moveInvoices, type MoveResult, type Refusal } from "./move-invoices.ts";
import { lockSeries, type Series, takeNumbers } from "./number-series.ts";
import { saveSnapshots } from "./save-snapshots.ts";

/** Invoices of one transaction: its counter row is locked for as long. */
export const issueBatchMax = 200;

type Issue = {
  readonly invoice: Invoice;
  readonly series: Series;
  readonly number: number;
  readonly numberText: string;
  readonly issuedOn: LocalDate;
};

/**
 * Issues approved invoices: number, issue date, the frozen snapshot and the ledger's entry in one transaction, so that
 * a rollback leaves no gap. Numbers follow the order of the ids, which is the order of drafting.
 * Refuses per invoice with `invoice-not-found` | `precondition-failed` | `invoice-move-refused` | `work-changed` |
 * `issue-date-refused`.
 *
 * @param issuedOn today in the legal entity's zone when absent
 * @throws Problem `permission-missing`
 */
export async function issueInvoices(
  scope: Scope,
  input: IfVersion & { readonly invoiceIds: readonly InvoiceId[]; readonly issuedOn?: LocalDate | undefined },
): Promise<MoveResult> {
  if (input.invoiceIds.length > issueBatchMax)
    throw new RangeError(`at most ${issueBatchMax} invoices are issued at once`);
  const numberTexts = new Map<InvoiceId, string>();
  let snapshotHashes: ReadonlyMap<InvoiceId, string> = new Map();
  let seriesOf: ReadonlyMap<LegalEntityId, Series> = new Map();
  return moveInvoices(scope, "issue", {
    invoiceIds: input.invoiceIds,
    ifVersion: input.ifVersion,
    prepare: async (invoices) => {
      seriesOf = await lockSeriesOf(scope, invoices, input.issuedOn);
      return issueChecks(scope, invoices, seriesOf);
    },
    carry: async (invoices) => {
      const issues = numberInvoices(invoices, seriesOf);
      for (const { invoice, numberText } of issues) numberTexts.set(invoice.id, numberText);
      await takeNumbers(scope.tx, issues);
      await saveIssued(scope, issues);
      const ids = invoices.map(({ id }) => id);
      const retainers = await planDraws(scope, ids);
      snapshotHashes = await saveSnapshots(scope, ids, retainers.shown);
      await bookIssuedInvoices(scope, ids);
      await bookDraws(scope, retainers);
      await consumeUses(scope.tx, ids);
      await consumeDraws(scope.tx, ids);
      await closeInvoiceExceptions(scope.tx, ids);
    },
    eventData: ({ id }) => ({ number: numberTexts.get(id) }),
    afterHash: ({ id }) => snapshotHashes.get(id) as string,
  });
}

type EntityRow = {
  readonly id: LegalEntityId;
  readonly time_zone: string;
  readonly fiscal_year_starts: number;
  readonly number_format: string;
  readonly lock_date: LocalDate | null;
};

async function lockSeriesOf(
  scope: Scope,
  invoices: readonly Invoice[],
  issuedOn: LocalDate | undefined,
): Promise<ReadonlyMap<LegalEntityId, Series>> {
  const entities = await query<EntityRow>(
    scope.tx,
    "select id, time_zone, fiscal_year_starts, number_format, lock_date from legal_entities where id = any(?) order by id",
    [[...new Set(invoices.map(({ legalEntityId }) => legalEntityId))]],
  );
  const wanted = entities.map((entity) => {
    const today = localDateIn(scope.now, entity.time_zone);
    const on = issuedOn ?? today;
    const year = fiscalYearOf(on, entity.fiscal_year_starts);
    return { entityId: entity.id, year, format: entity.number_format, today, issuedOn: on, lockDate: entity.lock_date };
  });
  return lockSeries(scope, wanted);
}

async function issueChecks(
  scope: Scope,
  invoices: readonly Invoice[],
  seriesOf: ReadonlyMap<LegalEntityId, Series>,
): Promise<Refusal> {
  const facts = await loadMoveFacts(
    scope.tx,
    invoices.map(({ id }) => id),
  );
  return ({ id, legalEntityId }) => refuseIssue(facts.get(id) as MoveFacts, seriesOf.get(legalEntityId) as Series);
}

function numberInvoices(invoices: readonly Invoice[], seriesOf: ReadonlyMap<LegalEntityId, Series>): Issue[] {
  const next = new Map<LegalEntityId, number>();
  return invoices.map((invoice) => {
    const series = seriesOf.get(invoice.legalEntityId) as Series;
    const number = next.get(invoice.legalEntityId) ?? series.nextNumber;
    next.set(invoice.legalEntityId, number + 1);
    const numberText = invoiceNumberText({ format: series.format, year: series.year, number });
    return { invoice, series, number, numberText, issuedOn: series.issuedOn };
  });
}

async function saveIssued(scope: Scope, issues: readonly Issue[]): Promise<void> {
  const saved = await query(
    scope.tx,
    `update invoices i set stage = ?, stage_since = now(), version = i.version + 1, series_id = u.series_id, number = u.number,
            number_text = u.number_text, issued_on = u.issued_on, due_on = u.due_on, issued_at = ?
       from unnest(?::uuid[], ?::int[], ?::uuid[], ?::bigint[], ?::text[], ?::date[], ?::date[])
         u (id, version, series_id, number, number_text, issued_on, due_on)
      where i.id = u.id and i.version = u.version returning i.id`,
    [
      moves.issue.to,
      scope.now,
      issues.map(({ invoice }) => invoice.id),
      issues.map(({ invoice }) => invoice.version),
      issues.map(({ series }) => series.id),
      issues.map(({ number }) => number),
      issues.map(({ numberText }) => numberText),
      issues.map(({ issuedOn }) => issuedOn),
      issues.map(({ issuedOn, invoice }) => addDays(issuedOn, invoice.paymentTermsDays)),
    ],
  );
  if (saved.length !== issues.length) throw new Error("an invoice changed while it was locked");
}
