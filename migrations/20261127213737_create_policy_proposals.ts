import type { Knex } from "knex";
import { inOwnName, isolate } from "./isolation/isolate.ts";

/**
 * Policies that were proposed, what they would have done to past invoices, and what was published of them. Each publication
 * follows the one before: a dry run is about the policies that were in force when it was made.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table policy_proposals (
      tenant_id   uuid        not null default app.tenant(),
      id          uuid        not null,
      bundle_hash text        not null,
      reason      text        not null check (reason <> ''),
      proposed_by uuid        not null default app.actor(),
      proposed_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, id, bundle_hash),
      foreign key (tenant_id, bundle_hash) references policy_bundles (tenant_id, hash),
      foreign key (tenant_id, proposed_by) references memberships (tenant_id, id)
    );
    create index proposals_of_bundle on policy_proposals (tenant_id, bundle_hash);
    ${isolate("policy_proposals", "select, insert")}
    ${inOwnName("policy_proposals", "proposed_by = (select app.actor()) and proposed_at = now()")}

    create table policy_dry_runs (
      tenant_id           uuid        not null default app.tenant(),
      id                  uuid        not null,
      proposal_id         uuid        not null,
      bundle_hash         text        not null,
      base_publication_id uuid        not null,
      since               date        not null,
      ran_by              uuid        not null default app.actor(),
      ran_at              timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, id, proposal_id, bundle_hash),
      foreign key (tenant_id, proposal_id, bundle_hash) references policy_proposals (tenant_id, id, bundle_hash),
      foreign key (tenant_id, base_publication_id) references policy_publications (tenant_id, id),
      foreign key (tenant_id, ran_by) references memberships (tenant_id, id)
    );
    create index dry_runs_of_proposal on policy_dry_runs (tenant_id, proposal_id, id);
    ${isolate("policy_dry_runs", "select, insert")}
    ${inOwnName("policy_dry_runs", "ran_by = (select app.actor()) and ran_at = now()")}

    create table policy_dry_run_invoices (
      tenant_id   uuid   not null default app.tenant(),
      id          uuid   not null,
      dry_run_id  uuid   not null,
      invoice_id  uuid   not null,
      decision_id uuid   not null,
      verdict     text   not null check (verdict in ('newly_blocked', 'newly_passing', 'not_known', 'unchanged')),
      changes     jsonb  not null,
      currency    text   not null,
      total_minor bigint not null,
      primary key (tenant_id, id),
      unique (tenant_id, dry_run_id, invoice_id),
      foreign key (tenant_id, dry_run_id) references policy_dry_runs (tenant_id, id),
      foreign key (tenant_id, invoice_id) references invoices (tenant_id, id),
      foreign key (tenant_id, decision_id) references policy_decisions (tenant_id, id)
    );
    create index dry_run_invoices_by_verdict on policy_dry_run_invoices (tenant_id, dry_run_id, verdict, id);
    ${isolate("policy_dry_run_invoices", "select, insert")}

    alter table policy_publications
      add column proposal_id uuid,
      add column dry_run_id uuid,
      add column follows uuid,
      add constraint published_from_a_proposal check (num_nulls(proposal_id, dry_run_id, follows) in (0, 3)),
      add constraint proposal_published_once unique (tenant_id, proposal_id),
      add constraint follows_once unique (tenant_id, follows),
      add foreign key (tenant_id, dry_run_id, proposal_id, bundle_hash)
        references policy_dry_runs (tenant_id, id, proposal_id, bundle_hash),
      add foreign key (tenant_id, follows) references policy_publications (tenant_id, id);

    create function app.guard_publication() returns trigger language plpgsql as $$
    declare
      in_force uuid := (select id from policy_publications order by published_at desc, id desc limit 1);
    begin
      if new.proposal_id is null then
        if in_force is not null then
          raise exception 'policies are published from a proposal where some are in force' using errcode = 'PL250';
        end if;
        return new;
      end if;
      if new.follows is distinct from in_force or not exists (
           select from policy_dry_runs r where r.tenant_id = new.tenant_id and r.id = new.dry_run_id and r.base_publication_id = in_force) then
        raise exception 'proposal % was not dry-run against the policies in force', new.proposal_id using errcode = 'PL251';
      end if;
      if exists (select from policy_proposals o
                  where o.tenant_id = new.tenant_id and o.id = new.proposal_id and o.proposed_by = app.actor()) then
        raise exception 'proposal % is published by another person than proposed it', new.proposal_id using errcode = 'PL252';
      end if;
      if exists (
           select from policy_dry_runs r
             join invoices i on i.tenant_id = r.tenant_id and i.period_end > r.since and i.stage <> 'discarded'
            where r.tenant_id = new.tenant_id and r.id = new.dry_run_id
              and exists (select from policy_decisions v
                           where v.tenant_id = i.tenant_id and v.invoice_id = i.id and v.decided_at < r.ran_at)
              and not exists (select from policy_dry_run_invoices d
                               where d.tenant_id = r.tenant_id and d.dry_run_id = r.id and d.invoice_id = i.id)) then
        raise exception 'dry run % did not look at every invoice', new.dry_run_id using errcode = 'PL253';
      end if;
      return new;
    end $$;
    create trigger guard before insert on policy_publications for each row execute function app.guard_publication();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger guard on policy_publications;
    drop function app.guard_publication();
    alter table policy_publications drop column proposal_id cascade, drop column dry_run_id cascade, drop column follows cascade;
    drop table policy_dry_run_invoices;
    drop table policy_dry_runs;
    drop table policy_proposals;
  `);
}
