import { type LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Meter, type Reading } from "@plumbline/domain/engagement/meter";
import { quantityOf } from "@plumbline/domain/engagement/quantity";
import type { Subscription } from "@plumbline/domain/engagement/subscription";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

/** What was agreed to be charged period by period, as it stands. */
export type RecurringAgreement = {
  readonly id: string;
  readonly version: number;
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId | undefined;
  readonly currency: Currency;
} & (
  | { readonly kind: "subscription"; readonly terms: Subscription }
  | { readonly kind: "usage"; readonly terms: Meter }
);

/** A part of a period as a piece of work: what it is called within its agreement, when it is due, and what it comes to. */
export type RecurringPiece = {
  readonly agreementId: string;
  readonly key: string;
  readonly on: LocalDate;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type KnownPiece = RecurringPiece & {
  readonly id: string;
  readonly version: number;
  readonly status: "approved" | "rejected";
  /** The number of the issued invoice that bills it. */
  readonly invoice: string | undefined;
};

/**
 * The agreements in force, of some ids or all. They are locked in the order of their ids, so that of two who make pieces
 * of them one waits and then finds them made.
 */
export async function lockAgreements(
  scope: Scope,
  { only }: { readonly only?: readonly string[] },
): Promise<RecurringAgreement[]> {
  const rows = await query<RecurringAgreement & { projectId: ProjectId | null }>(
    scope.tx,
    `select a.id, a.version, a.kind, a.terms, a.engagement_id as "engagementId", a.project_id as "projectId", e.currency
       from recurring_agreements a join engagements e on e.tenant_id = a.tenant_id and e.id = a.engagement_id
      where a.current and (?::uuid[] is null or a.id = any(?)) order by a.id for no key update of a`,
    [only ?? null, only ?? null],
  );
  return rows.map((row) => ({ ...row, projectId: row.projectId ?? undefined }));
}

/** What was read at meters, by day. A day's use is the sum of its readings; its count is the highest of them. */
export async function loadReadings(
  scope: Scope,
  meterIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Reading[]>> {
  const rows = await query<{ meterId: string; on: LocalDate; quantity: string }>(
    scope.tx,
    `select r.meter_id as "meterId", r.read_on as "on",
            (case when a.terms->>'measure' = 'sum' then sum(r.quantity) else max(r.quantity) end)::text as quantity
       from usage_readings r
       join recurring_agreements a on a.tenant_id = r.tenant_id and a.id = r.meter_id and a.current
      where r.current and r.meter_id = any(?)
      group by r.meter_id, r.read_on, a.terms->>'measure' order by r.meter_id, r.read_on`,
    [meterIds],
  );
  return Map.groupBy(
    rows.map((row) => ({ ...row, quantity: quantityOf(row.quantity) })),
    ({ meterId }) => meterId,
  );
}

/** The present versions of what was made of agreements so far. */
export async function knownPieces(scope: Scope, agreementIds: readonly string[]): Promise<KnownPiece[]> {
  // Whoever issues one of their invoices now is waited for, and whoever comes later finds what has changed.
  await query(
    scope.tx,
    `select 1 from recurring_pieces p join claims c on c.work_item_id = p.id and c.work_item_version = p.version
       join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where p.agreement_id = any(?) and c.released_at is null order by i.id for share of i`,
    [agreementIds],
  );
  const rows = await query<Omit<KnownPiece, "amountMinor"> & { amountMinor: string; invoice: string | null }>(
    scope.tx,
    `select p.id, p.version, p.agreement_id as "agreementId", p.key, p.detail, w.worked_on as "on",
            w.amount_minor as "amountMinor", w.currency, w.status,
            (select i.number_text from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
              where c.work_item_id = p.id and c.released_at is null and i.number is not null limit 1) as invoice
       from recurring_pieces p
       join work_items w on w.tenant_id = p.tenant_id and w.id = p.id and w.version = p.version
      where w.current and p.agreement_id = any(?)`,
    [agreementIds],
  );
  return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor), invoice: row.invoice ?? undefined }));
}

export type NextPiece = RecurringPiece & Pick<KnownPiece, "id" | "version" | "status"> & { of: RecurringAgreement };

/** Writes new pieces, and new versions of known ones. */
export async function savePieces(scope: Scope, next: readonly NextPiece[]): Promise<void> {
  const succeeding = next.filter(({ version }) => version > 1).map(({ id }) => id);
  await query(scope.tx, "update work_items set current = false where current and id = any(?)", [succeeding]);
  await insertRows(scope.tx, "work_items", next, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    kind: ["text", ({ of }) => of.kind],
    engagement_id: ["uuid", ({ of }) => of.engagementId],
    project_id: ["uuid", ({ of }) => of.projectId],
    worked_on: ["date", ({ on }) => on],
    amount_minor: ["bigint", ({ amountMinor }) => amountMinor],
    currency: ["text", ({ currency }) => currency],
    status: ["text", ({ status }) => status],
  });
  await insertRows(scope.tx, "recurring_pieces", next, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    agreement_id: ["uuid", ({ agreementId }) => agreementId],
    agreement_version: ["int", ({ of }) => of.version],
    key: ["text", ({ key }) => key],
    detail: ["jsonb", ({ detail }) => detail],
  });
}
