import type { Knex } from "knex";

/**
 * The signed context that says who acts for which tenant, and the functions that believe it.
 * A token is `tenant|actor|expiry|key id|hmac`. Errors, never zero rows: an empty answer would read as "nothing to bill".
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema app;
    create schema app_private;

    create table app_private.context_keys (
      key_id int   primary key,
      key    bytea not null check (octet_length(key) >= 32)
    );

    -- Expiry is compared with the transaction's start, or a long batch would lose its context midway.
    create function app_private.context() returns text[]
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
    declare
      token  text := current_setting('app.ctx');
      part   text[] := string_to_array(token, '|');
      secret bytea;
    begin
      if coalesce(cardinality(part), 0) <> 5 then
        raise exception 'tenant context missing' using errcode = 'PL001';
      end if;
      select key into secret from app_private.context_keys where key_id::text = part[4];
      if secret is null or extensions.hmac(
           convert_to(array_to_string(part[1:4], '|'), 'UTF8'), secret, 'sha256') <> decode(part[5], 'hex') then
        raise exception 'tenant context forged' using errcode = 'PL002';
      end if;
      if to_timestamp(part[3]::bigint) < now() then
        raise exception 'tenant context expired' using errcode = 'PL003';
      end if;
      return part;
    end $$;

    create function app.tenant() returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    return ((app_private.context())[1])::uuid;

    create function app.actor() returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp
    return ((app_private.context())[2])::uuid;

    revoke all on all functions in schema app, app_private from public;
    grant usage on schema app to plumb_app, plumb_relay;
    grant execute on function app.tenant(), app.actor() to plumb_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop schema app cascade; drop schema app_private cascade");
}
