/**
 * The isolation every tenant-owned table arrives with, as SQL to run right after `create table`.
 *
 * The restrictive policy is the wall: it names the runtime role, so the relay (which has no tenant context) gets a
 * policy of its own, and no careless permissive policy can ever open the table. The sub-select makes the check one
 * InitPlan per query instead of one call per row.
 *
 * @param grants what the runtime role may do; leave out `update` and `delete` where rows are facts that never change
 */
export function isolate(table: string, grants: "select" | "select, insert" | "select, insert, update"): string {
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy tenant_isolation on ${table} as restrictive to plumb_app
      using (tenant_id = (select app.tenant())) with check (tenant_id = (select app.tenant()));
    create policy runtime_access on ${table} to plumb_app using (true) with check (true);
    grant ${grants} on ${table} to plumb_app;
  `;
}

/** Rows that say who did something, and when, are inserted in the own name and at the time it is. */
export const inOwnName = (table: string, condition: string): string =>
  `create policy own_name on ${table} as restrictive for insert to plumb_app with check (${condition});`;
