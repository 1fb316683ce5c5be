import type { Knex } from "knex";

const ownTenants = (condition: string) => `
  create or replace function app.own_tenants() returns table (slug text, name text, roles text[])
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.slug, t.name, m.roles
      from public.memberships mine
      join public.memberships m on m.kind = 'person' and m.key = mine.key
      join public.tenants t on t.id = m.tenant_id
     where mine.tenant_id = app.tenant() and mine.id = app.actor() and mine.kind = 'person' ${condition}
     order by t.name
  $$;`;

/** Who has no role in a firm has left it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(ownTenants("and m.roles <> '{}'"));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(ownTenants(""));
}
