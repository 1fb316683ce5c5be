import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** Tells whether work of an engagement, or of a project of it, is taken no more. */
export async function findClosed(
  tx: TenantTx,
): Promise<(of: { readonly engagementId: string; readonly projectId?: string | undefined }) => boolean> {
  const rows = await query<{ engagementId: EngagementId; projectId: ProjectId | null }>(
    tx,
    `select engagement_id as "engagementId", project_id as "projectId" from closures where reopened_at is null`,
    [],
  );
  const closed = new Set<string>(rows.map(({ engagementId, projectId }) => projectId ?? engagementId));
  return ({ engagementId, projectId }) =>
    closed.has(engagementId) || (projectId !== undefined && closed.has(projectId));
}
