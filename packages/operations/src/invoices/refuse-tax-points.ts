import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type TaxPointTerms, taxPointOn } from "@plumbline/domain/tax/tax-point";
import { treatmentOf } from "@plumbline/domain/tax/treatment";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { loadRunBook } from "../drafts/load-run-book.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import type { Refusal } from "./move-invoices.ts";
import { type Contents, loadContents } from "./validate-invoices.ts";
import { engagementFor } from "../splits/divide-charges.ts";

type Invoice = Parameters<Refusal>[0];
type Row = {
  readonly id: InvoiceId;
  readonly rule: TaxPointTerms["rule"];
  readonly withinDays: number | null;
  readonly expected: LocalDate;
};
type Moved = { readonly invoice: Invoice; readonly issuedOn: LocalDate; readonly on: LocalDate };

/**
 * Says which invoices cannot be issued because their tax point is another day than was expected when they were drafted, and on
 * that day another tax applies. What is taxed at the end of the service never is among them.
 */
export async function refuseTaxPoints(
  scope: Scope,
  invoices: readonly Invoice[],
  issuedOn: (invoice: Invoice) => LocalDate | undefined,
): Promise<Refusal> {
  const rows = await query<Row>(
    scope.tx,
    `select id, tax_point_rule as rule, tax_point_days as "withinDays", tax_point_on as expected from invoices
      where id = any(?) and tax_point_on is not null`,
    [invoices.map(({ id }) => id)],
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  const moved = invoices.flatMap((invoice) => movedOf(invoice, known.get(invoice.id), issuedOn(invoice)) ?? []);
  if (moved.length === 0) return () => undefined;
  const refused = await otherwiseTaxed(scope, moved);
  return ({ id, kind }) => {
    const on = refused.get(id);
    if (on === undefined) return undefined;
    const detail = `Its tax point is ${on} when it is issued now, and another tax applies then`;
    if (kind !== "deposit") return new Problem("work-changed", { detail: `${detail}: revise it.` });
    const reason = `${detail}: discard it and ask again.`;
    return new Problem("deposit-refused", { detail: reason, extra: { errors: [{ member: "issuedOn", reason }] } });
  };
}

function movedOf(invoice: Invoice, row: Row | undefined, issuedOn: LocalDate | undefined): Moved | undefined {
  if (row === undefined || issuedOn === undefined) return undefined;
  const terms = { rule: row.rule, ...(row.withinDays !== null && { withinDays: row.withinDays }) };
  const on = taxPointOn(terms, { serviceEnd: addDays(invoice.period.end, -1), issuedOn });
  return on === undefined || on === row.expected ? undefined : { invoice, issuedOn, on };
}

/** Those that would bear another tax on their day, with that day. Days are few: one for each legal entity of a batch. */
async function otherwiseTaxed(scope: Scope, moved: readonly Moved[]): Promise<ReadonlyMap<InvoiceId, LocalDate>> {
  const contents = await loadContents(
    scope,
    moved.map(({ invoice }) => invoice.id),
  );
  const contentOf = new Map(contents.map((content) => [content.id, content]));
  const refused = new Map<InvoiceId, LocalDate>();
  const alike = Map.groupBy(moved, ({ invoice: { bundleHash, kind }, on }) => `${bundleHash}|${kind}|${on}`);
  for (const group of alike.values()) {
    const [{ invoice, issuedOn, on }] = group as [Moved];
    const bundle = await loadBundle(scope.tx, invoice.bundleHash);
    // The rate is that of the tax point, as if the service ended then.
    const period = { start: on, end: addDays(on, 1) };
    const book = await loadRunBook(scope.tx, { period, bundle, issued: { on: issuedOn } });
    for (const {
      invoice: { id },
    } of group) {
      const { asAgent, engagementIds, payerId, treatment } = contentOf.get(id) as Contents;
      const now = engagementIds.flatMap((engagement) => engagementFor(book, engagement, payerId)?.tax ?? []);
      if (!asAgent && now.some((tax) => treatmentOf(tax) !== treatment)) refused.set(id, on);
    }
  }
  return refused;
}
