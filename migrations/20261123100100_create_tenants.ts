import type { Knex } from "knex";
import { isolate } from "./isolation/isolate.ts";

/** partner → tenant → legal entity, org units, and the people and system actors that act in a tenant. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table partners (
      id         uuid        primary key,
      slug       text        not null unique check (slug ~ '^[a-z][a-z0-9-]{1,62}$'),
      name       text        not null,
      created_at timestamptz not null default now()
    );
    create table tenants (
      id         uuid        primary key,
      partner_id uuid        not null references partners (id),
      slug       text        not null unique check (slug ~ '^[a-z][a-z0-9-]{1,62}$'),
      name       text        not null,
      created_at timestamptz not null default now()
    );

    -- These two are found before any tenant is known, so they carry no tenant_id; the wall is the same. The owner's
    -- policies serve only the narrow functions below.
    alter table partners enable row level security;
    alter table partners force row level security;
    alter table tenants enable row level security;
    alter table tenants force row level security;
    create policy tenant_isolation on tenants as restrictive to plumb_app
      using (id = (select app.tenant())) with check (id = (select app.tenant()));
    create policy runtime_access on tenants to plumb_app using (true);
    create policy own_partner on partners as restrictive to plumb_app
      using (id = (select partner_id from tenants where id = (select app.tenant())));
    create policy runtime_access on partners to plumb_app using (true);
    create policy lookup on tenants to plumb_owner using (true) with check (true);
    create policy lookup on partners to plumb_owner using (true) with check (true);
    grant select on partners, tenants to plumb_app;

    create function app.find_tenant(slug text) returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    return (select t.id from public.tenants t where t.slug = find_tenant.slug);

    -- Only in the new tenant's own context, so that nothing said in one tenant can touch another. Idempotent: the same
    -- slugs and id give the same tenant. A partner keeps the name it came with.
    create function app.provision_tenant(
      partner_slug text, partner_name text, new_partner uuid, tenant_slug text, tenant_name text
    ) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      partner uuid;
      kept    uuid;
    begin
      insert into public.partners (id, slug, name) values (new_partner, partner_slug, partner_name)
        on conflict (slug) do nothing;
      select id into partner from public.partners where slug = partner_slug;
      insert into public.tenants (id, partner_id, slug, name) values (app.tenant(), partner, tenant_slug, tenant_name)
        on conflict (slug) do update set name = excluded.name
          where public.tenants.id = excluded.id and public.tenants.partner_id = partner
        returning id into kept;
      if kept is null then
        raise exception 'tenant % belongs to somebody else', tenant_slug using errcode = 'PL010';
      end if;
    end $$;
    revoke all on function app.find_tenant, app.provision_tenant from public;
    grant execute on function app.find_tenant, app.provision_tenant to plumb_app;

    create table org_units (
      tenant_id uuid not null default app.tenant() references tenants (id),
      id        uuid not null,
      key       text not null,
      name      text not null,
      parent_id uuid,
      primary key (tenant_id, id),
      unique (tenant_id, key),
      foreign key (tenant_id, parent_id) references org_units (tenant_id, id)
    );
    ${isolate("org_units", "select, insert, update")}

    create table memberships (
      tenant_id uuid   not null default app.tenant() references tenants (id),
      id        uuid   not null,
      kind      text   not null check (kind in ('person', 'system')),
      key       text   not null,
      name      text   not null,
      email     text,
      roles     text[] not null default '{}',
      primary key (tenant_id, id),
      unique (tenant_id, kind, key),
      check ((kind = 'person') = (email is not null))
    );
    ${isolate("memberships", "select, insert")}
    -- A system actor never becomes a person, and nobody becomes somebody else.
    grant update (name, email, roles) on memberships to plumb_app;

    create table legal_entities (
      tenant_id          uuid   not null default app.tenant() references tenants (id),
      id                 uuid   not null,
      key                text   not null,
      legal_name         text   not null,
      country            text   not null check (country ~ '^[A-Z]{2}$'),
      address            text[] not null,
      currency           text   not null check (currency ~ '^[A-Z]{3}$'),
      time_zone          text   not null,
      tax_id             text,
      bank               jsonb,
      fiscal_year_starts int    not null default 1 check (fiscal_year_starts between 1 and 12),
      number_format      text   not null,
      lock_date          date,
      primary key (tenant_id, id),
      unique (tenant_id, key)
    );
    ${isolate("legal_entities", "select, insert, update")}

    -- A locked counter row in the issuing transaction: a sequence would leave gaps on every rollback.
    create table number_series (
      tenant_id       uuid   not null default app.tenant(),
      id              uuid   not null,
      legal_entity_id uuid   not null,
      kind            text   not null check (kind in ('invoice')),
      fiscal_year     text   not null,
      format          text   not null,
      next_number     bigint not null default 1 check (next_number >= 1),
      last_issued_on  date,
      primary key (tenant_id, id),
      unique (tenant_id, legal_entity_id, kind, fiscal_year),
      foreign key (tenant_id, legal_entity_id) references legal_entities (tenant_id, id)
    );
    ${isolate("number_series", "select, insert, update")}

    create function app.refuse_number_reuse() returns trigger language plpgsql as $$
    begin
      if new.next_number < old.next_number
         or coalesce(new.last_issued_on < old.last_issued_on, old.last_issued_on is not null)
         or to_jsonb(new) - array['next_number', 'last_issued_on'] <> to_jsonb(old) - array['next_number', 'last_issued_on'] then
        raise exception 'number series % only moves forward', old.id using errcode = 'PL020';
      end if;
      return new;
    end $$;
    create trigger forward_only before update on number_series
      for each row execute function app.refuse_number_reuse();

    create table brandings (
      tenant_id  uuid        not null default app.tenant() references tenants (id),
      id         uuid        not null,
      hash       text        not null,
      brand      jsonb       not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, hash)
    );
    ${isolate("brandings", "select, insert")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table brandings, number_series, legal_entities, memberships, org_units, tenants, partners cascade;
    drop function app.refuse_number_reuse, app.find_tenant, app.provision_tenant;
  `);
}
