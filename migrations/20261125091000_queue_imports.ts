import type { Knex } from "knex";

/** Files that people send lie in the storage until a worker takes them in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table imports
      drop constraint imports_state_check,
      add constraint imports_state_check check (state in ('queued', 'running', 'done', 'failed')),
      -- Absent when a program streamed the file in itself.
      add column storage_key text,
      add column file_hash   text check (file_hash ~ '^[0-9a-f]{64}$'),
      -- Why it ended before its file did, in a sentence for whoever sent it.
      add column failure     text,
      add column lease_until timestamptz,
      -- Workers that took it since it last got on: one that stops at the same row every time is given up.
      add column tries       int not null default 0,
      add check ((storage_key is null) = (file_hash is null)),
      add check (state <> 'queued' or storage_key is not null),
      add check (failure is null or state = 'failed');
    create index imports_open on imports (tenant_id, system, id) where state in ('queued', 'running');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index imports_open;
    update imports set state = 'failed' where state = 'queued';
    alter table imports
      drop column storage_key, drop column file_hash, drop column failure, drop column lease_until, drop column tries,
      drop constraint imports_state_check,
      add constraint imports_state_check check (state in ('running', 'done', 'failed'));
  `);
}
