import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, ProjectId, WorkItemId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { WorkPiece, WorkPieceKind } from "@plumbline/domain/worklog/lump-sum";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { streamByClient } from "./stream-by-client.ts";

/**
 * Streams the unbilled work that is not time, client by client. However old: a sum that was agreed stays owed until it is
 * billed, while time that comes very late is a person's decision.
 */
export const selectPieces = (
  tx: TenantTx,
  input: { readonly period: Period; readonly after?: ClientId | undefined; readonly only?: ClientId },
) =>
  streamByClient<PieceRow>(tx, "unbilled_pieces", {
    sql: `
     select e.client_id, w.kind, w.id, w.version, w.engagement_id, w.project_id, w.worked_on, w.status, w.currency,
            w.amount_minor::text, d.detail
       from work_items w
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
       join (${Object.values(details).join(" union all ")}) d on d.tenant_id = w.tenant_id and d.id = w.id and d.version = w.version
      where w.current and w.kind <> 'time' and w.status <> 'rejected' and w.worked_on < ?
        and (?::uuid is null or e.client_id > ?::uuid) and (?::uuid is null or e.client_id = ?::uuid)
        and not exists (select 1 from claims c
                         where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
      order by e.client_id, w.engagement_id, w.worked_on, w.id`,
    values: [input.period.end, input.after ?? null, input.after ?? null, input.only ?? null, input.only ?? null],
  });

/** What each kind keeps beside its work item. Amounts leave as text, which JSON does not round. */
const details: Readonly<Record<WorkPieceKind, string>> = {
  fee: `
    select tenant_id, id, version, jsonb_strip_nulls(jsonb_build_object(
           'number', number, 'of', instalments, 'feeMinor', fee_minor::text, 'basisPoints', basis_points)) as detail
      from fee_instalments`,
  milestone: `
    select m.tenant_id, m.id, m.version, jsonb_strip_nulls(jsonb_build_object(
           'name', m.name, 'dueOn', m.due_on, 'acceptedOn', m.accepted_on, 'acceptedBy', m.accepted_by,
           'evidence', v.facts)) as detail
      from milestones m left join evidence v on v.tenant_id = m.tenant_id and v.id = m.evidence_id`,
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
]: PieceRow): WorkPiece {
  const { feeMinor } = detail;
  return {
    ...detail,
    ...(typeof feeMinor === "string" && { feeMinor: BigInt(feeMinor) }),
    kind,
    id,
    version,
    minutes: 0,
    engagementId,
    projectId: projectId ?? undefined,
    on,
    status,
    currency,
    amountMinor: BigInt(amountMinor),
    // The detail of a kind holds what its type says: `details` stands above.
  } as WorkPiece;
}
