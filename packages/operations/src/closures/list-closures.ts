import type { ClosureWire } from "@plumbline/contract/closure";
import type { EngagementId, Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = Omit<ClosureWire, "project" | "reopened"> & {
  readonly project: NonNullable<ClosureWire["project"]> | null;
  readonly reopened: NonNullable<ClosureWire["reopened"]> | null;
};

/** The closures of an engagement and its projects, newest first, for whoever may read its invoices. */
export const listClosures = async (
  scope: Scope,
  { engagementId }: { readonly engagementId: EngagementId },
): Promise<readonly ClosureWire[]> =>
  (
    await query<Row>(scope.tx, `${select} where c.engagement_id = ? order by c.closed_at desc, c.id desc`, [
      engagementId,
    ])
  ).map(toWire);

/** @throws Problem `closure-not-found` */
export async function findClosure(
  scope: Scope,
  { closureId }: { readonly closureId: Id<"closure"> },
): Promise<ClosureWire> {
  const [row] = await query<Row>(scope.tx, `${select} where c.id = ?`, [closureId]);
  if (row === undefined) throw new Problem("closure-not-found");
  return toWire(row);
}

const toWire = ({ project, reopened, ...row }: Row): ClosureWire => ({
  ...row,
  ...(project !== null && { project }),
  ...(reopened !== null && { reopened }),
});

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const select = `
  select c.id, c.closed_on as "on", jsonb_build_object('id', e.id, 'name', e.name) as engagement,
         case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name) end as project,
         jsonb_build_object('by', b.name, 'at', ${instant("c.closed_at")}, 'reason', c.reason) as closed,
         (select coalesce(jsonb_agg(distinct l.invoice_id), '[]')
            from claims k join invoice_lines l on l.tenant_id = k.tenant_id and l.id = k.line_id
           where k.tenant_id = c.tenant_id and k.billing_run_id = c.billing_run_id) as "finalBill",
         case when c.reopened_at is not null then
           jsonb_build_object('by', r.name, 'at', ${instant("c.reopened_at")}, 'reason', c.reopening_reason) end as reopened
    from closures c
    join engagements e on e.tenant_id = c.tenant_id and e.id = c.engagement_id
    join memberships b on b.tenant_id = c.tenant_id and b.id = c.closed_by
    left join projects p on p.tenant_id = c.tenant_id and p.id = c.project_id
    left join memberships r on r.tenant_id = c.tenant_id and r.id = c.reopened_by`;
