import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, ProjectId, WorkItemId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { WorkPiece, WorkPieceKind } from "@plumbline/domain/worklog/work-piece";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { rateSql } from "../fx/rate-sql.ts";
import { freePartsSql } from "../splits/free-parts.ts";
import { earlierJoins } from "../work/billed-edits.ts";
import { earlierCostSql, heldCostsSql } from "../work/edited-costs.ts";
import { amendedBySql } from "../change-orders/amended-by.ts";
import { streamByClient } from "./stream-by-client.ts";

/** Which unbilled work is read. */
export type WorkWanted = {
  readonly period: Period;
  readonly after?: ClientId | undefined;
  readonly only?: ClientId;
  readonly works?: readonly WorkItemId[];
  /** As they would be if nobody had taken them yet. */
  readonly taken?: true;
  /** Whose rules it will be judged by: narratives are read where one asks about them. */
  readonly bundle: PolicyBundle;
};

/**
 * Streams the unbilled work that is not time, client by client. However old: a sum that was agreed stays owed until it is
 * billed, while time that comes very late is a person's decision.
 */
export const selectPieces = (tx: TenantTx, { period, after, only, works, taken }: Omit<WorkWanted, "bundle">) =>
  streamByClient<PieceRow>(tx, "unbilled_pieces", {
    sql: `
     select e.client_id, w.kind, w.id, w.version, w.engagement_id, w.project_id, w.worked_on, w.status, w.currency,
            w.amount_minor::text, ${detailWithRate} || ${earlierCostSql}, coalesce(h.share, 0), f.split_id, f.position
       from work_items w
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
       join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
       join (${[...new Set(Object.values(details))].join(" union all ")}) d on d.tenant_id = w.tenant_id and d.id = w.id and d.version = w.version
       left join (${freePartsSql}) f on f.tenant_id = w.tenant_id and f.work_item_id = w.id and f.work_item_version = w.version
       left join (${heldCostsSql}) h on h.tenant_id = w.tenant_id and h.id = w.id
       ${earlierJoins}
      where w.current and w.kind <> 'time' and w.status <> 'rejected' and w.worked_on < ?
        and (?::uuid is null or e.client_id > ?::uuid) and (?::uuid is null or e.client_id = ?::uuid)
        and (?::uuid[] is null or w.id = any(?::uuid[]))
        and (? or f.position is not null or h.minor < w.amount_minor or not exists (
              select 1 from claims c where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null))
      order by e.client_id, w.engagement_id, w.worked_on, w.id, f.position`,
    values: [
      period.end,
      after ?? null,
      after ?? null,
      only ?? null,
      only ?? null,
      works ?? null,
      works ?? null,
      taken === true,
    ],
  });

/** An expense that names no rate of its own has that of its day, from whom its legal entity takes rates. */
const detailWithRate = `
            case when w.kind = 'expense' and w.currency <> e.currency and d.detail->'exchange' is null
                 then d.detail || jsonb_strip_nulls(jsonb_build_object('exchange', ${rateSql({
                   source: "l.fx_source",
                   from: "w.currency",
                   to: "e.currency",
                   on: "w.worked_on",
                   known: "r.known_to is null",
                 })}))
                 else d.detail end`;

const spent = (kind: "expense" | "disbursement"): string => `
    select e.tenant_id, e.id, e.version, jsonb_strip_nulls(jsonb_build_object(
           'category', e.category, 'description', e.description, 'worker', r.name, 'paidMinor', e.paid_minor::text,
           'recoverableVatMinor', e.recoverable_vat_minor::text, 'receipt', v.facts,
           'exchange', case when e.exchange_rate is not null then jsonb_build_object(
             'rate', e.exchange_rate::text, 'on', e.exchange_on, 'source', e.exchange_source) end)) as detail
      from expenses e
      join work_items x on x.tenant_id = e.tenant_id and x.id = e.id and x.version = e.version and x.kind = '${kind}'
      left join workers r on r.tenant_id = e.tenant_id and r.id = e.worker_id
      left join evidence v on v.tenant_id = e.tenant_id and v.id = e.receipt_id`;

const periodFee = (kind: "hour_bucket"): string => `
    select tenant_id, id, version, jsonb_strip_nulls(jsonb_build_object(
           'startsOn', starts_on, 'endsOn', ends_on, 'bucketMinutes', minutes)) as detail
      from period_fees where kind = '${kind}'`;
const recurring = "select tenant_id, id, version, detail from recurring_pieces";

/** What each kind keeps beside its work item. Amounts leave as text, which JSON does not round. */
const details: Readonly<Record<WorkPieceKind, string>> = {
  fee: `
    select tenant_id, id, version, jsonb_strip_nulls(jsonb_build_object(
           'number', number, 'of', instalments, 'feeMinor', fee_minor::text, 'basisPoints', basis_points)) as detail
      from fee_instalments`,
  milestone: `
    select m.tenant_id, m.id, m.version, jsonb_strip_nulls(jsonb_build_object(
           'name', m.name, 'dueOn', m.due_on, 'acceptedOn', m.accepted_on, 'acceptedBy', m.accepted_by,
           'evidence', v.facts, 'amendedBy', ${amendedBySql})) as detail
      from milestones m left join evidence v on v.tenant_id = m.tenant_id and v.id = m.evidence_id
      left join change_orders o on o.tenant_id = m.tenant_id and o.id = m.change_order_id`,
  change_order: `
    select o.tenant_id, o.id, 1 as version, jsonb_build_object('number', o.number, 'signedOn', o.signed_on,
           'description', o.description, 'evidence', v.facts) as detail
      from change_orders o join evidence v on v.tenant_id = o.tenant_id and v.id = o.evidence_id
     where o.amount_minor is not null`,
  expense: spent("expense"),
  disbursement: spent("disbursement"),
  hour_bucket: periodFee("hour_bucket"),
  subscription: recurring,
  usage: recurring,
  shortfall: `
    select tenant_id, id, version, detail || jsonb_build_object(
           'period', jsonb_build_object('start', starts_on, 'end', ends_on),
           'minimumMinor', minimum_minor::text, 'billedMinor', billed_minor::text) as detail
      from shortfalls`,
};

export type PieceRow = readonly [
  client: ClientId,
  kind: WorkPieceKind,
  id: WorkItemId,
  version: number,
  engagementId: EngagementId,
  projectId: ProjectId | null,
  on: LocalDate,
  status: WorkPiece["status"],
  currency: Currency,
  amountMinor: string,
  detail: Readonly<Record<string, unknown>>,
  share: number,
  splitId: string | null,
  position: number | null,
];

export function fromPieceRow([
  ,
  kind,
  id,
  version,
  engagementId,
  projectId,
  on,
  status,
  currency,
  amountMinor,
  detail,
  share,
  splitId,
  position,
]: PieceRow): WorkPiece {
  return {
    ...fromDetail(detail),
    kind,
    id,
    version,
    minutes: 0,
    share,
    engagementId,
    projectId: projectId ?? undefined,
    on,
    status,
    currency,
    amountMinor: BigInt(amountMinor),
    ...(splitId !== null && position !== null && { part: { splitId, position } }),
    // The detail of a kind holds what its type says: `details` stands above.
  } as WorkPiece;
}

/** Amounts travel as text, those of an earlier version as well. */
export const fromDetail = (detail: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name,
      name.endsWith("Minor") ? BigInt(String(value)) : name === "earlier" ? fromDetail(value as object) : value,
    ]),
  );
