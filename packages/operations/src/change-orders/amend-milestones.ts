import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { AmendedMilestone } from "@plumbline/domain/engagement/change-order";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Said = { readonly engagementId: string; readonly milestones: readonly AmendedMilestone[] };

type Known = {
  readonly id: string;
  readonly amountMinor: string;
  readonly currency: Currency;
  readonly dueOn: LocalDate;
  readonly invoice: string | null;
};

/** The milestones as they are now, each with the issued invoice that bills it. Whoever issues one now is waited for. */
export async function amendedMilestones(
  scope: Scope,
  { engagementId, milestones }: Said,
): Promise<ReadonlyMap<string, Known>> {
  const ids = milestones.map(({ milestoneId }) => milestoneId);
  await query(
    scope.tx,
    `select 1 from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where c.work_item_id = any(?) and c.released_at is null order by i.id for share of i`,
    [ids],
  );
  const rows = await query<Known>(
    scope.tx,
    `select w.id, w.amount_minor as "amountMinor", w.currency, m.due_on as "dueOn",
            (select i.number_text from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
              where c.work_item_id = w.id and c.released_at is null and i.number is not null limit 1) as invoice
       from work_items w join milestones m on m.tenant_id = w.tenant_id and m.id = w.id and m.version = w.version
      where w.current and w.engagement_id = ? and w.id = any(?)`,
    [engagementId, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Each amended milestone gets a new version, which says by which order. A draft that bills one is out of date. */
export async function amendMilestones(scope: Scope, { id, milestones }: Said & { readonly id: string }): Promise<void> {
  if (milestones.length === 0) return;
  const said = [
    milestones.map(({ milestoneId }) => milestoneId),
    milestones.map(({ amountMinor }) => amountMinor ?? null),
    milestones.map(({ dueOn }) => dueOn ?? null),
  ];
  const retired = await query<{ id: string; version: number }>(
    scope.tx,
    "update work_items set current = false where current and id = any(?) returning id, version",
    [said[0]],
  );
  const versions = [retired.map((row) => row.id), retired.map((row) => row.version)];
  await query(
    scope.tx,
    `insert into work_items (tenant_id, id, version, kind, engagement_id, project_id, worked_on, amount_minor, currency, status)
     select w.tenant_id, w.id, w.version + 1, w.kind, w.engagement_id, w.project_id,
            coalesce(m.accepted_on, u.due_on, m.due_on), coalesce(u.amount_minor, w.amount_minor), w.currency, w.status
       from unnest(?::uuid[], ?::bigint[], ?::date[]) u (id, amount_minor, due_on)
       join unnest(?::uuid[], ?::int[]) r (id, version) on r.id = u.id
       join work_items w on w.id = r.id and w.version = r.version
       join milestones m on m.tenant_id = w.tenant_id and m.id = w.id and m.version = w.version`,
    [...said, ...versions],
  );
  await query(
    scope.tx,
    `insert into milestones (tenant_id, id, version, name, due_on, accepted_on, accepted_by, evidence_id, change_order_id)
     select m.tenant_id, m.id, m.version + 1, m.name, coalesce(u.due_on, m.due_on), m.accepted_on, m.accepted_by, m.evidence_id, ?
       from unnest(?::uuid[], ?::bigint[], ?::date[]) u (id, amount_minor, due_on)
       join unnest(?::uuid[], ?::int[]) r (id, version) on r.id = u.id
       join milestones m on m.id = r.id and m.version = r.version`,
    [id, ...said, ...versions],
  );
}
