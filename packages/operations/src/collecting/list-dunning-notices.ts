import type { z } from "zod";
import type { dunningNoticeFilter, DunningNoticeWire } from "@plumbline/contract/collecting";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = Omit<DunningNoticeWire, "on" | "textKey" | "total" | "fee" | "invoices" | "at" | "withdrawn"> & {
  readonly dunned_on: LocalDate;
  readonly text_key: string;
  readonly currency: string;
  readonly total_minor: string;
  readonly fee_minor: string;
  readonly invoices: readonly {
    readonly id: string;
    readonly number: string;
    readonly level: number;
    readonly open: string;
    readonly daysPastDue: number;
  }[];
  readonly recorded_at: Date;
  readonly withdrawn: DunningNoticeWire["withdrawn"] | null;
};

/**
 * Dunning notices, newest first; those that were withdrawn say so.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listDunningNotices(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof dunningNoticeFilter>>,
): Promise<Page<DunningNoticeWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "n.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "n.client_id": filter.clientId, "n.legal_entity_id": filter.legalEntityId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${noticeSelect}, ${page.keys} from ${noticeFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, fromRow);
}

/** @throws Problem `permission-missing` | `dunning-notice-not-found` */
export async function findDunningNotice(
  scope: Scope,
  { dunningNoticeId }: { readonly dunningNoticeId: string },
): Promise<DunningNoticeWire> {
  demand(scope, "receivable.read");
  const [row] = await query<Row>(scope.tx, `select ${noticeSelect} from ${noticeFrom} where n.id = ?`, [
    dunningNoticeId,
  ]);
  if (row === undefined) throw new Problem("dunning-notice-not-found");
  return fromRow(row);
}

const noticeSelect = `n.id, jsonb_build_object('id', l.id, 'name', l.legal_name) as entity,
  jsonb_build_object('id', c.id, 'name', c.name) as client, n.dunned_on, n.level, n.text_key, n.language, n.currency,
  n.total_minor, n.fee_minor, m.name as by, n.recorded_at, o.invoices,
  case when w.id is not null then jsonb_build_object('on', n.withdrawn_on, 'reason', n.withdrawn_reason, 'by', w.name) end as withdrawn`;

const noticeFrom = `dunning_notices n
  join legal_entities l on l.tenant_id = n.tenant_id and l.id = n.legal_entity_id
  join clients c on c.tenant_id = n.tenant_id and c.id = n.client_id
  join memberships m on m.tenant_id = n.tenant_id and m.id = n.recorded_by
  left join memberships w on w.tenant_id = n.tenant_id and w.id = n.withdrawn_by
 cross join lateral (
   select jsonb_agg(jsonb_build_object('id', i.id, 'number', i.number_text, 'level', d.level, 'open', d.open_minor::text,
            'daysPastDue', d.days_past_due) order by d.days_past_due desc, i.id) as invoices
     from dunning_items d join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
    where d.tenant_id = n.tenant_id and d.notice_id = n.id) o`;

const fromRow = (row: Row): DunningNoticeWire => ({
  id: row.id,
  entity: row.entity,
  client: row.client,
  on: row.dunned_on,
  level: row.level,
  textKey: row.text_key,
  language: row.language,
  total: minorToWire(row.total_minor, row.currency),
  fee: minorToWire(row.fee_minor, row.currency),
  invoices: row.invoices.map((invoice) => ({ ...invoice, open: minorToWire(invoice.open, row.currency) })),
  by: row.by,
  at: row.recorded_at.toISOString(),
  ...(row.withdrawn !== null && { withdrawn: row.withdrawn }),
});
