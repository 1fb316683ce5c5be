import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/** What people and programs need to come in by the front door: organisations, keys, remembered answers, published policy. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The identity provider's organisation of the firm: a sign-in for another one is refused, whoever it is for.
    alter table tenants add column organization text check (organization ~ '^org_[A-Za-z0-9]{1,60}$');
    update tenants set organization = 'org_' || replace(id::text, '-', '');
    alter table tenants alter column organization set not null;
    alter table tenants add constraint tenants_organization_key unique (organization);

    drop function if exists app.provision_tenant;
    -- As before, and with the organisation; without one the tenant gets one named after its id.
    create function app.provision_tenant(
      partner_slug text, partner_name text, new_partner uuid, tenant_slug text, tenant_name text, tenant_organization text
    ) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      partner uuid;
      kept    uuid;
    begin
      insert into public.partners (id, slug, name) values (new_partner, partner_slug, partner_name)
        on conflict (slug) do nothing;
      select id into partner from public.partners where slug = partner_slug;
      insert into public.tenants (id, partner_id, slug, name, organization)
        values (app.tenant(), partner, tenant_slug, tenant_name,
                coalesce(tenant_organization, 'org_' || replace(app.tenant()::text, '-', '')))
        on conflict (slug) do update set name = excluded.name, organization = excluded.organization
          where public.tenants.id = excluded.id and public.tenants.partner_id = partner
        returning id into kept;
      if kept is null then
        raise exception 'tenant % belongs to somebody else', tenant_slug using errcode = 'PL010';
      end if;
    end $$;

    -- The firms of whoever asks, found by the e-mail of their membership here; it takes no argument, so that nobody can
    -- ask about somebody else.
    create function app.own_tenants() returns table (slug text, name text, roles text[])
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      select t.slug, t.name, m.roles
        from public.memberships mine
        join public.memberships m on m.kind = 'person' and m.key = mine.key
        join public.tenants t on t.id = m.tenant_id
       where mine.tenant_id = app.tenant() and mine.id = app.actor() and mine.kind = 'person'
       order by t.name
    $$;
    create policy lookup on memberships for select to plumb_owner using (kind = 'person');
    create index memberships_of_person on memberships (key) where kind = 'person';
    revoke all on function app.provision_tenant, app.own_tenants from public;
    grant execute on function app.provision_tenant, app.own_tenants to plumb_app;

    -- A program acts as itself, so that an audit never mistakes it for the person who let it in.
    alter table memberships drop constraint memberships_kind_check;
    alter table memberships add constraint memberships_kind_check check (kind in ('person', 'system', 'key'));

    create table api_keys (
      tenant_id      uuid        not null default app.tenant(),
      id             uuid        not null,
      actor_id       uuid        not null,
      name           text        not null,
      -- Found by this, which may be shown; proven by the secret, of which only a hash is kept.
      prefix         text        not null,
      secret_hash    text        not null,
      -- The secret before the last rotation still works until then.
      previous_hash  text,
      overlaps_until timestamptz,
      scopes         text[]      not null check (cardinality(scopes) > 0),
      created_by     uuid        not null default app.actor(),
      created_at     timestamptz not null default now(),
      expires_at     timestamptz not null,
      last_used_at   timestamptz,
      revoked_at     timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, prefix),
      foreign key (tenant_id, actor_id) references memberships (tenant_id, id),
      foreign key (tenant_id, created_by) references memberships (tenant_id, id),
      check ((previous_hash is null) = (overlaps_until is null))
    );
    ${isolate("api_keys", "select, insert")}
    ${inOwnName("api_keys", "created_by = (select app.actor()) and created_at = now()")}
    grant update (secret_hash, previous_hash, overlaps_until, expires_at, last_used_at, revoked_at) on api_keys to plumb_app;

    -- Answers to writes, kept so that a retry gets the same bytes and does nothing again.
    create table idempotency_keys (
      tenant_id   uuid        not null default app.tenant(),
      actor_id    uuid        not null default app.actor(),
      key         text        not null check (length(key) between 1 and 255),
      -- Method and path, and a hash of what was asked: the same key for something else is a mistake.
      operation   text        not null,
      fingerprint text        not null,
      status      int         not null,
      headers     jsonb       not null,
      -- Absent when the answer held a secret, which is shown once and never kept.
      body        text,
      created_at  timestamptz not null default now(),
      -- Absent for money, whose keys are remembered for ever.
      expires_at  timestamptz,
      primary key (tenant_id, actor_id, key),
      foreign key (tenant_id, actor_id) references memberships (tenant_id, id)
    );
    ${isolate("idempotency_keys", "select, insert, update")}
    create policy own_answers on idempotency_keys as restrictive to plumb_app
      using (actor_id = (select app.actor())) with check (actor_id = (select app.actor()));

    -- Which bundle a tenant's next run uses: the last one published.
    create table policy_publications (
      tenant_id    uuid        not null default app.tenant(),
      id           uuid        not null,
      bundle_hash  text        not null,
      published_by uuid        not null default app.actor(),
      published_at timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, bundle_hash) references policy_bundles (tenant_id, hash)
    );
    create index publications_by_time on policy_publications (tenant_id, published_at desc, id desc);
    ${isolate("policy_publications", "select, insert")}
    ${inOwnName("policy_publications", "published_by = (select app.actor()) and published_at = now()")}

    -- Lists are paged in the order of the ids, which is the order of creation.
    create index invoices_by_stage_and_id on invoices (tenant_id, stage, id);
    drop index invoices_by_stage;
    create index exceptions_open on exceptions (tenant_id, id) where state = 'open';
    create index quarantine_open on quarantined_rows (tenant_id, id) where state = 'open';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index quarantine_open, exceptions_open, invoices_by_stage_and_id, memberships_of_person;
    create index invoices_by_stage on invoices (tenant_id, stage);
    drop table policy_publications, idempotency_keys, api_keys;
    drop function app.own_tenants(), app.provision_tenant;
    drop policy lookup on memberships;
    alter table memberships drop constraint memberships_kind_check;
    alter table memberships add constraint memberships_kind_check check (kind in ('person', 'system'));
    alter table tenants drop column organization;
  `);
}
