import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { ClientId, EngagementId, LegalEntityId, ProjectId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** An engagement, or one project of it, and the last day whose work is billed. */
export type Asked = {
  readonly engagementId: EngagementId;
  readonly projectId?: ProjectId | undefined;
  readonly on: LocalDate;
};

export type ClosingEngagement = {
  readonly id: EngagementId;
  readonly name: string;
  readonly project: { readonly id: ProjectId; readonly name: string } | null;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly today: LocalDate;
};

/**
 * The engagement that is to be closed. Locked, it waits for whoever records work of it, and lets nobody do so until it is closed.
 *
 * @throws Problem `engagement-not-found`, also for a project of another engagement
 */
export async function findClosingEngagement(
  scope: Scope,
  { engagementId, projectId }: Omit<Asked, "on">,
  lock?: "locked",
): Promise<ClosingEngagement> {
  if (lock === "locked") await query(scope.tx, "select 1 from engagements where id = ? for update", [engagementId]);
  const [row] = await query<Omit<ClosingEngagement, "today"> & { readonly zone: string }>(
    scope.tx,
    `select e.id, e.name, e.client_id as "clientId", e.legal_entity_id as "legalEntityId", l.time_zone as zone,
            case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name) end as project
       from engagements e
       join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
       left join projects p on p.tenant_id = e.tenant_id and p.engagement_id = e.id and p.id = ?
      where e.id = ?`,
    [projectId ?? null, engagementId],
  );
  if (row === undefined || (projectId !== undefined && row.project === null)) throw new Problem("engagement-not-found");
  const { zone, ...engagement } = row;
  return { ...engagement, today: localDateIn(scope.now, zone) };
}
