import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { fiscalYearOf } from "@plumbline/domain/calendar/fiscal-year";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { creditNumberPrefix, depositNumberPrefix, invoiceNumberText } from "@plumbline/domain/numbering/invoice-number";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { refuseShortfalls } from "../committed-minimums/refuse-shortfalls.ts";
import { refuseCreditIssues } from "../credits/refuse-credit-issue.ts";
import { settleCredits } from "../credits/settle-credits.ts";
import { refuseDepositIssues } from "../deposits/refuse-deposit-issues.ts";
import { closeInvoiceExceptions } from "../exceptions/close-settled-exceptions.ts";
import { type IssueConversions, planConversions } from "../fx/convert-at-issue.ts";
import { bookIssuedInvoices } from "../ledger/book-issued-invoices.ts";
import { consumeDraws } from "../hour-buckets/settle-draws.ts";
import { consumeUses } from "../limits/settle-uses.ts";
import { bookDraws, planDraws } from "../payments/draw-retainers.ts";
import type { Invoice } from "./invoice-store.ts";
import { loadMoveFacts, type MoveFacts, refuseIssue } from "./move-checks.ts";
import { type IfVersion, moveInvoices, type MoveResult, type Refusal } from "./move-invoices.ts";
import { lockSeries, type Series, seriesKey, takeNumbers } from "./number-series.ts";
import { refuseTaxPoints } from "./refuse-tax-points.ts";
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
 * a rollback leaves no gap. Numbers follow the order of the ids, which is the order of drafting. A credit note is numbered in
 * a series of its own and settles what it corrects.
 * Refuses per invoice with `invoice-not-found` | `precondition-failed` | `invoice-move-refused` | `work-changed` |
 * `issue-date-refused` | `fx-rate-missing` | `credit-refused` | `deposit-refused`.
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
  let seriesOf: ReadonlyMap<string, Series> = new Map();
  let conversions: IssueConversions;
  return moveInvoices(scope, "issue", {
    invoiceIds: input.invoiceIds,
    ifVersion: input.ifVersion,
    prepare: async (invoices) => {
      seriesOf = await lockSeriesOf(scope, invoices, input.issuedOn);
      conversions = await planConversions(scope, daysOf(invoices, seriesOf));
      return issueChecks(scope, invoices, { seriesOf, conversions });
    },
    carry: async (invoices) => {
      const issues = numberInvoices(invoices, seriesOf);
      for (const { invoice, numberText } of issues) numberTexts.set(invoice.id, numberText);
      await conversions.save(scope, invoices);
      await takeNumbers(scope.tx, issues);
      await saveIssued(scope, issues);
      const ids = invoices.map(({ id }) => id);
      const retainers = await planDraws(scope, ids);
      snapshotHashes = await saveSnapshots(scope, ids, retainers.shown);
      await bookIssuedInvoices(scope, ids);
      await bookDraws(scope, retainers);
      await consumeUses(scope.tx, ids);
      await consumeDraws(scope.tx, ids);
      await settleCredits(scope, invoices);
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
  readonly kind: InvoiceKind;
  readonly number_format: string;
  readonly lock_date: LocalDate | null;
};

async function lockSeriesOf(
  scope: Scope,
  invoices: readonly Invoice[],
  issuedOn: LocalDate | undefined,
): Promise<ReadonlyMap<string, Series>> {
  const entities = await query<EntityRow>(
    scope.tx,
    `select distinct e.id, e.time_zone, e.fiscal_year_starts, greatest(e.lock_date, e.cut_over_on) as lock_date, i.kind,
            case i.kind when 'credit_note' then coalesce(e.credit_number_format, ? || e.number_format)
                        when 'deposit' then coalesce(e.deposit_number_format, ? || e.number_format)
                        else e.number_format end as number_format
       from invoices i join legal_entities e on e.tenant_id = i.tenant_id and e.id = i.legal_entity_id
      where i.id = any(?) order by e.id, i.kind`,
    [creditNumberPrefix, depositNumberPrefix, invoices.map(({ id }) => id)],
  );
  const wanted = entities.map((entity) => {
    const { id: entityId, kind, number_format: format, lock_date: lockDate } = entity;
    const today = localDateIn(scope.now, entity.time_zone);
    const on = issuedOn ?? today;
    const year = fiscalYearOf(on, entity.fiscal_year_starts);
    return { entityId, kind, year, format, today, issuedOn: on, lockDate };
  });
  return lockSeries(scope, wanted);
}

async function issueChecks(
  scope: Scope,
  invoices: readonly Invoice[],
  input: { readonly seriesOf: ReadonlyMap<string, Series>; readonly conversions: IssueConversions },
): Promise<Refusal> {
  const { seriesOf, conversions } = input;
  const facts = await loadMoveFacts(
    scope.tx,
    invoices.map(({ id }) => id),
  );
  const issuedOn = (invoice: Invoice) => seriesOf.get(seriesKey(invoice))?.issuedOn;
  const ofCredit = await refuseCreditIssues(scope, invoices, issuedOn);
  const ofDeposit = await refuseDepositIssues(scope, invoices, issuedOn);
  const ofTaxPoint = await refuseTaxPoints(scope, invoices, issuedOn);
  const refusal = (invoice: Invoice) =>
    ofCredit(invoice) ??
    ofDeposit(invoice) ??
    ofTaxPoint(invoice) ??
    refuseIssue(facts.get(invoice.id) as MoveFacts, seriesOf.get(seriesKey(invoice)) as Series) ??
    conversions.refuse(invoice);
  const issuing = invoices.filter((invoice) => refusal(invoice) === undefined).map(({ id }) => id);
  const ofShortfall = await refuseShortfalls(scope, issuing);
  return (invoice) => refusal(invoice) ?? ofShortfall(invoice);
}

const daysOf = (invoices: readonly Invoice[], seriesOf: ReadonlyMap<string, Series>) =>
  invoices.map((invoice) => ({ id: invoice.id, issuedOn: (seriesOf.get(seriesKey(invoice)) as Series).issuedOn }));

function numberInvoices(invoices: readonly Invoice[], seriesOf: ReadonlyMap<string, Series>): Issue[] {
  const next = new Map<string, number>();
  return invoices.map((invoice) => {
    const key = seriesKey(invoice);
    const series = seriesOf.get(key) as Series;
    const number = next.get(key) ?? series.nextNumber;
    next.set(key, number + 1);
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
