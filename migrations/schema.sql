-- Generated from the migrations by `npm run generate`: read and compare it, never edit or run it.

create schema app;
grant usage on schema app to plumb_app;
grant usage on schema app to plumb_relay;
create schema app_private;
grant create, usage on schema public to plumb_owner;
grant usage on schema public to plumb_app;
grant usage on schema public to plumb_relay;

create table app.invoice_moves (
  from_stage text not null,
  to_stage   text not null,
  constraint invoice_moves_pkey PRIMARY KEY (from_stage, to_stage)
);
grant select on app.invoice_moves to plumb_app;

create table app.stage_waits (
  stage text not null,
  wait  text not null,
  constraint stage_waits_pkey PRIMARY KEY (wait)
);
grant select on app.stage_waits to plumb_app;

create table app_private.context_keys (
  key_id integer not null,
  key    bytea   not null,
  constraint context_keys_pkey PRIMARY KEY (key_id),
  constraint context_keys_key_check CHECK ((octet_length(key) >= 32))
);

create table public.api_keys (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  actor_id       uuid                     not null,
  name           text                     not null,
  prefix         text                     not null,
  secret_hash    text                     not null,
  previous_hash  text,
  overlaps_until timestamp with time zone,
  scopes         text[]                   not null,
  created_by     uuid                     not null default app.actor(),
  created_at     timestamp with time zone not null default now(),
  expires_at     timestamp with time zone not null,
  last_used_at   timestamp with time zone,
  revoked_at     timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (tenant_id, id),
  constraint api_keys_tenant_id_prefix_key UNIQUE (tenant_id, prefix),
  constraint api_keys_tenant_id_actor_id_fkey FOREIGN KEY (tenant_id, actor_id) REFERENCES memberships(tenant_id, id),
  constraint api_keys_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES memberships(tenant_id, id),
  constraint api_keys_check CHECK (((previous_hash IS NULL) = (overlaps_until IS NULL))),
  constraint api_keys_scopes_check CHECK ((cardinality(scopes) > 0))
);
alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
create policy own_name on public.api_keys as restrictive for insert to plumb_app
  using 
  with check (((created_by = ( SELECT app.actor() AS actor)) AND (created_at = now())));
create policy runtime_access on public.api_keys as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.api_keys as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.api_keys to plumb_app;
grant update (secret_hash, previous_hash, overlaps_until, expires_at, last_used_at, revoked_at) on public.api_keys to plumb_app;

create table public.approvals (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  invoice_id     uuid                     not null,
  approval_round integer                  not null,
  content_hash   text                     not null,
  step           text                     not null,
  actor_id       uuid                     not null default app.actor(),
  decided_at     timestamp with time zone not null default now(),
  constraint approvals_pkey PRIMARY KEY (tenant_id, id),
  constraint approvals_tenant_id_invoice_id_approval_round_actor_id_key UNIQUE (tenant_id, invoice_id, approval_round, actor_id),
  constraint approvals_tenant_id_invoice_id_approval_round_step_key UNIQUE (tenant_id, invoice_id, approval_round, step),
  constraint approvals_tenant_id_actor_id_fkey FOREIGN KEY (tenant_id, actor_id) REFERENCES memberships(tenant_id, id),
  constraint approvals_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint approvals_step_check CHECK ((step = ANY (ARRAY['manager'::text, 'finance'::text])))
);
alter table public.approvals enable row level security;
alter table public.approvals force row level security;
create policy runtime_access on public.approvals as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.approvals as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.approvals FOR EACH ROW EXECUTE FUNCTION app.guard_approval();
grant insert, select on public.approvals to plumb_app;

create table public.audit_entries (
  tenant_id   uuid                     not null default app.tenant(),
  id          uuid                     not null,
  actor_id    uuid                     not null default app.actor(),
  action      text                     not null,
  subject_id  uuid                     not null,
  before_hash text,
  after_hash  text,
  bundle_hash text,
  reason      text,
  occurred_at timestamp with time zone not null default now(),
  constraint audit_entries_pkey PRIMARY KEY (tenant_id, id),
  constraint audit_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE INDEX audit_by_action ON public.audit_entries USING btree (tenant_id, action, id);
CREATE INDEX audit_by_subject ON public.audit_entries USING btree (tenant_id, subject_id, id);
alter table public.audit_entries enable row level security;
alter table public.audit_entries force row level security;
create policy own_name on public.audit_entries as restrictive for insert to plumb_app
  using 
  with check (((actor_id = ( SELECT app.actor() AS actor)) AND (occurred_at = now())));
create policy runtime_access on public.audit_entries as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.audit_entries as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.audit_entries to plumb_app;

create table public.bank_entries (
  tenant_id           uuid                     not null default app.tenant(),
  id                  uuid                     not null,
  bank_statement_id   uuid                     not null,
  entry_reference     text                     not null,
  "position"          integer                  not null,
  servicer_reference  text,
  amount_minor        bigint                   not null,
  charges_minor       bigint                   not null,
  booked_on           date                     not null,
  returns             boolean                  not null,
  fee                 boolean                  not null,
  return_reason       text,
  counterparty        text,
  counterparty_iban   text,
  end_to_end_id       text,
  creditor_references text[]                   not null,
  remittance          text                     not null,
  state               text                     not null,
  because             text                     not null,
  payment_id          uuid,
  decided_by          uuid                     not null default app.actor(),
  decided_at          timestamp with time zone not null default now(),
  constraint bank_entries_pkey PRIMARY KEY (tenant_id, id),
  constraint bank_entries_tenant_id_bank_statement_id_entry_reference_po_key UNIQUE (tenant_id, bank_statement_id, entry_reference, "position"),
  constraint bank_entries_tenant_id_bank_statement_id_fkey FOREIGN KEY (tenant_id, bank_statement_id) REFERENCES bank_statements(tenant_id, id),
  constraint bank_entries_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, id),
  constraint bank_entries_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint bank_entries_amount_minor_check CHECK ((amount_minor <> 0)),
  constraint bank_entries_charges_minor_check CHECK ((charges_minor >= 0)),
  constraint bank_entries_position_check CHECK (("position" >= 1)),
  constraint bank_entries_state_check CHECK ((state = ANY (ARRAY['settled'::text, 'returned'::text, 'open'::text, 'held'::text, 'aside'::text]))),
  constraint payment_when_decided CHECK (((payment_id IS NOT NULL) = (state = ANY (ARRAY['settled'::text, 'returned'::text]))))
);
CREATE INDEX bank_entries_by_end_to_end ON public.bank_entries USING btree (tenant_id, end_to_end_id) WHERE (end_to_end_id IS NOT NULL);
CREATE INDEX bank_entries_by_iban ON public.bank_entries USING btree (tenant_id, counterparty_iban) WHERE (counterparty_iban IS NOT NULL);
CREATE INDEX bank_entries_by_servicer ON public.bank_entries USING btree (tenant_id, servicer_reference) WHERE (servicer_reference IS NOT NULL);
CREATE INDEX bank_entries_by_state ON public.bank_entries USING btree (tenant_id, state, id);
CREATE UNIQUE INDEX one_payment_per_entry ON public.bank_entries USING btree (tenant_id, payment_id, state) WHERE (payment_id IS NOT NULL);
alter table public.bank_entries enable row level security;
alter table public.bank_entries force row level security;
create policy runtime_access on public.bank_entries as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.bank_entries as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON public.bank_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbalanced_statement();
CREATE CONSTRAINT TRIGGER booked AFTER INSERT OR UPDATE ON public.bank_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.payment_id IS NOT NULL)) EXECUTE FUNCTION app.refuse_unbooked_bank_entry();
CREATE TRIGGER guard BEFORE UPDATE ON public.bank_entries FOR EACH ROW EXECUTE FUNCTION app.guard_bank_entry();
grant insert, select, update on public.bank_entries to plumb_app;

create table public.bank_statements (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  legal_entity_id uuid                     not null,
  iban            text                     not null,
  statement_id    text                     not null,
  sequence        bigint,
  follows         uuid,
  currency        text                     not null,
  opening_minor   bigint                   not null,
  closing_minor   bigint                   not null,
  closed_on       date                     not null,
  file_hash       text                     not null,
  recorded_by     uuid                     not null default app.actor(),
  recorded_at     timestamp with time zone not null default now(),
  constraint bank_statements_pkey PRIMARY KEY (tenant_id, id),
  constraint bank_statements_tenant_id_follows_key UNIQUE (tenant_id, follows),
  constraint bank_statements_tenant_id_iban_statement_id_key UNIQUE (tenant_id, iban, statement_id),
  constraint bank_statements_tenant_id_follows_fkey FOREIGN KEY (tenant_id, follows) REFERENCES bank_statements(tenant_id, id),
  constraint bank_statements_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint bank_statements_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint bank_statements_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE UNIQUE INDEX one_first_statement ON public.bank_statements USING btree (tenant_id, iban) WHERE (follows IS NULL);
alter table public.bank_statements enable row level security;
alter table public.bank_statements force row level security;
create policy own_name on public.bank_statements as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.bank_statements as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.bank_statements as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.bank_statements FOR EACH ROW EXECUTE FUNCTION app.guard_bank_statement();
grant insert, select on public.bank_statements to plumb_app;

create table public.base_rates (
  tenant_id    uuid                     not null default app.tenant(),
  id           uuid                     not null,
  name         text                     not null,
  starts_on    date                     not null,
  basis_points integer                  not null,
  recorded_by  uuid                     not null default app.actor(),
  recorded_at  timestamp with time zone not null default now(),
  constraint base_rates_pkey PRIMARY KEY (tenant_id, id),
  constraint base_rates_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id)
);
CREATE INDEX base_rates_by_name ON public.base_rates USING btree (tenant_id, name, starts_on, id);
alter table public.base_rates enable row level security;
alter table public.base_rates force row level security;
create policy own_name on public.base_rates as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.base_rates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.base_rates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.base_rates to plumb_app;

create table public.billed_edits (
  tenant_id      uuid                     not null default app.tenant(),
  work_item_id   uuid                     not null,
  version        integer                  not null,
  billed_version integer                  not null,
  billed_minutes integer                  not null,
  invoice_id     uuid                     not null,
  billed_minor   bigint,
  settled_at     timestamp with time zone,
  constraint billed_edits_pkey PRIMARY KEY (tenant_id, work_item_id, version),
  constraint billed_edits_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint billed_edits_tenant_id_work_item_id_billed_version_fkey FOREIGN KEY (tenant_id, work_item_id, billed_version) REFERENCES work_items(tenant_id, id, version),
  constraint billed_edits_tenant_id_work_item_id_version_fkey FOREIGN KEY (tenant_id, work_item_id, version) REFERENCES work_items(tenant_id, id, version),
  constraint billed_edits_billed_minor_check CHECK ((billed_minor > 0)),
  constraint billed_edits_billed_minutes_check CHECK ((billed_minutes >= 0)),
  constraint billed_edits_check CHECK ((version > billed_version))
);
CREATE INDEX unsettled_edits ON public.billed_edits USING btree (tenant_id, work_item_id, version) WHERE (settled_at IS NULL);
alter table public.billed_edits enable row level security;
alter table public.billed_edits force row level security;
create policy runtime_access on public.billed_edits as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.billed_edits as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.billed_edits FOR EACH ROW EXECUTE FUNCTION app.guard_billed_edit();
CREATE TRIGGER guard_settled BEFORE UPDATE ON public.billed_edits FOR EACH ROW EXECUTE FUNCTION app.guard_settled_edit();
grant insert, select on public.billed_edits to plumb_app;
grant update (settled_at) on public.billed_edits to plumb_app;

create table public.billing_runs (
  tenant_id        uuid                     not null default app.tenant(),
  id               uuid                     not null,
  period_start     date                     not null,
  period_end       date                     not null,
  state            text                     not null default 'queued'::text,
  cancel_requested boolean                  not null default false,
  known_at         timestamp with time zone not null default now(),
  bundle_hash      text                     not null,
  done_through     uuid,
  lease_until      timestamp with time zone,
  clients_total    integer                  not null default 0,
  clients_done     integer                  not null default 0,
  entries          integer                  not null default 0,
  drafts           integer                  not null default 0,
  failure          text,
  started_by       uuid                     not null default app.actor(),
  created_at       timestamp with time zone not null default now(),
  finished_at      timestamp with time zone,
  constraint billing_runs_pkey PRIMARY KEY (tenant_id, id),
  constraint billing_runs_tenant_id_bundle_hash_fkey FOREIGN KEY (tenant_id, bundle_hash) REFERENCES policy_bundles(tenant_id, hash),
  constraint billing_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint billing_runs_check CHECK ((period_end > period_start)),
  constraint billing_runs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'cancelled'::text, 'failed'::text])))
);
CREATE UNIQUE INDEX one_open_run ON public.billing_runs USING btree (tenant_id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
alter table public.billing_runs enable row level security;
alter table public.billing_runs force row level security;
create policy own_name on public.billing_runs as restrictive for insert to plumb_app
  using 
  with check ((started_by = ( SELECT app.actor() AS actor)));
create policy runtime_access on public.billing_runs as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.billing_runs as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.billing_runs to plumb_app;

create table public.brandings (
  tenant_id  uuid                     not null default app.tenant(),
  id         uuid                     not null,
  hash       text                     not null,
  brand      jsonb                    not null,
  created_at timestamp with time zone not null default now(),
  constraint brandings_pkey PRIMARY KEY (tenant_id, id),
  constraint brandings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE INDEX brandings_by_time ON public.brandings USING btree (tenant_id, created_at, id);
alter table public.brandings enable row level security;
alter table public.brandings force row level security;
create policy runtime_access on public.brandings as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.brandings as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.brandings to plumb_app;

create table public.bucket_draws (
  tenant_id       uuid    not null default app.tenant(),
  claim_id        uuid    not null,
  bucket_id       uuid    not null,
  minutes         integer not null,
  carried         boolean not null,
  invoice_id      uuid,
  content_version integer,
  state           text    not null,
  constraint bucket_draws_pkey PRIMARY KEY (tenant_id, claim_id),
  constraint bucket_draws_tenant_id_bucket_id_fkey FOREIGN KEY (tenant_id, bucket_id) REFERENCES hour_buckets(tenant_id, id),
  constraint bucket_draws_tenant_id_claim_id_fkey FOREIGN KEY (tenant_id, claim_id) REFERENCES claims(tenant_id, id),
  constraint bucket_draws_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint bucket_draws_minutes_check CHECK ((minutes > 0)),
  constraint bucket_draws_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'consumed'::text, 'released'::text]))),
  constraint draft_is_named CHECK ((((invoice_id IS NULL) = (content_version IS NULL)) AND ((invoice_id IS NOT NULL) OR (state <> 'reserved'::text))))
);
CREATE INDEX draws_by_bucket ON public.bucket_draws USING btree (tenant_id, bucket_id);
CREATE INDEX draws_by_invoice ON public.bucket_draws USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
alter table public.bucket_draws enable row level security;
alter table public.bucket_draws force row level security;
create policy runtime_access on public.bucket_draws as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.bucket_draws as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER issued AFTER UPDATE OF state ON public.bucket_draws DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.guard_draw();
CREATE CONSTRAINT TRIGGER together AFTER UPDATE ON public.bucket_draws DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_parted_draws('claim_id');
CREATE TRIGGER counted AFTER INSERT ON public.bucket_draws REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.count_draws();
CREATE TRIGGER settled AFTER UPDATE ON public.bucket_draws REFERENCING OLD TABLE AS before NEW TABLE AS settled FOR EACH STATEMENT EXECUTE FUNCTION app.settle_draws();
grant insert, select on public.bucket_draws to plumb_app;
grant update (state) on public.bucket_draws to plumb_app;

create table public.business_hours (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  legal_entity_id uuid                     not null,
  weekday         integer                  not null,
  opens           integer,
  closes          integer,
  known_from      timestamp with time zone not null default now(),
  known_to        timestamp with time zone,
  constraint business_hours_pkey PRIMARY KEY (tenant_id, id),
  constraint business_hours_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint business_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7))),
  constraint opens_before_it_closes CHECK ((((opens IS NULL) = (closes IS NULL)) AND (opens >= 0) AND (opens < closes) AND (closes <= 1440)))
);
CREATE UNIQUE INDEX one_known_day_of_week ON public.business_hours USING btree (tenant_id, legal_entity_id, weekday) WHERE (known_to IS NULL);
alter table public.business_hours enable row level security;
alter table public.business_hours force row level security;
create policy runtime_access on public.business_hours as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.business_hours as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER clocks_move AFTER INSERT ON public.business_hours REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.look_at_clocks_again();
CREATE TRIGGER clocks_move_again AFTER UPDATE ON public.business_hours REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.look_at_clocks_again();
grant insert, select on public.business_hours to plumb_app;
grant update (known_to) on public.business_hours to plumb_app;

create table public.certified_withholdings (
  tenant_id      uuid   not null default app.tenant(),
  id             uuid   not null,
  certificate_id uuid   not null,
  invoice_id     uuid   not null,
  amount_minor   bigint not null,
  constraint certified_withholdings_pkey PRIMARY KEY (tenant_id, id),
  constraint certified_withholdings_tenant_id_certificate_id_invoice_id_key UNIQUE (tenant_id, certificate_id, invoice_id),
  constraint certified_withholdings_tenant_id_certificate_id_fkey FOREIGN KEY (tenant_id, certificate_id) REFERENCES withholding_certificates(tenant_id, id),
  constraint certified_withholdings_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint certified_withholdings_amount_minor_check CHECK ((amount_minor > 0))
);
CREATE INDEX certified_by_invoice ON public.certified_withholdings USING btree (tenant_id, invoice_id);
alter table public.certified_withholdings enable row level security;
alter table public.certified_withholdings force row level security;
create policy runtime_access on public.certified_withholdings as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.certified_withholdings as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER booked AFTER INSERT ON public.certified_withholdings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.guard_certified_part();
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON public.certified_withholdings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_partial_certificate();
grant insert, select on public.certified_withholdings to plumb_app;

create table public.change_orders (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  engagement_id  uuid                     not null,
  number         text                     not null,
  effective_from date                     not null,
  reason         text                     not null,
  amends         jsonb                    not null,
  description    text,
  amount_minor   bigint,
  currency       text                     not null,
  state          text                     not null default 'draft'::text,
  drafted_by     uuid                     not null default app.actor(),
  drafted_at     timestamp with time zone not null default now(),
  signed_on      date,
  evidence_id    uuid,
  signed_by      uuid,
  signed_at      timestamp with time zone,
  counted        boolean                  not null default false,
  constraint change_orders_pkey PRIMARY KEY (tenant_id, id),
  constraint change_orders_tenant_id_engagement_id_number_key UNIQUE (tenant_id, engagement_id, number),
  constraint change_orders_tenant_id_drafted_by_fkey FOREIGN KEY (tenant_id, drafted_by) REFERENCES memberships(tenant_id, id),
  constraint change_orders_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint change_orders_tenant_id_evidence_id_fkey FOREIGN KEY (tenant_id, evidence_id) REFERENCES evidence(tenant_id, id),
  constraint change_orders_tenant_id_signed_by_fkey FOREIGN KEY (tenant_id, signed_by) REFERENCES memberships(tenant_id, id),
  constraint change_orders_amount_minor_check CHECK ((amount_minor > 0)),
  constraint change_orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint change_orders_number_check CHECK ((number <> ''::text)),
  constraint change_orders_reason_check CHECK ((reason <> ''::text)),
  constraint change_orders_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'signed'::text]))),
  constraint signed_by_another CHECK ((signed_by <> drafted_by)),
  constraint signed_with_proof CHECK ((((state = 'signed'::text) = (signed_on IS NOT NULL)) AND ((signed_on IS NULL) = (evidence_id IS NULL)) AND ((signed_on IS NULL) = (signed_by IS NULL)) AND ((signed_on IS NULL) = (signed_at IS NULL)) AND ((state = 'signed'::text) OR (NOT counted)))),
  constraint sum_is_described CHECK (((amount_minor IS NULL) = (description IS NULL)))
);
CREATE INDEX change_orders_by_drafting ON public.change_orders USING btree (tenant_id, drafted_at, id);
alter table public.change_orders enable row level security;
alter table public.change_orders force row level security;
create policy own_name on public.change_orders as restrictive for insert to plumb_app
  using 
  with check (((drafted_by = ( SELECT app.actor() AS actor)) AND (drafted_at = now()) AND (state = 'draft'::text)));
create policy runtime_access on public.change_orders as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.change_orders as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE UPDATE ON public.change_orders FOR EACH ROW EXECUTE FUNCTION app.guard_change_order();
grant insert, select on public.change_orders to plumb_app;
grant update (state, signed_on, evidence_id, signed_by, signed_at, counted) on public.change_orders to plumb_app;

create table public.chargebacks (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  payment_id      uuid                     not null,
  amount_minor    bigint                   not null,
  scheme          text                     not null,
  case_reference  text                     not null,
  reason          text                     not null,
  opened_on       date                     not null,
  answer_by       date                     not null,
  state           text                     not null default 'open'::text,
  answered_on     date,
  evidence        text,
  evidence_hash   text,
  decided_on      date,
  decision_reason text,
  recorded_by     uuid                     not null default app.actor(),
  recorded_at     timestamp with time zone not null default now(),
  constraint chargebacks_pkey PRIMARY KEY (tenant_id, id),
  constraint chargebacks_tenant_id_scheme_case_reference_key UNIQUE (tenant_id, scheme, case_reference),
  constraint chargebacks_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint chargebacks_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint answered_in_time CHECK ((((answered_on IS NULL) = (evidence IS NULL)) AND ((evidence IS NULL) = (evidence_hash IS NULL)) AND (answer_by >= opened_on) AND ((answered_on >= opened_on) AND (answered_on <= answer_by)) AND ((state <> 'answered'::text) OR (answered_on IS NOT NULL)) AND ((state <> 'open'::text) OR (answered_on IS NULL)))),
  constraint chargebacks_amount_minor_check CHECK ((amount_minor > 0)),
  constraint chargebacks_evidence_hash_check CHECK ((evidence_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint chargebacks_scheme_check CHECK ((scheme = ANY (ARRAY['card'::text, 'direct_debit'::text]))),
  constraint chargebacks_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'won'::text, 'lost'::text]))),
  constraint decided_with_reason CHECK ((((decided_on IS NOT NULL) = (state = ANY (ARRAY['won'::text, 'lost'::text]))) AND ((decided_on IS NULL) = (decision_reason IS NULL)) AND (decided_on >= opened_on)))
);
CREATE INDEX chargebacks_by_deadline ON public.chargebacks USING btree (tenant_id, answer_by, id);
CREATE INDEX chargebacks_by_payment ON public.chargebacks USING btree (tenant_id, payment_id);
alter table public.chargebacks enable row level security;
alter table public.chargebacks force row level security;
create policy own_name on public.chargebacks as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.chargebacks as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.chargebacks as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER covered AFTER INSERT OR UPDATE ON public.chargebacks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_uncovered_chargeback();
CREATE TRIGGER guard BEFORE UPDATE ON public.chargebacks FOR EACH ROW EXECUTE FUNCTION app.guard_chargeback();
grant insert, select, update on public.chargebacks to plumb_app;

create table public.claims (
  tenant_id         uuid                     not null default app.tenant(),
  id                uuid                     not null,
  work_item_id      uuid                     not null,
  work_item_version integer                  not null,
  share             smallint                 not null default 0,
  minutes           integer                  not null,
  billed_minutes    integer                  not null default 0,
  line_id           uuid,
  outcome           text,
  reason            text,
  billing_run_id    uuid                     not null,
  released_at       timestamp with time zone,
  partial           boolean                  not null default false,
  absorbed_by       uuid,
  made_at           timestamp with time zone not null default now(),
  kept_of           uuid,
  part              smallint                 not null default 0,
  split_id          uuid,
  whole_minutes     integer,
  amount_minor      bigint,
  constraint claims_pkey PRIMARY KEY (tenant_id, id),
  constraint claims_tenant_id_absorbed_by_fkey FOREIGN KEY (tenant_id, absorbed_by) REFERENCES invoice_lines(tenant_id, id),
  constraint claims_tenant_id_kept_of_fkey FOREIGN KEY (tenant_id, kept_of) REFERENCES claims(tenant_id, id),
  constraint claims_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES invoice_lines(tenant_id, id),
  constraint claims_tenant_id_split_id_part_fkey FOREIGN KEY (tenant_id, split_id, part) REFERENCES split_parts(tenant_id, split_id, "position"),
  constraint claims_tenant_id_work_item_id_work_item_version_fkey FOREIGN KEY (tenant_id, work_item_id, work_item_version) REFERENCES work_items(tenant_id, id, version),
  constraint absorbed_is_covered CHECK (((absorbed_by IS NULL) OR (outcome = 'covered'::text))),
  constraint claims_amount_minor_check CHECK ((amount_minor > 0)),
  constraint claims_billed_minutes_check CHECK ((billed_minutes >= 0)),
  constraint claims_minutes_check CHECK ((minutes >= 0)),
  constraint claims_outcome_check CHECK ((outcome = ANY (ARRAY['covered'::text, 'no_charge'::text, 'written_off'::text]))),
  constraint kept_on_its_line CHECK (((kept_of IS NULL) OR (line_id IS NOT NULL))),
  constraint line_or_outcome CHECK ((((line_id IS NULL) = (outcome IS NOT NULL)) AND ((outcome IS NULL) = (reason IS NULL)))),
  constraint part_of_a_split CHECK ((((part > 0) = (split_id IS NOT NULL)) AND ((part > 0) = (whole_minutes IS NOT NULL)) AND ((part = 0) OR partial) AND (part >= 0)))
);
CREATE INDEX claims_by_line ON public.claims USING btree (tenant_id, line_id) WHERE (line_id IS NOT NULL);
CREATE INDEX claims_in_parts ON public.claims USING btree (tenant_id, work_item_id) WHERE (partial AND (released_at IS NULL));
CREATE INDEX claims_of_parts ON public.claims USING btree (tenant_id, work_item_id, share) WHERE ((part > 0) AND (released_at IS NULL));
CREATE UNIQUE INDEX one_active_claim ON public.claims USING btree (tenant_id, work_item_id, share, part) WHERE (released_at IS NULL);
alter table public.claims enable row level security;
alter table public.claims force row level security;
create policy runtime_access on public.claims as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.claims as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER kept AFTER UPDATE ON public.claims DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbacked_lines();
CREATE CONSTRAINT TRIGGER together AFTER UPDATE ON public.claims DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.outcome = 'covered'::text)) EXECUTE FUNCTION app.refuse_parted_draws('id');
CREATE TRIGGER divided AFTER INSERT ON public.claims REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_stray_parts();
CREATE TRIGGER guard BEFORE UPDATE ON public.claims FOR EACH ROW EXECUTE FUNCTION app.guard_claim();
CREATE TRIGGER guard_costs AFTER INSERT ON public.claims REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.guard_cost_claims();
CREATE TRIGGER guard_new AFTER INSERT ON public.claims REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.guard_new_claims();
CREATE TRIGGER passed_on AFTER INSERT ON public.claims REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_taxed_disbursements();
CREATE TRIGGER proven AFTER INSERT ON public.claims REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_unproven_milestones();
grant insert, select, update on public.claims to plumb_app;

create table public.client_merges (
  tenant_id   uuid                     not null default app.tenant(),
  id          uuid                     not null,
  merged_id   uuid                     not null,
  survivor_id uuid                     not null,
  reason      text                     not null,
  plan        jsonb                    not null,
  merged_by   uuid                     not null default app.actor(),
  merged_at   timestamp with time zone not null default now(),
  constraint client_merges_pkey PRIMARY KEY (tenant_id, id),
  constraint client_merges_tenant_id_merged_id_key UNIQUE (tenant_id, merged_id),
  constraint client_merges_tenant_id_merged_by_fkey FOREIGN KEY (tenant_id, merged_by) REFERENCES memberships(tenant_id, id),
  constraint client_merges_tenant_id_merged_id_fkey FOREIGN KEY (tenant_id, merged_id) REFERENCES clients(tenant_id, id),
  constraint client_merges_tenant_id_survivor_id_fkey FOREIGN KEY (tenant_id, survivor_id) REFERENCES clients(tenant_id, id),
  constraint client_merges_reason_check CHECK ((reason <> ''::text)),
  constraint two_clients CHECK ((merged_id <> survivor_id))
);
CREATE INDEX merges_into ON public.client_merges USING btree (tenant_id, survivor_id);
alter table public.client_merges enable row level security;
alter table public.client_merges force row level security;
create policy own_name on public.client_merges as restrictive for insert to plumb_app
  using 
  with check (((merged_by = ( SELECT app.actor() AS actor)) AND (merged_at = now())));
create policy runtime_access on public.client_merges as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.client_merges as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER settled AFTER INSERT ON public.client_merges DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_early_merge();
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON public.client_merges DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_half_merge();
grant insert, select on public.client_merges to plumb_app;

create table public.clients (
  tenant_id         uuid    not null default app.tenant(),
  id                uuid    not null,
  name              text    not null,
  legal_name        text,
  country           text,
  address           text[]  not null default '{}'::text[],
  tax_id            text,
  is_business       boolean not null default true,
  invoice_email     text,
  po_required       boolean,
  tax_jurisdictions text[]  not null default '{}'::text[],
  merged_into       uuid,
  constraint clients_pkey PRIMARY KEY (tenant_id, id),
  constraint clients_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint clients_tenant_id_merged_into_fkey FOREIGN KEY (tenant_id, merged_into) REFERENCES clients(tenant_id, id),
  constraint clients_country_check CHECK ((country ~ '^[A-Z]{2}$'::text))
);
CREATE INDEX merged_clients ON public.clients USING btree (tenant_id, merged_into) WHERE (merged_into IS NOT NULL);
alter table public.clients enable row level security;
alter table public.clients force row level security;
create policy runtime_access on public.clients as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.clients as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER merged BEFORE UPDATE ON public.clients FOR EACH ROW WHEN ((new.merged_into IS DISTINCT FROM old.merged_into)) EXECUTE FUNCTION app.guard_merged_client();
CREATE TRIGGER merged_later BEFORE INSERT ON public.clients FOR EACH ROW WHEN ((new.merged_into IS NOT NULL)) EXECUTE FUNCTION app.guard_merged_client();
grant insert, select, update on public.clients to plumb_app;

create table public.clock_pauses (
  tenant_id  uuid                     not null default app.tenant(),
  id         uuid                     not null,
  clock_id   uuid                     not null,
  paused_at  timestamp with time zone not null default now(),
  paused_by  uuid                     not null default app.actor(),
  reason     text                     not null,
  resumed_at timestamp with time zone,
  resumed_by uuid,
  constraint clock_pauses_pkey PRIMARY KEY (tenant_id, id),
  constraint clock_pauses_tenant_id_clock_id_fkey FOREIGN KEY (tenant_id, clock_id) REFERENCES clocks(tenant_id, id),
  constraint clock_pauses_tenant_id_paused_by_fkey FOREIGN KEY (tenant_id, paused_by) REFERENCES memberships(tenant_id, id),
  constraint clock_pauses_tenant_id_resumed_by_fkey FOREIGN KEY (tenant_id, resumed_by) REFERENCES memberships(tenant_id, id),
  constraint resumed_whole CHECK ((((resumed_at IS NULL) = (resumed_by IS NULL)) AND (resumed_at >= paused_at)))
);
CREATE INDEX pauses_by_clock ON public.clock_pauses USING btree (tenant_id, clock_id);
CREATE UNIQUE INDEX one_open_pause ON public.clock_pauses USING btree (tenant_id, clock_id) WHERE (resumed_at IS NULL);
alter table public.clock_pauses enable row level security;
alter table public.clock_pauses force row level security;
create policy own_name on public.clock_pauses as restrictive for insert to plumb_app
  using 
  with check (((paused_by = ( SELECT app.actor() AS actor)) AND (paused_at = now()) AND (resumed_at IS NULL)));
create policy runtime_access on public.clock_pauses as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.clock_pauses as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON public.clock_pauses FOR EACH ROW EXECUTE FUNCTION app.guard_clock_pause();
grant insert, select on public.clock_pauses to plumb_app;
grant update (resumed_at, resumed_by) on public.clock_pauses to plumb_app;

create table public.clock_steps (
  tenant_id  uuid                     not null default app.tenant(),
  id         uuid                     not null,
  clock_id   uuid                     not null,
  ordinal    integer                  not null,
  percent    integer                  not null,
  does       text                     not null,
  from_owner text                     not null,
  to_owner   text                     not null,
  due_at     timestamp with time zone not null,
  taken_at   timestamp with time zone not null default now(),
  notice_id  uuid                     not null,
  constraint clock_steps_pkey PRIMARY KEY (tenant_id, id),
  constraint clock_steps_tenant_id_clock_id_ordinal_key UNIQUE (tenant_id, clock_id, ordinal),
  constraint clock_steps_tenant_id_clock_id_fkey FOREIGN KEY (tenant_id, clock_id) REFERENCES clocks(tenant_id, id),
  constraint clock_steps_tenant_id_notice_id_fkey FOREIGN KEY (tenant_id, notice_id) REFERENCES notices(tenant_id, id),
  constraint clock_steps_does_check CHECK ((does = ANY (ARRAY['remind'::text, 'delegate'::text, 'escalate'::text]))),
  constraint clock_steps_ordinal_check CHECK ((ordinal >= 0))
);
CREATE INDEX steps_by_notice ON public.clock_steps USING btree (tenant_id, notice_id);
alter table public.clock_steps enable row level security;
alter table public.clock_steps force row level security;
create policy runtime_access on public.clock_steps as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.clock_steps as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.clock_steps FOR EACH ROW EXECUTE FUNCTION app.guard_clock_step();
grant insert, select on public.clock_steps to plumb_app;

create table public.clocks (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  wait            text                     not null,
  invoice_id      uuid,
  exception_id    uuid,
  legal_entity_id uuid,
  since           timestamp with time zone not null,
  owner           text,
  sla_policy_id   uuid,
  due_at          timestamp with time zone,
  next_at         timestamp with time zone default now(),
  stopped_at      timestamp with time zone,
  dispute_id      uuid,
  constraint clocks_pkey PRIMARY KEY (tenant_id, id),
  constraint clocks_tenant_id_dispute_id_fkey FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes(tenant_id, id),
  constraint clocks_tenant_id_exception_id_fkey FOREIGN KEY (tenant_id, exception_id) REFERENCES exceptions(tenant_id, id),
  constraint clocks_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint clocks_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint clocks_tenant_id_sla_policy_id_fkey FOREIGN KEY (tenant_id, sla_policy_id) REFERENCES sla_policies(tenant_id, id),
  constraint is_about_something CHECK (((invoice_id IS NOT NULL) OR (exception_id IS NOT NULL) OR (dispute_id IS NOT NULL)))
);
CREATE INDEX clocks_due ON public.clocks USING btree (tenant_id, due_at) WHERE (stopped_at IS NULL);
CREATE INDEX clocks_running ON public.clocks USING btree (tenant_id, invoice_id) WHERE (stopped_at IS NULL);
CREATE INDEX clocks_to_look_at ON public.clocks USING btree (next_at, tenant_id) WHERE (next_at IS NOT NULL);
CREATE UNIQUE INDEX one_clock_of_exception ON public.clocks USING btree (tenant_id, exception_id) WHERE (exception_id IS NOT NULL);
CREATE UNIQUE INDEX one_running_clock ON public.clocks USING btree (tenant_id, invoice_id, wait) WHERE ((stopped_at IS NULL) AND (exception_id IS NULL));
CREATE UNIQUE INDEX one_running_clock_of_dispute ON public.clocks USING btree (tenant_id, dispute_id, wait) WHERE ((stopped_at IS NULL) AND (dispute_id IS NOT NULL));
alter table public.clocks enable row level security;
alter table public.clocks force row level security;
create policy relay_access on public.clocks as permissive for all to plumb_relay
  using (true)
  with check (true);
create policy runtime_access on public.clocks as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.clocks as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE UPDATE ON public.clocks FOR EACH ROW EXECUTE FUNCTION app.guard_clock();
grant insert, select on public.clocks to plumb_app;
grant select (tenant_id, next_at) on public.clocks to plumb_relay;
grant update (owner, sla_policy_id, due_at, next_at, stopped_at) on public.clocks to plumb_app;

create table public.closures (
  tenant_id        uuid                     not null default app.tenant(),
  id               uuid                     not null,
  engagement_id    uuid                     not null,
  project_id       uuid,
  closed_on        date                     not null,
  reason           text                     not null,
  checklist        jsonb                    not null,
  billing_run_id   uuid                     not null,
  closed_by        uuid                     not null default app.actor(),
  closed_at        timestamp with time zone not null default now(),
  reopening_reason text,
  reopened_by      uuid,
  reopened_at      timestamp with time zone,
  constraint closures_pkey PRIMARY KEY (tenant_id, id),
  constraint closures_tenant_id_billing_run_id_fkey FOREIGN KEY (tenant_id, billing_run_id) REFERENCES billing_runs(tenant_id, id),
  constraint closures_tenant_id_closed_by_fkey FOREIGN KEY (tenant_id, closed_by) REFERENCES memberships(tenant_id, id),
  constraint closures_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint closures_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint closures_tenant_id_reopened_by_fkey FOREIGN KEY (tenant_id, reopened_by) REFERENCES memberships(tenant_id, id),
  constraint closures_reason_check CHECK ((reason <> ''::text)),
  constraint closures_reopening_reason_check CHECK ((reopening_reason <> ''::text)),
  constraint reopened_by_another CHECK (((num_nulls(reopened_by, reopened_at, reopening_reason) = ANY (ARRAY[0, 3])) AND (reopened_by <> closed_by)))
);
CREATE UNIQUE INDEX one_closure ON public.closures USING btree (tenant_id, engagement_id, project_id) NULLS NOT DISTINCT WHERE (reopened_at IS NULL);
alter table public.closures enable row level security;
alter table public.closures force row level security;
create policy own_name on public.closures as restrictive for insert to plumb_app
  using 
  with check (((closed_by = ( SELECT app.actor() AS actor)) AND (closed_at = now()) AND (reopened_by IS NULL)));
create policy runtime_access on public.closures as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.closures as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON public.closures FOR EACH ROW EXECUTE FUNCTION app.guard_closure();
grant insert, select on public.closures to plumb_app;
grant update (reopening_reason, reopened_by, reopened_at) on public.closures to plumb_app;

create table public.collecting_terms (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  legal_entity_id uuid                     not null,
  client_id       uuid,
  currency        text                     not null,
  starts_on       date                     not null,
  terms           jsonb                    not null,
  recorded_by     uuid                     not null default app.actor(),
  recorded_at     timestamp with time zone not null default now(),
  constraint collecting_terms_pkey PRIMARY KEY (tenant_id, id),
  constraint collecting_terms_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint collecting_terms_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint collecting_terms_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint collecting_terms_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE INDEX collecting_terms_in_force ON public.collecting_terms USING btree (tenant_id, legal_entity_id, currency, starts_on, id);
alter table public.collecting_terms enable row level security;
alter table public.collecting_terms force row level security;
create policy own_name on public.collecting_terms as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.collecting_terms as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.collecting_terms as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER moved BEFORE UPDATE ON public.collecting_terms FOR EACH ROW WHEN ((new.client_id IS DISTINCT FROM old.client_id)) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.collecting_terms REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select on public.collecting_terms to plumb_app;
grant update (client_id) on public.collecting_terms to plumb_app;

create table public.cost_rates (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  worker_id      uuid,
  grade          text,
  currency       text                     not null,
  cost_minor     bigint                   not null,
  effective_from date                     not null,
  effective_to   date,
  known_from     timestamp with time zone not null default now(),
  known_to       timestamp with time zone,
  constraint cost_rates_pkey PRIMARY KEY (tenant_id, id),
  constraint cost_rates_tenant_id_worker_id_fkey FOREIGN KEY (tenant_id, worker_id) REFERENCES workers(tenant_id, id),
  constraint cost_rates_check CHECK ((effective_to > effective_from)),
  constraint cost_rates_cost_minor_check CHECK ((cost_minor > 0)),
  constraint cost_rates_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint of_a_person_or_a_grade CHECK (((worker_id IS NULL) <> (grade IS NULL)))
);
CREATE UNIQUE INDEX one_known_cost ON public.cost_rates USING btree (tenant_id, worker_id, grade, currency, effective_from) NULLS NOT DISTINCT WHERE (known_to IS NULL);
alter table public.cost_rates enable row level security;
alter table public.cost_rates force row level security;
create policy runtime_access on public.cost_rates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.cost_rates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.cost_rates to plumb_app;
grant update (known_to) on public.cost_rates to plumb_app;

create table public.credit_lines (
  tenant_id         uuid    not null default app.tenant(),
  line_id           uuid    not null,
  corrected_line_id uuid    not null,
  treatment         text    not null,
  quantity          numeric not null,
  cost_minor        bigint,
  constraint credit_lines_pkey PRIMARY KEY (tenant_id, line_id),
  constraint credit_lines_tenant_id_corrected_line_id_fkey FOREIGN KEY (tenant_id, corrected_line_id) REFERENCES invoice_lines(tenant_id, id),
  constraint credit_lines_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES invoice_lines(tenant_id, id),
  constraint a_cost_became_less CHECK (((cost_minor IS NULL) OR ((quantity = (0)::numeric) AND (treatment = 'rebillable'::text)))),
  constraint a_price_is_conceded CHECK (((quantity <> (0)::numeric) OR (treatment = 'concession'::text) OR (cost_minor IS NOT NULL))),
  constraint credit_lines_cost_minor_check CHECK ((cost_minor > 0)),
  constraint credit_lines_treatment_check CHECK ((treatment = ANY (ARRAY['rebillable'::text, 'concession'::text])))
);
CREATE INDEX credits_of_line ON public.credit_lines USING btree (tenant_id, corrected_line_id);
alter table public.credit_lines enable row level security;
alter table public.credit_lines force row level security;
create policy runtime_access on public.credit_lines as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.credit_lines as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.credit_lines FOR EACH ROW EXECUTE FUNCTION app.guard_credit_line();
CREATE TRIGGER guard_cost BEFORE INSERT ON public.credit_lines FOR EACH ROW WHEN ((new.cost_minor IS NOT NULL)) EXECUTE FUNCTION app.guard_credited_cost();
grant insert, select on public.credit_lines to plumb_app;

create table public.credit_work (
  tenant_id      uuid    not null default app.tenant(),
  line_id        uuid    not null,
  work_item_id   uuid    not null,
  billed_minutes integer not null,
  constraint credit_work_pkey PRIMARY KEY (tenant_id, line_id, work_item_id),
  constraint credit_work_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES credit_lines(tenant_id, line_id),
  constraint credit_work_billed_minutes_check CHECK ((billed_minutes > 0))
);
CREATE INDEX credits_of_work ON public.credit_work USING btree (tenant_id, work_item_id);
alter table public.credit_work enable row level security;
alter table public.credit_work force row level security;
create policy runtime_access on public.credit_work as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.credit_work as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard AFTER INSERT ON public.credit_work REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.guard_credit_work();
grant insert, select on public.credit_work to plumb_app;

create table public.delivery_profiles (
  tenant_id  uuid    not null default app.tenant(),
  id         uuid    not null,
  client_id  uuid    not null,
  name       text    not null,
  "grouping" text    not null,
  language   text    not null,
  annex      boolean not null default true,
  template   text    not null default 'invoice'::text,
  constraint delivery_profiles_pkey PRIMARY KEY (tenant_id, id),
  constraint delivery_profiles_tenant_id_client_id_name_key UNIQUE (tenant_id, client_id, name),
  constraint delivery_profiles_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint delivery_profiles_grouping_check CHECK (("grouping" = ANY (ARRAY['client'::text, 'engagement'::text, 'po'::text, 'project'::text]))),
  constraint known_template CHECK ((template = ANY (ARRAY['invoice'::text, 'summary'::text])))
);
alter table public.delivery_profiles enable row level security;
alter table public.delivery_profiles force row level security;
create policy runtime_access on public.delivery_profiles as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.delivery_profiles as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.delivery_profiles to plumb_app;

create table public.dispute_lines (
  tenant_id  uuid not null default app.tenant(),
  dispute_id uuid not null,
  line_id    uuid not null,
  constraint dispute_lines_pkey PRIMARY KEY (tenant_id, dispute_id, line_id),
  constraint dispute_lines_tenant_id_dispute_id_fkey FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes(tenant_id, id),
  constraint dispute_lines_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES invoice_lines(tenant_id, id)
);
CREATE INDEX dispute_lines_by_line ON public.dispute_lines USING btree (tenant_id, line_id);
alter table public.dispute_lines enable row level security;
alter table public.dispute_lines force row level security;
create policy runtime_access on public.dispute_lines as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.dispute_lines as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER disputed_once AFTER INSERT ON public.dispute_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_line_disputed_twice();
grant insert, select on public.dispute_lines to plumb_app;

create table public.dispute_messages (
  tenant_id     uuid                     not null default app.tenant(),
  id            uuid                     not null,
  dispute_id    uuid                     not null,
  said_by       text                     not null,
  body          text                     not null,
  evidence      text,
  evidence_hash text,
  recorded_by   uuid                     not null default app.actor(),
  recorded_at   timestamp with time zone not null default now(),
  constraint dispute_messages_pkey PRIMARY KEY (tenant_id, id),
  constraint dispute_messages_tenant_id_dispute_id_fkey FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes(tenant_id, id),
  constraint dispute_messages_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint dispute_messages_body_check CHECK ((body <> ''::text)),
  constraint dispute_messages_check CHECK (((evidence IS NULL) = (evidence_hash IS NULL))),
  constraint dispute_messages_evidence_hash_check CHECK ((evidence_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint dispute_messages_said_by_check CHECK ((said_by = ANY (ARRAY['client'::text, 'firm'::text])))
);
CREATE INDEX dispute_messages_by_dispute ON public.dispute_messages USING btree (tenant_id, dispute_id, id);
alter table public.dispute_messages enable row level security;
alter table public.dispute_messages force row level security;
create policy own_name on public.dispute_messages as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.dispute_messages as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.dispute_messages as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.dispute_messages to plumb_app;

create table public.disputes (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  invoice_id      uuid                     not null,
  application_id  uuid,
  code            text                     not null,
  reason          text                     not null,
  amount_minor    bigint                   not null,
  raised_by       text,
  opened_on       date                     not null,
  state           text                     not null default 'open'::text,
  acknowledged_at timestamp with time zone,
  acknowledged_by uuid,
  outcome         text,
  root_cause      text,
  resolution      text,
  upheld_minor    bigint,
  credit_note_id  uuid,
  resolved_on     date,
  resolved_at     timestamp with time zone,
  resolved_by     uuid,
  recorded_by     uuid                     not null default app.actor(),
  recorded_at     timestamp with time zone not null default now(),
  constraint disputes_pkey PRIMARY KEY (tenant_id, id),
  constraint disputes_tenant_id_acknowledged_by_fkey FOREIGN KEY (tenant_id, acknowledged_by) REFERENCES memberships(tenant_id, id),
  constraint disputes_tenant_id_application_id_fkey FOREIGN KEY (tenant_id, application_id) REFERENCES payment_applications(tenant_id, id),
  constraint disputes_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES invoices(tenant_id, id),
  constraint disputes_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint disputes_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint disputes_tenant_id_resolved_by_fkey FOREIGN KEY (tenant_id, resolved_by) REFERENCES memberships(tenant_id, id),
  constraint acknowledged_by_somebody CHECK ((((acknowledged_at IS NULL) = (acknowledged_by IS NULL)) AND ((state <> 'acknowledged'::text) OR (acknowledged_at IS NOT NULL)) AND ((state <> 'open'::text) OR (acknowledged_at IS NULL)))),
  constraint credited_as_decided CHECK ((((credit_note_id IS NOT NULL) = (upheld_minor IS NOT NULL)) AND ((credit_note_id IS NOT NULL) = COALESCE((outcome = ANY (ARRAY['upheld'::text, 'compromise'::text])), false)) AND ((outcome <> 'upheld'::text) OR (upheld_minor >= amount_minor)) AND ((outcome <> 'compromise'::text) OR (upheld_minor < amount_minor)))),
  constraint disputes_amount_minor_check CHECK ((amount_minor > 0)),
  constraint disputes_outcome_check CHECK ((outcome = ANY (ARRAY['upheld'::text, 'compromise'::text, 'rejected'::text, 'withdrawn'::text]))),
  constraint disputes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text]))),
  constraint disputes_upheld_minor_check CHECK ((upheld_minor > 0)),
  constraint resolved_with_reason CHECK ((((state = 'resolved'::text) = (outcome IS NOT NULL)) AND ((outcome IS NULL) = (root_cause IS NULL)) AND ((outcome IS NULL) = (resolution IS NULL)) AND ((outcome IS NULL) = (resolved_on IS NULL)) AND ((outcome IS NULL) = (resolved_at IS NULL)) AND ((outcome IS NULL) = (resolved_by IS NULL)) AND (resolved_on >= opened_on)))
);
CREATE INDEX disputes_by_application ON public.disputes USING btree (tenant_id, application_id) WHERE (application_id IS NOT NULL);
CREATE INDEX disputes_by_invoice ON public.disputes USING btree (tenant_id, invoice_id);
CREATE INDEX disputes_open ON public.disputes USING btree (tenant_id, id) WHERE (state <> 'resolved'::text);
alter table public.disputes enable row level security;
alter table public.disputes force row level security;
create policy own_name on public.disputes as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now()) AND (state = 'open'::text)));
create policy runtime_access on public.disputes as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.disputes as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER fits AFTER INSERT ON public.disputes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unfit_dispute();
CREATE TRIGGER clocks_move AFTER UPDATE ON public.disputes REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION app.stop_dispute_clocks();
CREATE TRIGGER clocks_start AFTER INSERT ON public.disputes REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION app.start_dispute_clocks();
CREATE TRIGGER guard BEFORE UPDATE ON public.disputes FOR EACH ROW EXECUTE FUNCTION app.guard_dispute();
grant insert, select, update on public.disputes to plumb_app;

create table public.documents (
  tenant_id   uuid                     not null default app.tenant(),
  id          uuid                     not null,
  invoice_id  uuid                     not null,
  format      text                     not null,
  hash        text                     not null,
  bytes       integer                  not null,
  storage_key text                     not null,
  created_at  timestamp with time zone not null default now(),
  constraint documents_pkey PRIMARY KEY (tenant_id, id),
  constraint documents_tenant_id_invoice_id_format_key UNIQUE (tenant_id, invoice_id, format),
  constraint documents_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint documents_bytes_check CHECK ((bytes > 0)),
  constraint documents_format_check CHECK ((format = ANY (ARRAY['pdf'::text, 'html'::text])))
);
alter table public.documents enable row level security;
alter table public.documents force row level security;
create policy runtime_access on public.documents as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.documents as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER issued BEFORE INSERT ON public.documents FOR EACH ROW EXECUTE FUNCTION app.refuse_early_document();
grant insert, select on public.documents to plumb_app;

create table public.drafted_contents (
  tenant_id       uuid    not null default app.tenant(),
  invoice_id      uuid    not null,
  content_version integer not null,
  drafting_id     uuid    not null,
  constraint drafted_contents_pkey PRIMARY KEY (tenant_id, invoice_id, content_version),
  constraint drafted_contents_tenant_id_drafting_id_fkey FOREIGN KEY (tenant_id, drafting_id) REFERENCES draftings(tenant_id, id),
  constraint drafted_contents_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id)
);
CREATE INDEX contents_by_drafting ON public.drafted_contents USING btree (tenant_id, drafting_id);
alter table public.drafted_contents enable row level security;
alter table public.drafted_contents force row level security;
create policy runtime_access on public.drafted_contents as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.drafted_contents as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER in_time AFTER INSERT ON public.drafted_contents REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_late_inputs();
grant insert, select on public.drafted_contents to plumb_app;

create table public.draftings (
  tenant_id  uuid                     not null default app.tenant(),
  id         uuid                     not null,
  inputs     text                     not null,
  hash       text                     not null,
  drafted_at timestamp with time zone not null default now(),
  constraint draftings_pkey PRIMARY KEY (tenant_id, id),
  constraint draftings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint hash_is_of_inputs CHECK ((hash = encode(sha256(convert_to(inputs, 'UTF8'::name)), 'hex'::text)))
);
alter table public.draftings enable row level security;
alter table public.draftings force row level security;
create policy runtime_access on public.draftings as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.draftings as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.draftings to plumb_app;

create table public.dunning_items (
  tenant_id     uuid    not null default app.tenant(),
  id            uuid    not null,
  notice_id     uuid    not null,
  invoice_id    uuid    not null,
  level         integer not null,
  open_minor    bigint  not null,
  days_past_due integer not null,
  constraint dunning_items_pkey PRIMARY KEY (tenant_id, id),
  constraint dunning_items_tenant_id_notice_id_invoice_id_key UNIQUE (tenant_id, notice_id, invoice_id),
  constraint dunning_items_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint dunning_items_tenant_id_notice_id_fkey FOREIGN KEY (tenant_id, notice_id) REFERENCES dunning_notices(tenant_id, id),
  constraint dunning_items_days_past_due_check CHECK ((days_past_due >= 1)),
  constraint dunning_items_level_check CHECK ((level >= 1)),
  constraint dunning_items_open_minor_check CHECK ((open_minor > 0))
);
CREATE INDEX dunning_items_by_invoice ON public.dunning_items USING btree (tenant_id, invoice_id, level);
alter table public.dunning_items enable row level security;
alter table public.dunning_items force row level security;
create policy runtime_access on public.dunning_items as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.dunning_items as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER founded AFTER INSERT ON public.dunning_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unfounded_notice();
grant insert, select on public.dunning_items to plumb_app;

create table public.dunning_notices (
  tenant_id          uuid                     not null default app.tenant(),
  id                 uuid                     not null,
  legal_entity_id    uuid                     not null,
  client_id          uuid                     not null,
  currency           text                     not null,
  dunned_on          date                     not null,
  level              integer                  not null,
  text_key           text                     not null,
  language           text                     not null,
  total_minor        bigint                   not null,
  fee_minor          bigint                   not null,
  fee_entry_id       uuid,
  recorded_by        uuid                     not null default app.actor(),
  recorded_at        timestamp with time zone not null default now(),
  withdrawn_on       date,
  withdrawn_reason   text,
  withdrawn_by       uuid,
  withdrawn_at       timestamp with time zone,
  withdrawn_entry_id uuid,
  constraint dunning_notices_pkey PRIMARY KEY (tenant_id, id),
  constraint dunning_notices_tenant_id_fee_entry_id_key UNIQUE (tenant_id, fee_entry_id),
  constraint dunning_notices_tenant_id_withdrawn_entry_id_key UNIQUE (tenant_id, withdrawn_entry_id),
  constraint dunning_notices_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint dunning_notices_tenant_id_fee_entry_id_fkey FOREIGN KEY (tenant_id, fee_entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint dunning_notices_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint dunning_notices_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint dunning_notices_tenant_id_withdrawn_by_fkey FOREIGN KEY (tenant_id, withdrawn_by) REFERENCES memberships(tenant_id, id),
  constraint dunning_notices_tenant_id_withdrawn_entry_id_fkey FOREIGN KEY (tenant_id, withdrawn_entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint dunning_notices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint dunning_notices_fee_minor_check CHECK ((fee_minor >= 0)),
  constraint dunning_notices_level_check CHECK ((level >= 1)),
  constraint dunning_notices_total_minor_check CHECK ((total_minor > 0)),
  constraint fee_is_booked CHECK (((fee_entry_id IS NOT NULL) = (fee_minor > 0))),
  constraint withdrawn_whole CHECK ((((withdrawn_on IS NULL) = (withdrawn_reason IS NULL)) AND ((withdrawn_on IS NULL) = (withdrawn_by IS NULL)) AND ((withdrawn_on IS NULL) = (withdrawn_at IS NULL)) AND ((withdrawn_entry_id IS NOT NULL) = ((withdrawn_on IS NOT NULL) AND (fee_minor > 0)))))
);
CREATE INDEX dunning_notices_by_client ON public.dunning_notices USING btree (tenant_id, client_id, id);
alter table public.dunning_notices enable row level security;
alter table public.dunning_notices force row level security;
create policy own_name on public.dunning_notices as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now()) AND (withdrawn_on IS NULL)));
create policy runtime_access on public.dunning_notices as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.dunning_notices as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER booked AFTER INSERT OR UPDATE ON public.dunning_notices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbooked_notice();
CREATE TRIGGER guard BEFORE UPDATE ON public.dunning_notices FOR EACH ROW WHEN ((new.client_id = old.client_id)) EXECUTE FUNCTION app.guard_dunning_notice();
CREATE TRIGGER moved BEFORE UPDATE ON public.dunning_notices FOR EACH ROW WHEN ((new.client_id IS DISTINCT FROM old.client_id)) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.dunning_notices REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select, update on public.dunning_notices to plumb_app;

create table public.engagement_terms (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  engagement_id  uuid                     not null,
  effective_from date                     not null,
  known_from     timestamp with time zone not null default now(),
  known_to       timestamp with time zone,
  terms          jsonb                    not null,
  amended        boolean                  not null default false,
  constraint engagement_terms_pkey PRIMARY KEY (tenant_id, id),
  constraint engagement_terms_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id)
);
CREATE UNIQUE INDEX one_known_terms ON public.engagement_terms USING btree (tenant_id, engagement_id, effective_from, amended) WHERE (known_to IS NULL);
alter table public.engagement_terms enable row level security;
alter table public.engagement_terms force row level security;
create policy runtime_access on public.engagement_terms as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.engagement_terms as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.engagement_terms to plumb_app;
grant update (known_to) on public.engagement_terms to plumb_app;

create table public.engagements (
  tenant_id           uuid not null default app.tenant(),
  id                  uuid not null,
  code                text not null,
  name                text not null,
  legal_entity_id     uuid not null,
  client_id           uuid not null,
  payer_id            uuid not null,
  delivery_profile_id uuid not null,
  rate_card_id        uuid,
  org_unit_id         uuid,
  currency            text not null,
  approver_id         uuid,
  constraint engagements_pkey PRIMARY KEY (tenant_id, id),
  constraint engagements_tenant_id_code_key UNIQUE (tenant_id, code),
  constraint engagements_tenant_id_approver_id_fkey FOREIGN KEY (tenant_id, approver_id) REFERENCES memberships(tenant_id, id),
  constraint engagements_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint engagements_tenant_id_delivery_profile_id_fkey FOREIGN KEY (tenant_id, delivery_profile_id) REFERENCES delivery_profiles(tenant_id, id),
  constraint engagements_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint engagements_tenant_id_org_unit_id_fkey FOREIGN KEY (tenant_id, org_unit_id) REFERENCES org_units(tenant_id, id),
  constraint engagements_tenant_id_payer_id_fkey FOREIGN KEY (tenant_id, payer_id) REFERENCES clients(tenant_id, id),
  constraint engagements_tenant_id_rate_card_id_fkey FOREIGN KEY (tenant_id, rate_card_id) REFERENCES rate_cards(tenant_id, id),
  constraint engagements_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
alter table public.engagements enable row level security;
alter table public.engagements force row level security;
create policy runtime_access on public.engagements as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.engagements as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER keeps_no_merged AFTER UPDATE ON public.engagements REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id, a.payer_id');
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.engagements REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id, a.payer_id');
grant insert, select, update on public.engagements to plumb_app;

create table public.evidence (
  tenant_id   uuid                     not null default app.tenant(),
  id          uuid                     not null,
  kind        text                     not null,
  subject_id  uuid                     not null,
  facts       jsonb                    not null,
  hash        text                     not null,
  recorded_at timestamp with time zone not null default now(),
  constraint evidence_pkey PRIMARY KEY (tenant_id, id),
  constraint evidence_tenant_id_subject_id_hash_key UNIQUE (tenant_id, subject_id, hash),
  constraint evidence_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint evidence_kind_check CHECK ((kind = ANY (ARRAY['change_order'::text, 'milestone_acceptance'::text, 'receipt'::text, 'vat_id_check'::text])))
);
alter table public.evidence enable row level security;
alter table public.evidence force row level security;
create policy runtime_access on public.evidence as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.evidence as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.evidence to plumb_app;

create table public.exception_items (
  tenant_id         uuid    not null default app.tenant(),
  exception_id      uuid    not null,
  work_item_id      uuid    not null,
  work_item_version integer not null,
  amount_minor      bigint,
  constraint exception_items_pkey PRIMARY KEY (tenant_id, exception_id, work_item_id, work_item_version),
  constraint exception_items_tenant_id_exception_id_fkey FOREIGN KEY (tenant_id, exception_id) REFERENCES exceptions(tenant_id, id),
  constraint exception_items_tenant_id_work_item_id_work_item_version_fkey FOREIGN KEY (tenant_id, work_item_id, work_item_version) REFERENCES work_items(tenant_id, id, version)
);
CREATE INDEX exceptions_by_item ON public.exception_items USING btree (tenant_id, work_item_id);
alter table public.exception_items enable row level security;
alter table public.exception_items force row level security;
create policy runtime_access on public.exception_items as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.exception_items as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.exception_items to plumb_app;

create table public.exceptions (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  billing_run_id uuid,
  code           text                     not null,
  lane           text                     not null,
  severity       text                     not null,
  state          text                     not null default 'open'::text,
  owner          text                     not null,
  subject_kind   text                     not null,
  subject_id     uuid                     not null,
  fingerprint    text                     not null,
  invoice_id     uuid,
  message        text                     not null,
  entries        integer                  not null default 0,
  minutes        bigint                   not null default 0,
  amount_minor   bigint,
  currency       text                     not null,
  opened_at      timestamp with time zone not null default now(),
  closed_at      timestamp with time zone,
  constraint exceptions_pkey PRIMARY KEY (tenant_id, id),
  constraint exceptions_tenant_id_billing_run_id_fkey FOREIGN KEY (tenant_id, billing_run_id) REFERENCES billing_runs(tenant_id, id),
  constraint exceptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint exceptions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint exceptions_check CHECK (((state = 'open'::text) = (closed_at IS NULL))),
  constraint exceptions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint exceptions_lane_check CHECK ((lane = ANY (ARRAY['business'::text, 'technical'::text]))),
  constraint exceptions_severity_check CHECK ((severity = ANY (ARRAY['block'::text, 'warn'::text, 'inform'::text]))),
  constraint exceptions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text]))),
  constraint exceptions_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['work'::text, 'worker_week'::text, 'milestone'::text, 'expense'::text, 'engagement'::text, 'invoice'::text]))),
  constraint found_by_a_run CHECK (((billing_run_id IS NOT NULL) OR (invoice_id IS NOT NULL)))
);
CREATE INDEX exceptions_by_invoice ON public.exceptions USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
CREATE INDEX exceptions_open ON public.exceptions USING btree (tenant_id, id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX one_open_exception ON public.exceptions USING btree (tenant_id, fingerprint) WHERE (state = 'open'::text);
alter table public.exceptions enable row level security;
alter table public.exceptions force row level security;
create policy runtime_access on public.exceptions as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.exceptions as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER clocks_move AFTER UPDATE ON public.exceptions REFERENCING OLD TABLE AS left_open NEW TABLE AS closed FOR EACH STATEMENT EXECUTE FUNCTION app.stop_exception_clocks();
CREATE TRIGGER clocks_start AFTER INSERT ON public.exceptions REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION app.start_exception_clocks();
grant insert, select, update on public.exceptions to plumb_app;

create table public.expenses (
  tenant_id             uuid    not null default app.tenant(),
  id                    uuid    not null,
  version               integer not null,
  worker_id             uuid,
  category              text    not null,
  description           text    not null,
  paid_minor            bigint  not null,
  recoverable_vat_minor bigint  not null default 0,
  exchange_rate         numeric,
  exchange_on           date,
  exchange_source       text,
  receipt_id            uuid,
  constraint expenses_pkey PRIMARY KEY (tenant_id, id, version),
  constraint expenses_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version),
  constraint expenses_tenant_id_receipt_id_fkey FOREIGN KEY (tenant_id, receipt_id) REFERENCES evidence(tenant_id, id),
  constraint expenses_tenant_id_worker_id_fkey FOREIGN KEY (tenant_id, worker_id) REFERENCES workers(tenant_id, id),
  constraint expenses_check CHECK (((recoverable_vat_minor >= 0) AND (recoverable_vat_minor < paid_minor))),
  constraint expenses_exchange_rate_check CHECK ((exchange_rate > (0)::numeric)),
  constraint expenses_paid_minor_check CHECK ((paid_minor > 0)),
  constraint whole_exchange CHECK ((((exchange_rate IS NULL) = (exchange_on IS NULL)) AND ((exchange_rate IS NULL) = (exchange_source IS NULL))))
);
alter table public.expenses enable row level security;
alter table public.expenses force row level security;
create policy runtime_access on public.expenses as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.expenses as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.expenses to plumb_app;

create table public.external_refs (
  tenant_id    uuid not null default app.tenant(),
  system       text not null,
  kind         text not null,
  external_id  text not null,
  subject_id   uuid not null,
  version_hash text not null,
  import_id    uuid not null,
  constraint external_refs_pkey PRIMARY KEY (tenant_id, system, kind, external_id),
  constraint external_refs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.external_refs enable row level security;
alter table public.external_refs force row level security;
create policy runtime_access on public.external_refs as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.external_refs as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.external_refs to plumb_app;

create table public.fee_instalments (
  tenant_id     uuid    not null default app.tenant(),
  id            uuid    not null,
  version       integer not null,
  engagement_id uuid    not null,
  number        integer not null,
  instalments   integer not null,
  fee_minor     bigint  not null,
  basis_points  integer,
  constraint fee_instalments_pkey PRIMARY KEY (tenant_id, id, version),
  constraint fee_instalments_tenant_id_engagement_id_number_version_key UNIQUE (tenant_id, engagement_id, number, version),
  constraint fee_instalments_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint fee_instalments_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version),
  constraint fee_instalments_basis_points_check CHECK (((basis_points >= 1) AND (basis_points <= 10000))),
  constraint fee_instalments_check CHECK ((instalments >= number)),
  constraint fee_instalments_fee_minor_check CHECK ((fee_minor > 0)),
  constraint fee_instalments_number_check CHECK ((number >= 1))
);
alter table public.fee_instalments enable row level security;
alter table public.fee_instalments force row level security;
create policy runtime_access on public.fee_instalments as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.fee_instalments as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.fee_instalments to plumb_app;

create table public.fx_rates (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  source         text                     not null,
  base_currency  text                     not null,
  quote_currency text                     not null,
  rate_on        date                     not null,
  rate           numeric                  not null,
  known_from     timestamp with time zone not null default now(),
  known_to       timestamp with time zone,
  constraint fx_rates_pkey PRIMARY KEY (tenant_id, id),
  constraint fx_rates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint fx_rates_base_currency_check CHECK ((base_currency ~ '^[A-Z]{3}$'::text)),
  constraint fx_rates_check CHECK (((quote_currency ~ '^[A-Z]{3}$'::text) AND (quote_currency <> base_currency))),
  constraint fx_rates_rate_check CHECK ((rate > (0)::numeric))
);
CREATE INDEX fx_rates_by_day ON public.fx_rates USING btree (tenant_id, source, rate_on);
CREATE UNIQUE INDEX one_known_fx_rate ON public.fx_rates USING btree (tenant_id, source, base_currency, quote_currency, rate_on) WHERE (known_to IS NULL);
alter table public.fx_rates enable row level security;
alter table public.fx_rates force row level security;
create policy runtime_access on public.fx_rates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.fx_rates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.fx_rates to plumb_app;
grant update (known_to) on public.fx_rates to plumb_app;

create table public.holidays (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  legal_entity_id uuid                     not null,
  falls_on        date                     not null,
  name            text                     not null,
  opens           integer,
  closes          integer,
  known_from      timestamp with time zone not null default now(),
  known_to        timestamp with time zone,
  constraint holidays_pkey PRIMARY KEY (tenant_id, id),
  constraint holidays_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint opens_before_it_closes CHECK ((((opens IS NULL) = (closes IS NULL)) AND (opens >= 0) AND (opens < closes) AND (closes <= 1440)))
);
CREATE UNIQUE INDEX one_known_holiday ON public.holidays USING btree (tenant_id, legal_entity_id, falls_on) WHERE (known_to IS NULL);
alter table public.holidays enable row level security;
alter table public.holidays force row level security;
create policy runtime_access on public.holidays as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.holidays as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER clocks_move AFTER INSERT ON public.holidays REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.look_at_clocks_again();
CREATE TRIGGER clocks_move_again AFTER UPDATE ON public.holidays REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION app.look_at_clocks_again();
grant insert, select on public.holidays to plumb_app;
grant update (known_to) on public.holidays to plumb_app;

create table public.hour_buckets (
  tenant_id     uuid    not null default app.tenant(),
  id            uuid    not null,
  engagement_id uuid    not null,
  starts_on     date    not null,
  ends_on       date,
  expires_on    date,
  minutes       integer not null,
  carry_max     integer not null,
  used          integer not null default 0,
  carried       integer not null default 0,
  constraint hour_buckets_pkey PRIMARY KEY (tenant_id, id),
  constraint hour_buckets_tenant_id_engagement_id_starts_on_key UNIQUE (tenant_id, engagement_id, starts_on),
  constraint hour_buckets_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint hour_buckets_carry_max_check CHECK ((carry_max >= 0)),
  constraint hour_buckets_check CHECK ((ends_on > starts_on)),
  constraint hour_buckets_check1 CHECK ((expires_on > starts_on)),
  constraint hour_buckets_check2 CHECK (((carried >= 0) AND (carried <= used))),
  constraint hour_buckets_minutes_check CHECK ((minutes >= 0)),
  constraint hour_buckets_used_check CHECK ((used >= 0)),
  constraint never_carried_beyond CHECK ((carried <= carry_max)),
  constraint never_overdrawn CHECK ((used <= minutes))
);
alter table public.hour_buckets enable row level security;
alter table public.hour_buckets force row level security;
create policy runtime_access on public.hour_buckets as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.hour_buckets as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE UPDATE ON public.hour_buckets FOR EACH ROW EXECUTE FUNCTION app.guard_bucket();
grant insert, select on public.hour_buckets to plumb_app;
grant update (ends_on, expires_on, minutes, carry_max, used, carried) on public.hour_buckets to plumb_app;

create table public.idempotency_keys (
  tenant_id   uuid                     not null default app.tenant(),
  actor_id    uuid                     not null default app.actor(),
  key         text                     not null,
  operation   text                     not null,
  fingerprint text                     not null,
  status      integer                  not null,
  headers     jsonb                    not null,
  body        text,
  created_at  timestamp with time zone not null default now(),
  expires_at  timestamp with time zone,
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, actor_id, key),
  constraint idempotency_keys_tenant_id_actor_id_fkey FOREIGN KEY (tenant_id, actor_id) REFERENCES memberships(tenant_id, id),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);
alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;
create policy own_answers on public.idempotency_keys as restrictive for all to plumb_app
  using ((actor_id = ( SELECT app.actor() AS actor)))
  with check ((actor_id = ( SELECT app.actor() AS actor)));
create policy runtime_access on public.idempotency_keys as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.idempotency_keys as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.idempotency_keys to plumb_app;

create table public.imports (
  tenant_id        uuid                     not null default app.tenant(),
  id               uuid                     not null,
  system           text                     not null,
  kind             text                     not null,
  file_name        text                     not null,
  state            text                     not null default 'running'::text,
  rows_read        integer                  not null default 0,
  rows_added       integer                  not null default 0,
  rows_changed     integer                  not null default 0,
  rows_unchanged   integer                  not null default 0,
  rows_quarantined integer                  not null default 0,
  started_by       uuid                     not null default app.actor(),
  started_at       timestamp with time zone not null default now(),
  finished_at      timestamp with time zone,
  storage_key      text,
  file_hash        text,
  failure          text,
  lease_until      timestamp with time zone,
  tries            integer                  not null default 0,
  constraint imports_pkey PRIMARY KEY (tenant_id, id),
  constraint imports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint imports_check CHECK (((state <> 'done'::text) OR (rows_read = (((rows_added + rows_changed) + rows_unchanged) + rows_quarantined)))),
  constraint imports_check1 CHECK (((storage_key IS NULL) = (file_hash IS NULL))),
  constraint imports_check2 CHECK (((state <> 'queued'::text) OR (storage_key IS NOT NULL))),
  constraint imports_check3 CHECK (((failure IS NULL) OR (state = 'failed'::text))),
  constraint imports_file_hash_check CHECK ((file_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint imports_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX imports_open ON public.imports USING btree (tenant_id, system, id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
alter table public.imports enable row level security;
alter table public.imports force row level security;
create policy own_name on public.imports as restrictive for insert to plumb_app
  using 
  with check ((started_by = ( SELECT app.actor() AS actor)));
create policy runtime_access on public.imports as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.imports as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.imports to plumb_app;

create table public.interest_claims (
  tenant_id          uuid                     not null default app.tenant(),
  id                 uuid                     not null,
  invoice_id         uuid                     not null,
  legal_entity_id    uuid                     not null,
  client_id          uuid                     not null,
  currency           text                     not null,
  from_on            date                     not null,
  until_on           date                     not null,
  interest_minor     bigint                   not null,
  compensation_minor bigint                   not null,
  lines              jsonb                    not null,
  terms              jsonb                    not null,
  state              text                     not null default 'proposed'::text,
  reason             text,
  entry_id           uuid,
  recorded_by        uuid                     not null default app.actor(),
  recorded_at        timestamp with time zone not null default now(),
  decided_by         uuid,
  decided_at         timestamp with time zone,
  constraint interest_claims_pkey PRIMARY KEY (tenant_id, id),
  constraint interest_claims_tenant_id_entry_id_key UNIQUE (tenant_id, entry_id),
  constraint interest_claims_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint interest_claims_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, id),
  constraint interest_claims_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint interest_claims_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint interest_claims_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint interest_claims_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint charged_is_booked CHECK (((state = 'charged'::text) = (entry_id IS NOT NULL))),
  constraint claims_days CHECK ((until_on > from_on)),
  constraint claims_something CHECK (((interest_minor + compensation_minor) > 0)),
  constraint decided_whole CHECK ((((state = 'proposed'::text) = (decided_by IS NULL)) AND ((state = 'proposed'::text) = (decided_at IS NULL)))),
  constraint interest_claims_compensation_minor_check CHECK ((compensation_minor >= 0)),
  constraint interest_claims_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint interest_claims_interest_minor_check CHECK ((interest_minor >= 0)),
  constraint interest_claims_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'charged'::text, 'waived'::text, 'replaced'::text]))),
  constraint waived_with_reason CHECK (((state <> 'waived'::text) OR (reason IS NOT NULL)))
);
CREATE INDEX interest_claims_by_invoice ON public.interest_claims USING btree (tenant_id, invoice_id, until_on);
CREATE INDEX interest_claims_by_state ON public.interest_claims USING btree (tenant_id, state, id);
CREATE UNIQUE INDEX one_proposed_claim ON public.interest_claims USING btree (tenant_id, invoice_id) WHERE (state = 'proposed'::text);
alter table public.interest_claims enable row level security;
alter table public.interest_claims force row level security;
create policy own_name on public.interest_claims as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now()) AND (state = 'proposed'::text)));
create policy runtime_access on public.interest_claims as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.interest_claims as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER booked AFTER INSERT OR UPDATE ON public.interest_claims DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbooked_claim();
CREATE TRIGGER guard BEFORE INSERT ON public.interest_claims FOR EACH ROW EXECUTE FUNCTION app.guard_interest_claim();
CREATE TRIGGER guard_update BEFORE UPDATE ON public.interest_claims FOR EACH ROW WHEN ((new.client_id = old.client_id)) EXECUTE FUNCTION app.guard_interest_claim();
CREATE TRIGGER moved BEFORE UPDATE ON public.interest_claims FOR EACH ROW WHEN ((new.client_id IS DISTINCT FROM old.client_id)) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.interest_claims REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select, update on public.interest_claims to plumb_app;

create table public.invoice_adjustments (
  tenant_id       uuid    not null default app.tenant(),
  id              uuid    not null,
  invoice_id      uuid    not null,
  content_version integer not null,
  "position"      integer not null,
  line_id         uuid,
  engagement_id   uuid    not null,
  kind            text    not null,
  amount_minor    bigint  not null,
  share_bp        integer,
  base_minor      bigint,
  tax_category    text    not null,
  tax_bp          integer not null,
  reason_code     text    not null,
  reason          text    not null,
  because         text    not null,
  write_down_id   uuid,
  constraint invoice_adjustments_pkey PRIMARY KEY (tenant_id, id),
  constraint invoice_adjustments_tenant_id_invoice_id_content_version_po_key UNIQUE (tenant_id, invoice_id, content_version, "position"),
  constraint invoice_adjustments_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint invoice_adjustments_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint invoice_adjustments_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES invoice_lines(tenant_id, id),
  constraint invoice_adjustments_tenant_id_write_down_id_fkey FOREIGN KEY (tenant_id, write_down_id) REFERENCES write_downs(tenant_id, id),
  constraint a_decision_takes_off_a_line CHECK (((write_down_id IS NULL) OR ((kind = 'allowance'::text) AND (line_id IS NOT NULL)))),
  constraint invoice_adjustments_amount_minor_check CHECK ((amount_minor > 0)),
  constraint invoice_adjustments_kind_check CHECK ((kind = ANY (ARRAY['allowance'::text, 'surcharge'::text]))),
  constraint invoice_adjustments_position_check CHECK (("position" >= 1)),
  constraint invoice_adjustments_share_bp_check CHECK ((share_bp > 0)),
  constraint share_has_base CHECK (((share_bp IS NULL) = (base_minor IS NULL)))
);
CREATE INDEX adjustments_by_decision ON public.invoice_adjustments USING btree (tenant_id, write_down_id) WHERE (write_down_id IS NOT NULL);
CREATE INDEX adjustments_by_line ON public.invoice_adjustments USING btree (tenant_id, line_id) WHERE (line_id IS NOT NULL);
alter table public.invoice_adjustments enable row level security;
alter table public.invoice_adjustments force row level security;
create policy runtime_access on public.invoice_adjustments as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.invoice_adjustments as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER adjustments_add_up AFTER INSERT ON public.invoice_adjustments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.check_adjustments();
CREATE TRIGGER decided AFTER INSERT ON public.invoice_adjustments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.check_decided_lines();
grant insert, select on public.invoice_adjustments to plumb_app;

create table public.invoice_lines (
  tenant_id       uuid    not null default app.tenant(),
  id              uuid    not null,
  invoice_id      uuid    not null,
  content_version integer not null,
  "position"      integer not null,
  project_id      uuid,
  description     text    not null,
  minutes         bigint  not null,
  price_minor     bigint  not null,
  price_base      integer not null,
  net_minor       bigint  not null,
  tax_category    text    not null,
  tax_bp          integer not null,
  rate_id         uuid,
  because         text    not null,
  engagement_id   uuid    not null,
  quantity        numeric not null,
  unit            text    not null,
  retained_minor  bigint  not null default 0,
  earned_from     date,
  earned_until    date,
  adjusted_minor  bigint  not null default 0,
  spread_minor    bigint  not null default 0,
  deducts         uuid,
  retaxes         uuid,
  no_charge       boolean not null default false,
  cost_centre     text,
  constraint invoice_lines_pkey PRIMARY KEY (tenant_id, id),
  constraint invoice_lines_tenant_id_invoice_id_content_version_position_key UNIQUE (tenant_id, invoice_id, content_version, "position"),
  constraint invoice_lines_tenant_id_deducts_fkey FOREIGN KEY (tenant_id, deducts) REFERENCES invoices(tenant_id, id),
  constraint invoice_lines_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint invoice_lines_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint invoice_lines_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint invoice_lines_tenant_id_rate_id_fkey FOREIGN KEY (tenant_id, rate_id) REFERENCES rates(tenant_id, id),
  constraint invoice_lines_tenant_id_retaxes_fkey FOREIGN KEY (tenant_id, retaxes) REFERENCES invoices(tenant_id, id),
  constraint deductions_take_off CHECK (((deducts IS NULL) OR ((net_minor < 0) AND (retaxes IS NULL) AND (minutes = 0)))),
  constraint earned_over_days CHECK ((((earned_from IS NULL) = (earned_until IS NULL)) AND (earned_from < earned_until))),
  constraint invoice_lines_cost_centre_check CHECK ((btrim(cost_centre) <> ''::text)),
  constraint invoice_lines_position_check CHECK (("position" >= 1)),
  constraint invoice_lines_price_base_check CHECK ((price_base > 0)),
  constraint known_unit CHECK ((unit = ANY (ARRAY['minute'::text, 'each'::text, 'day'::text, 'month'::text, 'unit'::text, 'seat'::text, 'kilometre'::text]))),
  constraint minutes_are_the_quantity CHECK (((unit <> 'minute'::text) OR ((minutes)::numeric = quantity))),
  constraint net_is_quantity_times_price CHECK (((abs(((2)::numeric * ((((net_minor - adjusted_minor))::numeric * (price_base)::numeric) - (quantity * (price_minor)::numeric)))) < (price_base)::numeric) OR ((abs(((2)::numeric * ((((net_minor - adjusted_minor))::numeric * (price_base)::numeric) - (quantity * (price_minor)::numeric)))) = (price_base)::numeric) AND (abs((((net_minor - adjusted_minor))::numeric * (price_base)::numeric)) > abs((quantity * (price_minor)::numeric)))))),
  constraint retained_is_part_of_net CHECK (((retained_minor >= LEAST(net_minor, (0)::bigint)) AND (retained_minor <= GREATEST(net_minor, (0)::bigint))))
);
CREATE INDEX deductions_of_deposit ON public.invoice_lines USING btree (tenant_id, deducts) WHERE (deducts IS NOT NULL);
alter table public.invoice_lines enable row level security;
alter table public.invoice_lines force row level security;
create policy runtime_access on public.invoice_lines as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.invoice_lines as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER decided AFTER INSERT ON public.invoice_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.no_charge) EXECUTE FUNCTION app.refuse_unexplained_gift();
CREATE CONSTRAINT TRIGGER deducted AFTER INSERT ON public.invoice_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.deducts IS NOT NULL) OR (new.retaxes IS NOT NULL))) EXECUTE FUNCTION app.refuse_overdeducted();
CREATE CONSTRAINT TRIGGER explained AFTER INSERT ON public.invoice_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.adjusted_minor <> 0)) EXECUTE FUNCTION app.refuse_unexplained_line();
CREATE CONSTRAINT TRIGGER retaxed AFTER INSERT ON public.invoice_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.retaxes IS NOT NULL)) EXECUTE FUNCTION app.refuse_lopsided_retaxing();
CREATE TRIGGER lines_add_up AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.check_line_sums();
grant insert, select on public.invoice_lines to plumb_app;

create table public.invoice_snapshots (
  tenant_id  uuid                     not null default app.tenant(),
  invoice_id uuid                     not null,
  snapshot   text                     not null,
  hash       text                     not null,
  created_at timestamp with time zone not null default now(),
  constraint invoice_snapshots_pkey PRIMARY KEY (tenant_id, invoice_id),
  constraint invoice_snapshots_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id)
);
alter table public.invoice_snapshots enable row level security;
alter table public.invoice_snapshots force row level security;
create policy runtime_access on public.invoice_snapshots as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.invoice_snapshots as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER issued AFTER INSERT ON public.invoice_snapshots DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_early_snapshot();
grant insert, select on public.invoice_snapshots to plumb_app;

create table public.invoices (
  tenant_id             uuid                     not null default app.tenant(),
  id                    uuid                     not null,
  kind                  text                     not null default 'invoice'::text,
  billing_run_id        uuid,
  legal_entity_id       uuid                     not null,
  client_id             uuid                     not null,
  payer_id              uuid                     not null,
  delivery_profile_id   uuid                     not null,
  engagement_id         uuid,
  project_id            uuid,
  purchase_order_id     uuid,
  currency              text                     not null,
  period_start          date                     not null,
  period_end            date                     not null,
  payment_terms_days    integer                  not null,
  stage                 text                     not null default 'draft'::text,
  stage_since           timestamp with time zone not null default now(),
  version               integer                  not null default 1,
  content_version       integer                  not null default 1,
  approval_round        integer                  not null default 1,
  content_hash          text                     not null,
  minutes               bigint                   not null,
  net_minor             bigint                   not null,
  tax_minor             bigint                   not null,
  total_minor           bigint                   not null,
  bundle_hash           text                     not null,
  prepared_by           uuid                     not null default app.actor(),
  content_by            uuid                     not null,
  submitted_by          uuid,
  series_id             uuid,
  number                bigint,
  number_text           text,
  issued_on             date,
  due_on                date,
  issued_at             timestamp with time zone,
  created_at            timestamp with time zone not null default now(),
  corrects              uuid,
  correction_code       text,
  correction_reason     text,
  adjusted_minor        bigint                   not null default 0,
  tax_rounding          text                     not null default 'document'::text,
  rebills               boolean                  not null default false,
  replaces              uuid,
  tax_point_rule        text                     not null default 'service_end'::text,
  tax_point_days        integer,
  tax_point_on          date,
  withheld_minor        bigint                   not null default 0,
  withholding_bp        integer,
  withholding_of        text,
  withholding_reference text,
  opening_minor         bigint,
  early_payment         text,
  written_client_id     uuid,
  written_payer_id      uuid,
  constraint invoices_pkey PRIMARY KEY (tenant_id, id),
  constraint invoices_tenant_id_legal_entity_id_number_text_key UNIQUE (tenant_id, legal_entity_id, number_text),
  constraint invoices_tenant_id_series_id_number_key UNIQUE (tenant_id, series_id, number),
  constraint invoices_replaces_fkey FOREIGN KEY (tenant_id, replaces) REFERENCES invoices(tenant_id, id),
  constraint invoices_tenant_id_billing_run_id_fkey FOREIGN KEY (tenant_id, billing_run_id) REFERENCES billing_runs(tenant_id, id),
  constraint invoices_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint invoices_tenant_id_corrects_fkey FOREIGN KEY (tenant_id, corrects) REFERENCES invoices(tenant_id, id),
  constraint invoices_tenant_id_delivery_profile_id_fkey FOREIGN KEY (tenant_id, delivery_profile_id) REFERENCES delivery_profiles(tenant_id, id),
  constraint invoices_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint invoices_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint invoices_tenant_id_payer_id_fkey FOREIGN KEY (tenant_id, payer_id) REFERENCES clients(tenant_id, id),
  constraint invoices_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint invoices_tenant_id_purchase_order_id_fkey FOREIGN KEY (tenant_id, purchase_order_id) REFERENCES purchase_orders(tenant_id, id),
  constraint invoices_tenant_id_series_id_fkey FOREIGN KEY (tenant_id, series_id) REFERENCES number_series(tenant_id, id),
  constraint credit_notes_correct CHECK ((((kind = 'credit_note'::text) = (corrects IS NOT NULL)) AND ((corrects IS NULL) = (correction_code IS NULL)) AND ((corrects IS NULL) = (correction_reason IS NULL)))),
  constraint credit_notes_rebill CHECK ((((kind = 'credit_note'::text) OR (NOT rebills)) AND ((kind = 'invoice'::text) OR (replaces IS NULL)))),
  constraint credit_notes_stay CHECK (((kind <> 'credit_note'::text) OR (content_version = 1))),
  constraint deposits_are_taxed_at_issue CHECK (((tax_point_rule <> 'deposit'::text) OR (kind = 'deposit'::text))),
  constraint deposits_stay CHECK (((kind <> 'deposit'::text) OR (content_version = 1))),
  constraint drafted_by_a_run CHECK (((billing_run_id IS NOT NULL) OR (kind <> 'invoice'::text))),
  constraint early_payment_is_agreed CHECK (((early_payment IS NULL) OR ((jsonb_array_length((early_payment)::jsonb) > 0) AND (total_minor > 0)))),
  constraint invoices_correction_code_check CHECK ((correction_code = ANY (ARRAY['wrong_rate'::text, 'wrong_quantity'::text, 'wrong_tax'::text, 'wrong_recipient'::text, 'not_agreed'::text, 'quality'::text, 'goodwill'::text, 'duplicate'::text]))),
  constraint invoices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint invoices_kind_check CHECK ((kind = ANY (ARRAY['credit_note'::text, 'deposit'::text, 'invoice'::text, 'opening'::text]))),
  constraint invoices_payment_terms_days_check CHECK ((payment_terms_days >= 0)),
  constraint invoices_tax_point_rule_check CHECK ((tax_point_rule = ANY (ARRAY['service_end'::text, 'issue'::text, 'payment'::text, 'deposit'::text]))),
  constraint invoices_tax_rounding_check CHECK ((tax_rounding = ANY (ARRAY['document'::text, 'line'::text]))),
  constraint invoices_withholding_bp_check CHECK (((withholding_bp >= 1) AND (withholding_bp <= 9999))),
  constraint invoices_withholding_of_check CHECK ((withholding_of = ANY (ARRAY['net'::text, 'gross'::text]))),
  constraint numbered_when_issued CHECK (
CASE
    WHEN (kind = 'opening'::text) THEN ((stage = 'posted'::text) AND (num_nonnulls(series_id, number) = 0) AND (num_nulls(number_text, issued_on, issued_at, due_on) = 0))
    ELSE (((stage = ANY (ARRAY['issued'::text, 'posted'::text])) = (number IS NOT NULL)) AND ((number IS NULL) = (series_id IS NULL)) AND ((number IS NULL) = (number_text IS NULL)) AND ((number IS NULL) = (issued_on IS NULL)) AND ((number IS NULL) = (issued_at IS NULL)))
END),
  constraint openings_are_owed CHECK ((((kind = 'opening'::text) = (opening_minor IS NOT NULL)) AND ((opening_minor >= 1) AND (opening_minor <= total_minor)))),
  constraint tax_point_is_expected CHECK ((((tax_point_rule = ANY (ARRAY['issue'::text, 'deposit'::text])) = (tax_point_on IS NOT NULL)) AND ((tax_point_days IS NULL) OR (tax_point_rule = 'issue'::text)))),
  constraint totals_add_up CHECK ((total_minor = (net_minor + tax_minor))),
  constraint withheld_of_what_is_owed CHECK (((withheld_minor >= LEAST(total_minor, (0)::bigint)) AND (withheld_minor <= GREATEST(total_minor, (0)::bigint)))),
  constraint withholding_is_explained CHECK ((((withholding_bp IS NULL) = (withholding_of IS NULL)) AND ((withholding_bp IS NULL) = (withholding_reference IS NULL)) AND ((withholding_bp IS NOT NULL) OR (withheld_minor = 0))))
);
CREATE INDEX deposits_by_client ON public.invoices USING btree (tenant_id, client_id) WHERE (kind = 'deposit'::text);
CREATE INDEX invoices_by_client ON public.invoices USING btree (tenant_id, client_id, id);
CREATE INDEX invoices_by_corrected ON public.invoices USING btree (tenant_id, corrects) WHERE (corrects IS NOT NULL);
CREATE INDEX invoices_by_order ON public.invoices USING btree (tenant_id, purchase_order_id) WHERE (purchase_order_id IS NOT NULL);
CREATE INDEX invoices_by_run_and_id ON public.invoices USING btree (tenant_id, billing_run_id, id);
CREATE INDEX invoices_by_stage_and_id ON public.invoices USING btree (tenant_id, stage, id);
CREATE INDEX invoices_by_wait ON public.invoices USING btree (tenant_id, stage, stage_since, id);
CREATE INDEX invoices_replacing ON public.invoices USING btree (tenant_id, replaces) WHERE (replaces IS NOT NULL);
alter table public.invoices enable row level security;
alter table public.invoices force row level security;
create policy runtime_access on public.invoices as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.invoices as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER booked AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_unbooked();
CREATE CONSTRAINT TRIGGER converted AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_unconverted();
CREATE CONSTRAINT TRIGGER cost_taken_back AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.kind = 'credit_note'::text) AND (new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_untaken_cost();
CREATE CONSTRAINT TRIGGER deducted AFTER INSERT ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'credit_note'::text)) EXECUTE FUNCTION app.refuse_deducted_credit();
CREATE CONSTRAINT TRIGGER deposit_booked AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_unbooked_deposit();
CREATE CONSTRAINT TRIGGER deposits_first AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.kind = 'invoice'::text) AND (new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_early_deduction();
CREATE CONSTRAINT TRIGGER drawn AFTER UPDATE OF stage, content_version ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.content_version <> old.content_version) OR ((new.stage = ANY (ARRAY['issued'::text, 'discarded'::text])) AND (new.stage <> old.stage)))) EXECUTE FUNCTION app.refuse_kept_draws();
CREATE CONSTRAINT TRIGGER explained AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.stage = 'issued'::text) AND (old.stage <> 'issued'::text) AND (new.kind <> 'credit_note'::text))) EXECUTE FUNCTION app.refuse_unexplained();
CREATE CONSTRAINT TRIGGER frozen AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_unfrozen();
CREATE CONSTRAINT TRIGGER given AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.kind = 'credit_note'::text) AND (new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_ungiven_credit();
CREATE CONSTRAINT TRIGGER overcredited AFTER INSERT ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'credit_note'::text)) EXECUTE FUNCTION app.refuse_overcredited();
CREATE CONSTRAINT TRIGGER released AFTER UPDATE OF stage, content_version ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.content_version <> old.content_version) OR ((new.stage = 'discarded'::text) AND (old.stage <> 'discarded'::text)))) EXECUTE FUNCTION app.refuse_held_work();
CREATE CONSTRAINT TRIGGER reserved AFTER UPDATE OF stage, content_version ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.content_version <> old.content_version) OR ((new.stage = ANY (ARRAY['issued'::text, 'discarded'::text])) AND (new.stage <> old.stage)))) EXECUTE FUNCTION app.refuse_unreserved();
CREATE CONSTRAINT TRIGGER shortfall_last AFTER UPDATE ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.number IS NULL) AND (new.number IS NOT NULL))) EXECUTE FUNCTION app.refuse_early_shortfall();
CREATE CONSTRAINT TRIGGER sums_insert AFTER INSERT ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind <> 'opening'::text)) EXECUTE FUNCTION app.check_invoice_sums();
CREATE CONSTRAINT TRIGGER sums_update AFTER UPDATE OF net_minor, tax_minor, minutes, adjusted_minor, content_version ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.check_invoice_sums();
CREATE CONSTRAINT TRIGGER taken_over AFTER INSERT ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'opening'::text)) EXECUTE FUNCTION app.refuse_stray_opening();
CREATE CONSTRAINT TRIGGER work_taken_back AFTER UPDATE OF stage ON public.invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.kind = 'credit_note'::text) AND (new.stage = 'issued'::text) AND (old.stage <> 'issued'::text))) EXECUTE FUNCTION app.refuse_untaken_credit();
CREATE TRIGGER clocks_move AFTER UPDATE ON public.invoices REFERENCING OLD TABLE AS left_behind NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION app.move_invoice_clocks();
CREATE TRIGGER clocks_start AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION app.start_invoice_clocks();
CREATE TRIGGER closed_asks_none BEFORE INSERT ON public.invoices FOR EACH ROW WHEN ((new.kind = 'deposit'::text)) EXECUTE FUNCTION app.refuse_deposit_of_closed();
CREATE TRIGGER guard BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN ((NOT (((new.written_client_id IS DISTINCT FROM old.written_client_id) OR (new.written_payer_id IS DISTINCT FROM old.written_payer_id)) OR ((old.stage = ANY (ARRAY['issued'::text, 'posted'::text, 'discarded'::text])) AND ((new.client_id IS DISTINCT FROM old.client_id) OR (new.payer_id IS DISTINCT FROM old.payer_id)))))) EXECUTE FUNCTION app.guard_invoice();
CREATE TRIGGER guard_begin BEFORE INSERT ON public.invoices FOR EACH ROW EXECUTE FUNCTION app.guard_invoice();
CREATE TRIGGER guard_correction BEFORE INSERT OR UPDATE ON public.invoices FOR EACH ROW WHEN ((new.corrects IS NOT NULL)) EXECUTE FUNCTION app.guard_correction();
CREATE TRIGGER guard_rebill BEFORE INSERT ON public.invoices FOR EACH ROW WHEN ((new.replaces IS NOT NULL)) EXECUTE FUNCTION app.guard_rebill();
CREATE TRIGGER keep_rebill BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((new.rebills IS DISTINCT FROM old.rebills) OR (new.replaces IS DISTINCT FROM old.replaces))) EXECUTE FUNCTION app.keep_rebill();
CREATE TRIGGER keeps_no_merged AFTER UPDATE ON public.invoices REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id, a.payer_id');
CREATE TRIGGER moved BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN ((((new.written_client_id IS DISTINCT FROM old.written_client_id) OR (new.written_payer_id IS DISTINCT FROM old.written_payer_id)) OR ((old.stage = ANY (ARRAY['issued'::text, 'posted'::text, 'discarded'::text])) AND ((new.client_id IS DISTINCT FROM old.client_id) OR (new.payer_id IS DISTINCT FROM old.payer_id))))) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id, a.payer_id');
CREATE TRIGGER tax_rounding_kept BEFORE INSERT ON public.invoices FOR EACH ROW WHEN ((new.corrects IS NOT NULL)) EXECUTE FUNCTION app.keep_tax_rounding();
CREATE TRIGGER written BEFORE INSERT ON public.invoices FOR EACH ROW WHEN (((new.written_client_id IS NOT NULL) OR (new.written_payer_id IS NOT NULL))) EXECUTE FUNCTION app.guard_moved();
grant insert, select, update on public.invoices to plumb_app;

create table public.jobs (
  tenant_id   uuid                     not null default app.tenant(),
  event_id    uuid                     not null,
  name        text                     not null,
  lane        text                     not null,
  subject_id  uuid                     not null,
  sequence    integer                  not null,
  state       text                     not null default 'queued'::text,
  generation  integer                  not null default 0,
  attempts    integer                  not null default 0,
  due_at      timestamp with time zone not null default now(),
  hinted_at   timestamp with time zone,
  lease_until timestamp with time zone,
  failure     text,
  finished_at timestamp with time zone,
  constraint jobs_pkey PRIMARY KEY (tenant_id, event_id, name),
  constraint jobs_tenant_id_event_id_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES outbox(tenant_id, id),
  constraint jobs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX jobs_by_subject ON public.jobs USING btree (tenant_id, subject_id, name, sequence) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX jobs_hinted ON public.jobs USING btree (lane, hinted_at) WHERE ((state = 'queued'::text) AND (hinted_at IS NOT NULL));
CREATE INDEX jobs_open ON public.jobs USING btree (lane, tenant_id, due_at, sequence) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
alter table public.jobs enable row level security;
alter table public.jobs force row level security;
create policy relay_access on public.jobs as permissive for all to plumb_relay
  using (true)
  with check (true);
create policy runtime_access on public.jobs as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.jobs as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.jobs to plumb_app;
grant insert (tenant_id, event_id, name, lane, subject_id, sequence) on public.jobs to plumb_relay;
grant select (tenant_id, event_id, name, lane, subject_id, sequence, state, attempts, due_at, hinted_at, lease_until) on public.jobs to plumb_relay;
grant update (hinted_at) on public.jobs to plumb_relay;

create table public.ledger_entries (
  tenant_id         uuid                     not null default app.tenant(),
  id                uuid                     not null,
  fact              text                     not null,
  legal_entity_id   uuid                     not null,
  client_id         uuid                     not null,
  currency          text                     not null,
  booked_on         date                     not null,
  invoice_id        uuid,
  recorded_by       uuid                     not null default app.actor(),
  recorded_at       timestamp with time zone not null default now(),
  payment_id        uuid,
  reverses          uuid,
  reason            text,
  due_on            date,
  written_client_id uuid,
  constraint ledger_entries_pkey PRIMARY KEY (tenant_id, id),
  constraint ledger_entries_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint ledger_entries_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint ledger_entries_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint ledger_entries_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint ledger_entries_tenant_id_reverses_fkey FOREIGN KEY (tenant_id, reverses) REFERENCES ledger_entries(tenant_id, id),
  constraint issue_names_invoice CHECK (((fact <> 'invoice_issued'::text) OR (invoice_id IS NOT NULL))),
  constraint ledger_entries_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint ledger_entries_fact_check CHECK ((fact = ANY (ARRAY['application_reversed'::text, 'bank_charged'::text, 'chargeback_lost'::text, 'chargeback_opened'::text, 'chargeback_won'::text, 'credit_refunded'::text, 'credit_released'::text, 'credit_taken_over'::text, 'debt_written_off'::text, 'invoice_issued'::text, 'late_charge_withdrawn'::text, 'late_charged'::text, 'payment_applied'::text, 'payment_received'::text, 'payment_returned'::text, 'receivable_taken_over'::text, 'retainer_earned'::text, 'retention_credited'::text, 'retention_released'::text, 'revenue_released'::text, 'trust_received'::text, 'trust_refunded'::text, 'trust_transferred'::text, 'withholding_certified'::text, 'withholding_uncertified'::text]))),
  constraint names_its_subjects CHECK ((((payment_id IS NULL) = (fact = ANY (ARRAY['invoice_issued'::text, 'receivable_taken_over'::text, 'revenue_released'::text, 'debt_written_off'::text, 'withholding_uncertified'::text, 'withholding_certified'::text, 'late_charge_withdrawn'::text, 'late_charged'::text, 'retention_released'::text, 'trust_transferred'::text, 'trust_refunded'::text, 'trust_received'::text]))) AND ((invoice_id IS NULL) = (fact = ANY (ARRAY['payment_received'::text, 'credit_taken_over'::text, 'credit_refunded'::text, 'chargeback_lost'::text, 'chargeback_won'::text, 'chargeback_opened'::text, 'bank_charged'::text, 'payment_returned'::text, 'trust_transferred'::text, 'trust_refunded'::text, 'trust_received'::text, 'retainer_earned'::text]))) AND ((reverses IS NULL) = (fact <> 'application_reversed'::text)) AND ((reason IS NOT NULL) OR (fact = ANY (ARRAY['invoice_issued'::text, 'receivable_taken_over'::text, 'revenue_released'::text, 'payment_received'::text, 'credit_taken_over'::text, 'credit_released'::text, 'payment_applied'::text]))))),
  constraint release_is_due CHECK (((due_on IS NOT NULL) = (fact = 'retention_released'::text)))
);
CREATE INDEX ledger_by_client ON public.ledger_entries USING btree (tenant_id, client_id, booked_on);
CREATE INDEX ledger_by_invoice ON public.ledger_entries USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
CREATE INDEX ledger_by_payment ON public.ledger_entries USING btree (tenant_id, payment_id) WHERE (payment_id IS NOT NULL);
CREATE UNIQUE INDEX booked_once ON public.ledger_entries USING btree (tenant_id, invoice_id) WHERE (fact = 'invoice_issued'::text);
CREATE UNIQUE INDEX received_once ON public.ledger_entries USING btree (tenant_id, payment_id) WHERE (fact = ANY (ARRAY['payment_received'::text, 'credit_released'::text, 'credit_taken_over'::text]));
CREATE UNIQUE INDEX reversed_once ON public.ledger_entries USING btree (tenant_id, reverses) WHERE (reverses IS NOT NULL);
CREATE UNIQUE INDEX taken_over_once ON public.ledger_entries USING btree (tenant_id, invoice_id) WHERE (fact = 'receivable_taken_over'::text);
alter table public.ledger_entries enable row level security;
alter table public.ledger_entries force row level security;
create policy own_name on public.ledger_entries as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.ledger_entries as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.ledger_entries as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER certified AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact = ANY (ARRAY['withholding_certified'::text, 'withholding_uncertified'::text]))) EXECUTE FUNCTION app.guard_certified_entry();
CREATE CONSTRAINT TRIGGER covered AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact <> 'invoice_issued'::text)) EXECUTE FUNCTION app.refuse_overdrawn();
CREATE CONSTRAINT TRIGGER disputed AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact = ANY (ARRAY['chargeback_opened'::text, 'chargeback_won'::text, 'chargeback_lost'::text, 'payment_returned'::text, 'credit_refunded'::text, 'retainer_earned'::text]))) EXECUTE FUNCTION app.refuse_uncovered_chargeback();
CREATE CONSTRAINT TRIGGER earned_as_agreed AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact = 'retainer_earned'::text)) EXECUTE FUNCTION app.refuse_unagreed_earning();
CREATE CONSTRAINT TRIGGER held_before AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact = 'credit_taken_over'::text)) EXECUTE FUNCTION app.refuse_stray_credit();
CREATE CONSTRAINT TRIGGER mattered AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (starts_with(new.fact, 'trust_'::text)) EXECUTE FUNCTION app.refuse_unmattered();
CREATE CONSTRAINT TRIGGER retained AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.payment_id IS NOT NULL)) EXECUTE FUNCTION app.guard_retainers();
CREATE CONSTRAINT TRIGGER retention_left AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact = 'retention_credited'::text)) EXECUTE FUNCTION app.refuse_overreleased_retention();
CREATE CONSTRAINT TRIGGER taken_over AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.fact = 'receivable_taken_over'::text)) EXECUTE FUNCTION app.refuse_stray_opening();
CREATE TRIGGER issued AFTER INSERT ON public.ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_early_entries();
CREATE TRIGGER moved BEFORE UPDATE ON public.ledger_entries FOR EACH ROW WHEN (((new.client_id IS DISTINCT FROM old.client_id) OR (new.written_client_id IS DISTINCT FROM old.written_client_id))) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER open_books AFTER INSERT ON public.ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_closed_books();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.ledger_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
CREATE TRIGGER written BEFORE INSERT ON public.ledger_entries FOR EACH ROW WHEN ((new.written_client_id IS NOT NULL)) EXECUTE FUNCTION app.guard_moved();
grant insert, select on public.ledger_entries to plumb_app;
grant update (client_id, written_client_id) on public.ledger_entries to plumb_app;

create table public.ledger_postings (
  tenant_id        uuid    not null default app.tenant(),
  entry_id         uuid    not null,
  "position"       integer not null,
  account          text    not null,
  amount_minor     bigint  not null,
  tax_category     text,
  tax_bp           integer,
  tax_jurisdiction text,
  constraint ledger_postings_pkey PRIMARY KEY (tenant_id, entry_id, "position"),
  constraint ledger_postings_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint ledger_postings_account_check CHECK ((account = ANY (ARRAY['bad_debt'::text, 'bank_fees'::text, 'cash'::text, 'chargebacks'::text, 'deferred_revenue'::text, 'deposit_liability'::text, 'discounts_allowed'::text, 'late_charges'::text, 'opening_balances'::text, 'receivable'::text, 'retainer_liability'::text, 'retention_receivable'::text, 'revenue'::text, 'tax_payable'::text, 'trust_bank'::text, 'trust_liability'::text, 'unapplied_cash'::text, 'withholding_certified'::text, 'withholding_tax'::text]))),
  constraint ledger_postings_amount_minor_check CHECK ((amount_minor <> 0)),
  constraint ledger_postings_check CHECK (((tax_jurisdiction IS NULL) OR (account = 'tax_payable'::text))),
  constraint ledger_postings_position_check CHECK (("position" >= 1)),
  constraint tax_is_named CHECK ((((account = 'tax_payable'::text) = (tax_category IS NOT NULL)) AND ((tax_category IS NULL) = (tax_bp IS NULL))))
);
CREATE INDEX ledger_deferred ON public.ledger_postings USING btree (tenant_id, entry_id) WHERE (account = 'deferred_revenue'::text);
CREATE INDEX ledger_withheld ON public.ledger_postings USING btree (tenant_id, entry_id) WHERE (account = ANY (ARRAY['withholding_tax'::text, 'withholding_certified'::text]));
alter table public.ledger_postings enable row level security;
alter table public.ledger_postings force row level security;
create policy runtime_access on public.ledger_postings as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.ledger_postings as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER balanced AFTER INSERT ON public.ledger_postings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_lopsided_entries();
CREATE TRIGGER released AFTER INSERT ON public.ledger_postings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_overreleased();
CREATE TRIGGER retention_released AFTER INSERT ON public.ledger_postings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_unkept_release();
CREATE TRIGGER unmixed AFTER INSERT ON public.ledger_postings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_mixed_money();
grant insert, select on public.ledger_postings to plumb_app;

create table public.legal_entities (
  tenant_id             uuid    not null default app.tenant(),
  id                    uuid    not null,
  key                   text    not null,
  legal_name            text    not null,
  country               text    not null,
  address               text[]  not null,
  currency              text    not null,
  time_zone             text    not null,
  tax_id                text,
  bank                  jsonb,
  fiscal_year_starts    integer not null default 1,
  number_format         text    not null,
  lock_date             date,
  tax_jurisdictions     text[]  not null default '{}'::text[],
  credit_number_format  text,
  tax_rounding          text    not null default 'document'::text,
  fx_fixed_at           text,
  fx_source             text,
  deposit_number_format text,
  tax_point_rule        text    not null default 'service_end'::text,
  tax_point_days        integer,
  cut_over_on           date,
  constraint legal_entities_pkey PRIMARY KEY (tenant_id, id),
  constraint legal_entities_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint legal_entities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint days_of_issue CHECK (((tax_point_days IS NULL) OR (tax_point_rule = 'issue'::text))),
  constraint fx_is_whole CHECK (((fx_fixed_at IS NULL) = (fx_source IS NULL))),
  constraint legal_entities_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint legal_entities_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint legal_entities_fiscal_year_starts_check CHECK (((fiscal_year_starts >= 1) AND (fiscal_year_starts <= 12))),
  constraint legal_entities_fx_fixed_at_check CHECK ((fx_fixed_at = ANY (ARRAY['draft'::text, 'issue'::text, 'tax_point'::text]))),
  constraint legal_entities_tax_point_days_check CHECK (((tax_point_days >= 0) AND (tax_point_days <= 366))),
  constraint legal_entities_tax_point_rule_check CHECK ((tax_point_rule = ANY (ARRAY['service_end'::text, 'issue'::text, 'payment'::text]))),
  constraint legal_entities_tax_rounding_check CHECK ((tax_rounding = ANY (ARRAY['document'::text, 'line'::text])))
);
alter table public.legal_entities enable row level security;
alter table public.legal_entities force row level security;
create policy runtime_access on public.legal_entities as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.legal_entities as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER closed_first AFTER UPDATE ON public.legal_entities DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.lock_date IS DISTINCT FROM old.lock_date) AND (CURRENT_USER = 'plumb_app'::name))) EXECUTE FUNCTION app.refuse_stray_lock();
CREATE TRIGGER cut_over_once AFTER UPDATE ON public.legal_entities FOR EACH ROW WHEN ((new.cut_over_on IS DISTINCT FROM old.cut_over_on)) EXECUTE FUNCTION app.guard_cut_over();
grant insert, select, update on public.legal_entities to plumb_app;

create table public.limit_uses (
  tenant_id       uuid    not null default app.tenant(),
  id              uuid    not null,
  limit_id        uuid    not null,
  invoice_id      uuid    not null,
  content_version integer not null,
  amount          bigint  not null,
  state           text    not null default 'reserved'::text,
  constraint limit_uses_pkey PRIMARY KEY (tenant_id, id),
  constraint limit_uses_tenant_id_invoice_id_content_version_limit_id_key UNIQUE (tenant_id, invoice_id, content_version, limit_id),
  constraint limit_uses_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint limit_uses_tenant_id_limit_id_fkey FOREIGN KEY (tenant_id, limit_id) REFERENCES limits(tenant_id, id),
  constraint limit_uses_amount_check CHECK ((amount > 0)),
  constraint limit_uses_state_check CHECK ((state = ANY (ARRAY['consumed'::text, 'credited'::text, 'released'::text, 'reserved'::text])))
);
alter table public.limit_uses enable row level security;
alter table public.limit_uses force row level security;
create policy runtime_access on public.limit_uses as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.limit_uses as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER backed AFTER INSERT ON public.limit_uses DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.state = 'credited'::text)) EXECUTE FUNCTION app.refuse_unbacked_room();
CREATE TRIGGER counted AFTER INSERT OR UPDATE ON public.limit_uses FOR EACH ROW EXECUTE FUNCTION app.count_use();
grant insert, select on public.limit_uses to plumb_app;
grant update (state) on public.limit_uses to plumb_app;

create table public.limits (
  tenant_id         uuid    not null default app.tenant(),
  id                uuid    not null,
  kind              text    not null,
  measure           text    not null,
  engagement_id     uuid    not null,
  project_id        uuid,
  purchase_order_id uuid,
  currency          text,
  counts_expenses   boolean not null,
  total             bigint,
  used              bigint  not null default 0,
  change_order_id   uuid,
  agreed_total      bigint,
  opening           bigint  not null default 0,
  constraint limits_pkey PRIMARY KEY (tenant_id, id),
  constraint limits_tenant_id_engagement_id_project_id_purchase_order_id_key UNIQUE NULLS NOT DISTINCT (tenant_id, engagement_id, project_id, purchase_order_id, measure),
  constraint limits_tenant_id_change_order_id_fkey FOREIGN KEY (tenant_id, change_order_id) REFERENCES change_orders(tenant_id, id),
  constraint limits_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint limits_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint limits_tenant_id_purchase_order_id_fkey FOREIGN KEY (tenant_id, purchase_order_id) REFERENCES purchase_orders(tenant_id, id),
  constraint limits_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint limits_kind_check CHECK ((kind = ANY (ARRAY['cap'::text, 'order'::text]))),
  constraint limits_measure_check CHECK ((measure = ANY (ARRAY['money'::text, 'minutes'::text]))),
  constraint limits_total_check CHECK ((total > 0)),
  constraint limits_used_check CHECK ((used >= 0)),
  constraint money_has_currency CHECK (((measure = 'money'::text) = (currency IS NOT NULL))),
  constraint never_overspent CHECK ((used <= total)),
  constraint opening_is_used CHECK (((opening >= 0) AND (opening <= used))),
  constraint order_is_money CHECK ((((kind = 'order'::text) = (purchase_order_id IS NOT NULL)) AND ((kind = 'cap'::text) OR (measure = 'money'::text))))
);
alter table public.limits enable row level security;
alter table public.limits force row level security;
create policy runtime_access on public.limits as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.limits as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE UPDATE ON public.limits FOR EACH ROW EXECUTE FUNCTION app.guard_limit();
grant insert, select on public.limits to plumb_app;
grant update (currency, counts_expenses, total, used, change_order_id, agreed_total, opening) on public.limits to plumb_app;

create table public.memberships (
  tenant_id uuid   not null default app.tenant(),
  id        uuid   not null,
  kind      text   not null,
  key       text   not null,
  name      text   not null,
  email     text,
  roles     text[] not null default '{}'::text[],
  constraint memberships_pkey PRIMARY KEY (tenant_id, id),
  constraint memberships_tenant_id_kind_key_key UNIQUE (tenant_id, kind, key),
  constraint memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint memberships_check CHECK (((kind = 'person'::text) = (email IS NOT NULL))),
  constraint memberships_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'system'::text, 'key'::text])))
);
CREATE INDEX memberships_of_person ON public.memberships USING btree (key) WHERE (kind = 'person'::text);
alter table public.memberships enable row level security;
alter table public.memberships force row level security;
create policy lookup on public.memberships as permissive for select to plumb_owner
  using ((kind = 'person'::text));
create policy runtime_access on public.memberships as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.memberships as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.memberships to plumb_app;
grant update (name, email, roles) on public.memberships to plumb_app;

create table public.milestones (
  tenant_id       uuid    not null default app.tenant(),
  id              uuid    not null,
  version         integer not null,
  name            text    not null,
  due_on          date    not null,
  accepted_on     date,
  accepted_by     text,
  evidence_id     uuid,
  change_order_id uuid,
  constraint milestones_pkey PRIMARY KEY (tenant_id, id, version),
  constraint milestones_tenant_id_change_order_id_fkey FOREIGN KEY (tenant_id, change_order_id) REFERENCES change_orders(tenant_id, id),
  constraint milestones_tenant_id_evidence_id_fkey FOREIGN KEY (tenant_id, evidence_id) REFERENCES evidence(tenant_id, id),
  constraint milestones_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version),
  constraint evidence_of_acceptance CHECK (((accepted_on IS NOT NULL) OR ((accepted_by IS NULL) AND (evidence_id IS NULL))))
);
alter table public.milestones enable row level security;
alter table public.milestones force row level security;
create policy runtime_access on public.milestones as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.milestones as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.milestones to plumb_app;

create table public.month_closes (
  tenant_id          uuid                     not null default app.tenant(),
  id                 uuid                     not null,
  legal_entity_id    uuid                     not null,
  month              date                     not null,
  locked_before      date,
  checklist          jsonb                    not null,
  closed_by          uuid                     not null default app.actor(),
  closed_at          timestamp with time zone not null default now(),
  reopening_asked_by uuid,
  reopening_asked_at timestamp with time zone,
  reopening_reason   text,
  reopened_by        uuid,
  reopened_at        timestamp with time zone,
  constraint month_closes_pkey PRIMARY KEY (tenant_id, id),
  constraint month_closes_tenant_id_closed_by_fkey FOREIGN KEY (tenant_id, closed_by) REFERENCES memberships(tenant_id, id),
  constraint month_closes_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint month_closes_tenant_id_reopened_by_fkey FOREIGN KEY (tenant_id, reopened_by) REFERENCES memberships(tenant_id, id),
  constraint month_closes_tenant_id_reopening_asked_by_fkey FOREIGN KEY (tenant_id, reopening_asked_by) REFERENCES memberships(tenant_id, id),
  constraint month_closes_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint reopened_by_a_second CHECK (((num_nulls(reopened_by, reopened_at) = ANY (ARRAY[0, 2])) AND ((reopened_by IS NULL) OR ((reopening_asked_by IS NOT NULL) AND (reopened_by <> reopening_asked_by))))),
  constraint reopening_has_reason CHECK ((num_nulls(reopening_asked_by, reopening_asked_at, reopening_reason) = ANY (ARRAY[0, 3])))
);
CREATE UNIQUE INDEX month_closed_once ON public.month_closes USING btree (tenant_id, legal_entity_id, month) WHERE (reopened_at IS NULL);
alter table public.month_closes enable row level security;
alter table public.month_closes force row level security;
create policy own_name on public.month_closes as restrictive for insert to plumb_app
  using 
  with check (((closed_by = ( SELECT app.actor() AS actor)) AND (closed_at = now()) AND (reopening_asked_by IS NULL) AND (reopened_by IS NULL)));
create policy runtime_access on public.month_closes as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.month_closes as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER lock_follows AFTER INSERT ON public.month_closes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_stray_lock();
CREATE CONSTRAINT TRIGGER unlock_follows AFTER UPDATE ON public.month_closes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.reopened_at IS DISTINCT FROM old.reopened_at)) EXECUTE FUNCTION app.refuse_stray_lock();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON public.month_closes FOR EACH ROW EXECUTE FUNCTION app.guard_month_close();
grant insert, select on public.month_closes to plumb_app;
grant update (reopening_asked_by, reopening_asked_at, reopening_reason, reopened_by, reopened_at) on public.month_closes to plumb_app;

create table public.notices (
  tenant_id  uuid                     not null default app.tenant(),
  id         uuid                     not null,
  role       text                     not null,
  written_at timestamp with time zone not null default now(),
  sent_at    timestamp with time zone,
  recipients uuid[],
  constraint notices_pkey PRIMARY KEY (tenant_id, id),
  constraint notices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint sent_whole CHECK (((sent_at IS NULL) = (recipients IS NULL)))
);
alter table public.notices enable row level security;
alter table public.notices force row level security;
create policy runtime_access on public.notices as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.notices as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE UPDATE ON public.notices FOR EACH ROW EXECUTE FUNCTION app.guard_notice();
grant insert, select on public.notices to plumb_app;
grant update (sent_at, recipients) on public.notices to plumb_app;

create table public.number_series (
  tenant_id       uuid   not null default app.tenant(),
  id              uuid   not null,
  legal_entity_id uuid   not null,
  kind            text   not null,
  fiscal_year     text   not null,
  format          text   not null,
  next_number     bigint not null default 1,
  last_issued_on  date,
  first_number    bigint not null default 1,
  constraint number_series_pkey PRIMARY KEY (tenant_id, id),
  constraint number_series_tenant_id_legal_entity_id_kind_fiscal_year_key UNIQUE (tenant_id, legal_entity_id, kind, fiscal_year),
  constraint number_series_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint number_series_first_number_check CHECK ((first_number >= 1)),
  constraint number_series_kind_check CHECK ((kind = ANY (ARRAY['credit_note'::text, 'deposit'::text, 'invoice'::text]))),
  constraint number_series_next_number_check CHECK ((next_number >= 1)),
  constraint numbers_from_the_first CHECK ((next_number >= first_number))
);
alter table public.number_series enable row level security;
alter table public.number_series force row level security;
create policy runtime_access on public.number_series as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.number_series as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER no_gaps AFTER UPDATE OF next_number ON public.number_series DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.next_number <> old.next_number)) EXECUTE FUNCTION app.refuse_gaps();
CREATE TRIGGER begins BEFORE INSERT ON public.number_series FOR EACH ROW WHEN ((new.next_number <> new.first_number)) EXECUTE FUNCTION app.guard_new_series();
CREATE TRIGGER forward_only BEFORE UPDATE ON public.number_series FOR EACH ROW EXECUTE FUNCTION app.refuse_number_reuse();
grant insert, select, update on public.number_series to plumb_app;

create table public.org_units (
  tenant_id uuid not null default app.tenant(),
  id        uuid not null,
  key       text not null,
  name      text not null,
  parent_id uuid,
  constraint org_units_pkey PRIMARY KEY (tenant_id, id),
  constraint org_units_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint org_units_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint org_units_tenant_id_parent_id_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES org_units(tenant_id, id)
);
alter table public.org_units enable row level security;
alter table public.org_units force row level security;
create policy runtime_access on public.org_units as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.org_units as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.org_units to plumb_app;

create table public.outbox (
  tenant_id    uuid                     not null default app.tenant(),
  id           uuid                     not null,
  name         text                     not null,
  subject_id   uuid                     not null,
  sequence     integer                  not null,
  data         jsonb                    not null,
  actor_id     uuid                     not null default app.actor(),
  occurred_at  timestamp with time zone not null default now(),
  published_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (tenant_id, id),
  constraint outbox_tenant_id_subject_id_sequence_key UNIQUE (tenant_id, subject_id, sequence),
  constraint outbox_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE INDEX outbox_unpublished ON public.outbox USING btree (tenant_id, sequence, occurred_at) WHERE (published_at IS NULL);
alter table public.outbox enable row level security;
alter table public.outbox force row level security;
create policy own_name on public.outbox as restrictive for insert to plumb_app
  using 
  with check (((actor_id = ( SELECT app.actor() AS actor)) AND (occurred_at = now()) AND (published_at IS NULL)));
create policy relay_access on public.outbox as permissive for all to plumb_relay
  using (true)
  with check (true);
create policy runtime_access on public.outbox as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.outbox as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.outbox to plumb_app;
grant select (tenant_id, id, name, subject_id, sequence, occurred_at, published_at) on public.outbox to plumb_relay;
grant update (published_at) on public.outbox to plumb_relay;

create table public.partners (
  id         uuid                     not null,
  slug       text                     not null,
  name       text                     not null,
  created_at timestamp with time zone not null default now(),
  constraint partners_pkey PRIMARY KEY (id),
  constraint partners_slug_key UNIQUE (slug),
  constraint partners_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,62}$'::text))
);
alter table public.partners enable row level security;
alter table public.partners force row level security;
create policy lookup on public.partners as permissive for all to plumb_owner
  using (true)
  with check (true);
create policy own_partner on public.partners as restrictive for all to plumb_app
  using ((id = ( SELECT tenants.partner_id
   FROM tenants
  WHERE (tenants.id = ( SELECT app.tenant() AS tenant)))));
create policy runtime_access on public.partners as permissive for all to plumb_app
  using (true);
grant select on public.partners to plumb_app;

create table public.payment_applications (
  tenant_id      uuid   not null default app.tenant(),
  id             uuid   not null,
  payment_id     uuid   not null,
  invoice_id     uuid   not null,
  amount_minor   bigint not null,
  residual_kind  text,
  residual_minor bigint,
  entry_id       uuid   not null,
  constraint payment_applications_pkey PRIMARY KEY (tenant_id, id),
  constraint payment_applications_tenant_id_entry_id_key UNIQUE (tenant_id, entry_id),
  constraint payment_applications_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint payment_applications_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint payment_applications_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint payment_applications_amount_minor_check CHECK ((amount_minor > 0)),
  constraint payment_applications_residual_kind_check CHECK ((residual_kind = ANY (ARRAY['bank_fee'::text, 'withholding_tax'::text, 'discount_taken'::text, 'disputed'::text, 'write_off_pending'::text]))),
  constraint payment_applications_residual_minor_check CHECK ((residual_minor > 0)),
  constraint residual_is_whole CHECK (((residual_kind IS NULL) = (residual_minor IS NULL)))
);
CREATE INDEX applications_by_invoice ON public.payment_applications USING btree (tenant_id, invoice_id);
CREATE INDEX applications_by_payment ON public.payment_applications USING btree (tenant_id, payment_id);
alter table public.payment_applications enable row level security;
alter table public.payment_applications force row level security;
create policy runtime_access on public.payment_applications as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.payment_applications as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER booked AFTER INSERT ON public.payment_applications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbooked_cash();
grant insert, select on public.payment_applications to plumb_app;

create table public.payments (
  tenant_id         uuid                     not null default app.tenant(),
  id                uuid                     not null,
  legal_entity_id   uuid                     not null,
  client_id         uuid                     not null,
  currency          text                     not null,
  amount_minor      bigint                   not null,
  received_on       date                     not null,
  reference         text                     not null,
  recorded_by       uuid                     not null default app.actor(),
  recorded_at       timestamp with time zone not null default now(),
  credit_note_id    uuid,
  engagement_id     uuid,
  opening           boolean                  not null default false,
  written_client_id uuid,
  constraint payments_pkey PRIMARY KEY (tenant_id, id),
  constraint payments_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint payments_tenant_id_credit_note_id_fkey FOREIGN KEY (tenant_id, credit_note_id) REFERENCES invoices(tenant_id, id),
  constraint payments_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint payments_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint payments_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint opening_is_money CHECK (((NOT opening) OR (credit_note_id IS NULL))),
  constraint payments_amount_minor_check CHECK ((amount_minor > 0)),
  constraint payments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint retainer_is_money CHECK (((engagement_id IS NULL) OR (credit_note_id IS NULL)))
);
CREATE INDEX payments_by_client ON public.payments USING btree (tenant_id, client_id, id);
CREATE INDEX payments_by_credit_note ON public.payments USING btree (tenant_id, credit_note_id) WHERE (credit_note_id IS NOT NULL);
CREATE INDEX payments_by_engagement ON public.payments USING btree (tenant_id, engagement_id, received_on) WHERE (engagement_id IS NOT NULL);
alter table public.payments enable row level security;
alter table public.payments force row level security;
create policy own_name on public.payments as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.payments as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.payments as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER booked AFTER INSERT ON public.payments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unbooked_cash();
CREATE TRIGGER moved BEFORE UPDATE ON public.payments FOR EACH ROW WHEN (((new.client_id IS DISTINCT FROM old.client_id) OR (new.written_client_id IS DISTINCT FROM old.written_client_id))) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.payments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
CREATE TRIGGER written BEFORE INSERT ON public.payments FOR EACH ROW WHEN ((new.written_client_id IS NOT NULL)) EXECUTE FUNCTION app.guard_moved();
grant insert, select on public.payments to plumb_app;
grant update (client_id, written_client_id) on public.payments to plumb_app;

create table public.period_fees (
  tenant_id     uuid    not null default app.tenant(),
  id            uuid    not null,
  version       integer not null,
  engagement_id uuid    not null,
  kind          text    not null,
  starts_on     date    not null,
  ends_on       date,
  minutes       integer,
  constraint period_fees_pkey PRIMARY KEY (tenant_id, id, version),
  constraint period_fees_tenant_id_engagement_id_kind_starts_on_version_key UNIQUE (tenant_id, engagement_id, kind, starts_on, version),
  constraint period_fees_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint period_fees_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version),
  constraint bucket_has_minutes CHECK (((kind = 'hour_bucket'::text) = (minutes IS NOT NULL))),
  constraint period_fees_check CHECK ((ends_on > starts_on)),
  constraint period_fees_kind_check CHECK ((kind = 'hour_bucket'::text)),
  constraint period_fees_minutes_check CHECK ((minutes > 0))
);
alter table public.period_fees enable row level security;
alter table public.period_fees force row level security;
create policy runtime_access on public.period_fees as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.period_fees as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.period_fees to plumb_app;

create table public.policy_bundles (
  tenant_id  uuid                     not null default app.tenant(),
  id         uuid                     not null,
  hash       text                     not null,
  packs      jsonb                    not null,
  created_at timestamp with time zone not null default now(),
  constraint policy_bundles_pkey PRIMARY KEY (tenant_id, id),
  constraint policy_bundles_tenant_id_hash_key UNIQUE (tenant_id, hash),
  constraint policy_bundles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.policy_bundles enable row level security;
alter table public.policy_bundles force row level security;
create policy runtime_access on public.policy_bundles as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.policy_bundles as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.policy_bundles to plumb_app;

create table public.policy_decisions (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  invoice_id      uuid                     not null,
  content_version integer                  not null,
  bundle_hash     text                     not null,
  facts           jsonb                    not null,
  rulings         jsonb                    not null,
  decided_at      timestamp with time zone not null default now(),
  constraint policy_decisions_pkey PRIMARY KEY (tenant_id, id),
  constraint policy_decisions_tenant_id_bundle_hash_fkey FOREIGN KEY (tenant_id, bundle_hash) REFERENCES policy_bundles(tenant_id, hash),
  constraint policy_decisions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id)
);
CREATE INDEX decisions_by_invoice ON public.policy_decisions USING btree (tenant_id, invoice_id);
alter table public.policy_decisions enable row level security;
alter table public.policy_decisions force row level security;
create policy runtime_access on public.policy_decisions as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.policy_decisions as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.policy_decisions to plumb_app;

create table public.policy_dry_run_invoices (
  tenant_id   uuid   not null default app.tenant(),
  id          uuid   not null,
  dry_run_id  uuid   not null,
  invoice_id  uuid   not null,
  decision_id uuid   not null,
  verdict     text   not null,
  changes     jsonb  not null,
  currency    text   not null,
  total_minor bigint not null,
  constraint policy_dry_run_invoices_pkey PRIMARY KEY (tenant_id, id),
  constraint policy_dry_run_invoices_tenant_id_dry_run_id_invoice_id_key UNIQUE (tenant_id, dry_run_id, invoice_id),
  constraint policy_dry_run_invoices_tenant_id_decision_id_fkey FOREIGN KEY (tenant_id, decision_id) REFERENCES policy_decisions(tenant_id, id),
  constraint policy_dry_run_invoices_tenant_id_dry_run_id_fkey FOREIGN KEY (tenant_id, dry_run_id) REFERENCES policy_dry_runs(tenant_id, id),
  constraint policy_dry_run_invoices_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint policy_dry_run_invoices_verdict_check CHECK ((verdict = ANY (ARRAY['newly_blocked'::text, 'newly_passing'::text, 'not_known'::text, 'unchanged'::text])))
);
CREATE INDEX dry_run_invoices_by_verdict ON public.policy_dry_run_invoices USING btree (tenant_id, dry_run_id, verdict, id);
alter table public.policy_dry_run_invoices enable row level security;
alter table public.policy_dry_run_invoices force row level security;
create policy runtime_access on public.policy_dry_run_invoices as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.policy_dry_run_invoices as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.policy_dry_run_invoices to plumb_app;

create table public.policy_dry_runs (
  tenant_id           uuid                     not null default app.tenant(),
  id                  uuid                     not null,
  proposal_id         uuid                     not null,
  bundle_hash         text                     not null,
  base_publication_id uuid                     not null,
  since               date                     not null,
  ran_by              uuid                     not null default app.actor(),
  ran_at              timestamp with time zone not null default now(),
  constraint policy_dry_runs_pkey PRIMARY KEY (tenant_id, id),
  constraint policy_dry_runs_tenant_id_id_proposal_id_bundle_hash_key UNIQUE (tenant_id, id, proposal_id, bundle_hash),
  constraint policy_dry_runs_tenant_id_base_publication_id_fkey FOREIGN KEY (tenant_id, base_publication_id) REFERENCES policy_publications(tenant_id, id),
  constraint policy_dry_runs_tenant_id_proposal_id_bundle_hash_fkey FOREIGN KEY (tenant_id, proposal_id, bundle_hash) REFERENCES policy_proposals(tenant_id, id, bundle_hash),
  constraint policy_dry_runs_tenant_id_ran_by_fkey FOREIGN KEY (tenant_id, ran_by) REFERENCES memberships(tenant_id, id)
);
CREATE INDEX dry_runs_of_proposal ON public.policy_dry_runs USING btree (tenant_id, proposal_id, id);
alter table public.policy_dry_runs enable row level security;
alter table public.policy_dry_runs force row level security;
create policy own_name on public.policy_dry_runs as restrictive for insert to plumb_app
  using 
  with check (((ran_by = ( SELECT app.actor() AS actor)) AND (ran_at = now())));
create policy runtime_access on public.policy_dry_runs as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.policy_dry_runs as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.policy_dry_runs to plumb_app;

create table public.policy_proposals (
  tenant_id   uuid                     not null default app.tenant(),
  id          uuid                     not null,
  bundle_hash text                     not null,
  reason      text                     not null,
  proposed_by uuid                     not null default app.actor(),
  proposed_at timestamp with time zone not null default now(),
  constraint policy_proposals_pkey PRIMARY KEY (tenant_id, id),
  constraint policy_proposals_tenant_id_id_bundle_hash_key UNIQUE (tenant_id, id, bundle_hash),
  constraint policy_proposals_tenant_id_bundle_hash_fkey FOREIGN KEY (tenant_id, bundle_hash) REFERENCES policy_bundles(tenant_id, hash),
  constraint policy_proposals_tenant_id_proposed_by_fkey FOREIGN KEY (tenant_id, proposed_by) REFERENCES memberships(tenant_id, id),
  constraint policy_proposals_reason_check CHECK ((reason <> ''::text))
);
CREATE INDEX proposals_of_bundle ON public.policy_proposals USING btree (tenant_id, bundle_hash);
alter table public.policy_proposals enable row level security;
alter table public.policy_proposals force row level security;
create policy own_name on public.policy_proposals as restrictive for insert to plumb_app
  using 
  with check (((proposed_by = ( SELECT app.actor() AS actor)) AND (proposed_at = now())));
create policy runtime_access on public.policy_proposals as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.policy_proposals as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.policy_proposals to plumb_app;

create table public.policy_publications (
  tenant_id    uuid                     not null default app.tenant(),
  id           uuid                     not null,
  bundle_hash  text                     not null,
  published_by uuid                     not null default app.actor(),
  published_at timestamp with time zone not null default now(),
  proposal_id  uuid,
  dry_run_id   uuid,
  follows      uuid,
  constraint policy_publications_pkey PRIMARY KEY (tenant_id, id),
  constraint follows_once UNIQUE (tenant_id, follows),
  constraint proposal_published_once UNIQUE (tenant_id, proposal_id),
  constraint policy_publications_tenant_id_bundle_hash_fkey FOREIGN KEY (tenant_id, bundle_hash) REFERENCES policy_bundles(tenant_id, hash),
  constraint policy_publications_tenant_id_dry_run_id_proposal_id_bundl_fkey FOREIGN KEY (tenant_id, dry_run_id, proposal_id, bundle_hash) REFERENCES policy_dry_runs(tenant_id, id, proposal_id, bundle_hash),
  constraint policy_publications_tenant_id_follows_fkey FOREIGN KEY (tenant_id, follows) REFERENCES policy_publications(tenant_id, id),
  constraint published_from_a_proposal CHECK ((num_nulls(proposal_id, dry_run_id, follows) = ANY (ARRAY[0, 3])))
);
CREATE INDEX publications_by_time ON public.policy_publications USING btree (tenant_id, published_at DESC, id DESC);
alter table public.policy_publications enable row level security;
alter table public.policy_publications force row level security;
create policy own_name on public.policy_publications as restrictive for insert to plumb_app
  using 
  with check (((published_by = ( SELECT app.actor() AS actor)) AND (published_at = now())));
create policy runtime_access on public.policy_publications as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.policy_publications as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.policy_publications FOR EACH ROW EXECUTE FUNCTION app.guard_publication();
grant insert, select on public.policy_publications to plumb_app;

create table public.projects (
  tenant_id     uuid    not null default app.tenant(),
  id            uuid    not null,
  engagement_id uuid    not null,
  name          text    not null,
  billable      boolean not null default true,
  active        boolean not null default true,
  starts_on     date,
  ends_on       date,
  constraint projects_pkey PRIMARY KEY (tenant_id, id),
  constraint projects_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id)
);
CREATE INDEX projects_by_engagement ON public.projects USING btree (tenant_id, engagement_id);
alter table public.projects enable row level security;
alter table public.projects force row level security;
create policy runtime_access on public.projects as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.projects as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.projects to plumb_app;

create table public.promise_items (
  tenant_id  uuid not null default app.tenant(),
  id         uuid not null,
  promise_id uuid not null,
  invoice_id uuid not null,
  constraint promise_items_pkey PRIMARY KEY (tenant_id, id),
  constraint promise_items_tenant_id_promise_id_invoice_id_key UNIQUE (tenant_id, promise_id, invoice_id),
  constraint promise_items_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint promise_items_tenant_id_promise_id_fkey FOREIGN KEY (tenant_id, promise_id) REFERENCES promises(tenant_id, id)
);
CREATE INDEX promise_items_by_invoice ON public.promise_items USING btree (tenant_id, invoice_id);
alter table public.promise_items enable row level security;
alter table public.promise_items force row level security;
create policy runtime_access on public.promise_items as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.promise_items as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.promise_items to plumb_app;

create table public.promises (
  tenant_id        uuid                     not null default app.tenant(),
  id               uuid                     not null,
  legal_entity_id  uuid                     not null,
  client_id        uuid                     not null,
  currency         text                     not null,
  amount_minor     bigint                   not null,
  made_on          date                     not null,
  due_on           date                     not null,
  said             text                     not null,
  recorded_by      uuid                     not null default app.actor(),
  recorded_at      timestamp with time zone not null default now(),
  withdrawn_on     date,
  withdrawn_reason text,
  withdrawn_by     uuid,
  withdrawn_at     timestamp with time zone,
  constraint promises_pkey PRIMARY KEY (tenant_id, id),
  constraint promises_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint promises_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint promises_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint promises_tenant_id_withdrawn_by_fkey FOREIGN KEY (tenant_id, withdrawn_by) REFERENCES memberships(tenant_id, id),
  constraint due_after_made CHECK ((due_on >= made_on)),
  constraint promises_amount_minor_check CHECK ((amount_minor > 0)),
  constraint promises_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint withdrawn_whole CHECK ((((withdrawn_on IS NULL) = (withdrawn_reason IS NULL)) AND ((withdrawn_on IS NULL) = (withdrawn_by IS NULL)) AND ((withdrawn_on IS NULL) = (withdrawn_at IS NULL))))
);
CREATE INDEX promises_by_client ON public.promises USING btree (tenant_id, client_id, id);
alter table public.promises enable row level security;
alter table public.promises force row level security;
create policy own_name on public.promises as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now()) AND (withdrawn_on IS NULL)));
create policy runtime_access on public.promises as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.promises as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER founded AFTER INSERT ON public.promises DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unfounded_promise();
CREATE TRIGGER guard BEFORE UPDATE ON public.promises FOR EACH ROW WHEN ((new.client_id = old.client_id)) EXECUTE FUNCTION app.guard_promise();
CREATE TRIGGER moved BEFORE UPDATE ON public.promises FOR EACH ROW WHEN ((new.client_id IS DISTINCT FROM old.client_id)) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.promises REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select, update on public.promises to plumb_app;

create table public.purchase_orders (
  tenant_id     uuid   not null default app.tenant(),
  id            uuid   not null,
  engagement_id uuid   not null,
  number        text   not null,
  currency      text   not null,
  amount_minor  bigint not null,
  valid_from    date   not null,
  valid_to      date,
  constraint purchase_orders_pkey PRIMARY KEY (tenant_id, id),
  constraint purchase_orders_tenant_id_engagement_id_number_key UNIQUE (tenant_id, engagement_id, number),
  constraint purchase_orders_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint purchase_orders_amount_minor_check CHECK ((amount_minor > 0)),
  constraint purchase_orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE INDEX orders_by_number ON public.purchase_orders USING btree (tenant_id, number);
alter table public.purchase_orders enable row level security;
alter table public.purchase_orders force row level security;
create policy runtime_access on public.purchase_orders as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.purchase_orders as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.purchase_orders to plumb_app;

create table public.quarantined_rows (
  tenant_id uuid    not null default app.tenant(),
  id        uuid    not null,
  import_id uuid    not null,
  line      integer not null,
  fields    jsonb   not null,
  issues    jsonb   not null,
  state     text    not null default 'open'::text,
  constraint quarantined_rows_pkey PRIMARY KEY (tenant_id, id),
  constraint quarantined_rows_tenant_id_import_id_line_key UNIQUE (tenant_id, import_id, line),
  constraint quarantined_rows_tenant_id_import_id_fkey FOREIGN KEY (tenant_id, import_id) REFERENCES imports(tenant_id, id),
  constraint quarantined_rows_state_check CHECK ((state = ANY (ARRAY['open'::text, 'corrected'::text, 'dropped'::text])))
);
CREATE INDEX quarantine_open ON public.quarantined_rows USING btree (tenant_id, id) WHERE (state = 'open'::text);
alter table public.quarantined_rows enable row level security;
alter table public.quarantined_rows force row level security;
create policy runtime_access on public.quarantined_rows as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.quarantined_rows as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.quarantined_rows to plumb_app;

create table public.rate_cards (
  tenant_id  uuid    not null default app.tenant(),
  id         uuid    not null,
  key        text    not null,
  currency   text    not null,
  is_default boolean not null default false,
  constraint rate_cards_pkey PRIMARY KEY (tenant_id, id),
  constraint rate_cards_tenant_id_key_key UNIQUE (tenant_id, key),
  constraint rate_cards_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint rate_cards_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE UNIQUE INDEX one_default_card ON public.rate_cards USING btree (tenant_id, currency) WHERE is_default;
alter table public.rate_cards enable row level security;
alter table public.rate_cards force row level security;
create policy runtime_access on public.rate_cards as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.rate_cards as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.rate_cards to plumb_app;

create table public.rates (
  tenant_id         uuid                     not null default app.tenant(),
  id                uuid                     not null,
  rate_card_id      uuid                     not null,
  client_id         uuid,
  project_id        uuid,
  worker_id         uuid,
  role              text,
  task              text,
  price_minor       bigint                   not null,
  effective_from    date                     not null,
  effective_to      date,
  known_from        timestamp with time zone not null default now(),
  known_to          timestamp with time zone,
  engagement_id     uuid,
  change_order_id   uuid,
  written_client_id uuid,
  constraint rates_pkey PRIMARY KEY (tenant_id, id),
  constraint rates_tenant_id_change_order_id_fkey FOREIGN KEY (tenant_id, change_order_id) REFERENCES change_orders(tenant_id, id),
  constraint rates_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint rates_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint rates_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint rates_tenant_id_rate_card_id_fkey FOREIGN KEY (tenant_id, rate_card_id) REFERENCES rate_cards(tenant_id, id),
  constraint rates_tenant_id_worker_id_fkey FOREIGN KEY (tenant_id, worker_id) REFERENCES workers(tenant_id, id),
  constraint known_level CHECK ((((client_id IS NOT NULL) AND (project_id IS NOT NULL) AND (worker_id IS NOT NULL) AND (task IS NOT NULL) AND (role IS NULL) AND (engagement_id IS NULL)) OR ((client_id IS NULL) AND (project_id IS NOT NULL) AND (worker_id IS NULL) AND (task IS NULL) AND (role IS NOT NULL) AND (engagement_id IS NULL)) OR ((client_id IS NULL) AND (project_id IS NOT NULL) AND (worker_id IS NULL) AND (task IS NULL) AND (role IS NULL) AND (engagement_id IS NULL)) OR ((client_id IS NULL) AND (project_id IS NULL) AND (worker_id IS NULL) AND (task IS NULL) AND (role IS NULL) AND (engagement_id IS NOT NULL)) OR ((client_id IS NOT NULL) AND (project_id IS NULL) AND (worker_id IS NULL) AND (task IS NULL) AND (role IS NOT NULL) AND (engagement_id IS NULL)) OR ((client_id IS NULL) AND (project_id IS NULL) AND (worker_id IS NULL) AND (task IS NULL) AND (role IS NOT NULL) AND (engagement_id IS NULL)))),
  constraint rates_check CHECK ((effective_to > effective_from)),
  constraint rates_price_minor_check CHECK ((price_minor > 0))
);
CREATE UNIQUE INDEX one_known_rate ON public.rates USING btree (tenant_id, rate_card_id, engagement_id, client_id, project_id, worker_id, role, task, effective_from) NULLS NOT DISTINCT WHERE (known_to IS NULL);
alter table public.rates enable row level security;
alter table public.rates force row level security;
create policy runtime_access on public.rates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.rates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER moved BEFORE UPDATE ON public.rates FOR EACH ROW WHEN (((new.client_id IS DISTINCT FROM old.client_id) OR (new.written_client_id IS DISTINCT FROM old.written_client_id))) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.rates REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
CREATE TRIGGER written BEFORE INSERT ON public.rates FOR EACH ROW WHEN ((new.written_client_id IS NOT NULL)) EXECUTE FUNCTION app.guard_moved();
grant insert, select on public.rates to plumb_app;
grant update (client_id, known_to, written_client_id) on public.rates to plumb_app;

create table public.recurring_agreements (
  tenant_id     uuid                     not null default app.tenant(),
  id            uuid                     not null,
  version       integer                  not null,
  kind          text                     not null,
  engagement_id uuid                     not null,
  project_id    uuid,
  terms         jsonb                    not null,
  current       boolean                  not null default true,
  recorded_at   timestamp with time zone not null default now(),
  constraint recurring_agreements_pkey PRIMARY KEY (tenant_id, id, version),
  constraint recurring_agreements_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint recurring_agreements_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint recurring_agreements_kind_check CHECK ((kind = ANY (ARRAY['subscription'::text, 'usage'::text]))),
  constraint recurring_agreements_version_check CHECK ((version >= 1))
);
CREATE UNIQUE INDEX one_current_agreement ON public.recurring_agreements USING btree (tenant_id, id) WHERE current;
alter table public.recurring_agreements enable row level security;
alter table public.recurring_agreements force row level security;
create policy runtime_access on public.recurring_agreements as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.recurring_agreements as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER succeeded AFTER UPDATE OF current ON public.recurring_agreements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.current IS DISTINCT FROM new.current)) EXECUTE FUNCTION app.refuse_vanished_agreements();
grant insert, select on public.recurring_agreements to plumb_app;
grant update (current) on public.recurring_agreements to plumb_app;

create table public.recurring_pieces (
  tenant_id         uuid    not null default app.tenant(),
  id                uuid    not null,
  version           integer not null,
  agreement_id      uuid    not null,
  agreement_version integer not null,
  key               text    not null,
  detail            jsonb   not null,
  constraint recurring_pieces_pkey PRIMARY KEY (tenant_id, id, version),
  constraint recurring_pieces_tenant_id_agreement_id_key_version_key UNIQUE (tenant_id, agreement_id, key, version),
  constraint recurring_pieces_tenant_id_agreement_id_agreement_version_fkey FOREIGN KEY (tenant_id, agreement_id, agreement_version) REFERENCES recurring_agreements(tenant_id, id, version),
  constraint recurring_pieces_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version)
);
alter table public.recurring_pieces enable row level security;
alter table public.recurring_pieces force row level security;
create policy runtime_access on public.recurring_pieces as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.recurring_pieces as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.recurring_pieces to plumb_app;

create table public.revenue_releases (
  tenant_id  uuid not null default app.tenant(),
  invoice_id uuid not null,
  month      date not null,
  entry_id   uuid not null,
  constraint revenue_releases_pkey PRIMARY KEY (tenant_id, invoice_id, month),
  constraint revenue_releases_tenant_id_entry_id_key UNIQUE (tenant_id, entry_id),
  constraint revenue_releases_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint revenue_releases_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint revenue_releases_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);
alter table public.revenue_releases enable row level security;
alter table public.revenue_releases force row level security;
create policy runtime_access on public.revenue_releases as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.revenue_releases as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.revenue_releases to plumb_app;

create table public.schema_migrations (
  id             integer                  not null default nextval('schema_migrations_id_seq'::regclass),
  name           character varying(255),
  batch          integer,
  migration_time timestamp with time zone,
  constraint schema_migrations_pkey PRIMARY KEY (id)
);

create table public.schema_migrations_lock (
  index     integer not null default nextval('schema_migrations_lock_index_seq'::regclass),
  is_locked integer,
  constraint schema_migrations_lock_pkey PRIMARY KEY (index)
);

create table public.shortfalls (
  tenant_id     uuid    not null default app.tenant(),
  id            uuid    not null,
  version       integer not null,
  engagement_id uuid    not null,
  starts_on     date    not null,
  ends_on       date    not null,
  minimum_minor bigint  not null,
  billed_minor  bigint  not null,
  detail        jsonb   not null,
  constraint shortfalls_pkey PRIMARY KEY (tenant_id, id, version),
  constraint shortfalls_tenant_id_engagement_id_starts_on_version_key UNIQUE (tenant_id, engagement_id, starts_on, version),
  constraint shortfalls_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint shortfalls_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version),
  constraint period_has_days CHECK ((ends_on > starts_on)),
  constraint shortfalls_billed_minor_check CHECK ((billed_minor >= 0)),
  constraint something_lacks CHECK ((minimum_minor > billed_minor))
);
alter table public.shortfalls enable row level security;
alter table public.shortfalls force row level security;
create policy runtime_access on public.shortfalls as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.shortfalls as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.shortfalls to plumb_app;

create table public.sla_policies (
  tenant_id   uuid                     not null default app.tenant(),
  id          uuid                     not null,
  wait        text                     not null,
  owner       text,
  hours       integer                  not null,
  steps       jsonb                    not null,
  recorded_by uuid                     not null default app.actor(),
  recorded_at timestamp with time zone not null default now(),
  constraint sla_policies_pkey PRIMARY KEY (tenant_id, id),
  constraint sla_policies_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint sla_policies_hours_check CHECK (((hours >= 1) AND (hours <= 2000)))
);
CREATE INDEX sla_policies_by_wait ON public.sla_policies USING btree (tenant_id, wait, recorded_at);
alter table public.sla_policies enable row level security;
alter table public.sla_policies force row level security;
create policy own_name on public.sla_policies as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.sla_policies as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.sla_policies as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.sla_policies to plumb_app;

create table public.split_parts (
  tenant_id           uuid     not null default app.tenant(),
  split_id            uuid     not null,
  "position"          smallint not null,
  weight              integer  not null,
  of                  integer  not null,
  payer_id            uuid     not null,
  delivery_profile_id uuid     not null,
  purchase_order_id   uuid,
  cost_centre         text,
  constraint split_parts_pkey PRIMARY KEY (tenant_id, split_id, "position"),
  constraint split_parts_tenant_id_delivery_profile_id_fkey FOREIGN KEY (tenant_id, delivery_profile_id) REFERENCES delivery_profiles(tenant_id, id),
  constraint split_parts_tenant_id_payer_id_fkey FOREIGN KEY (tenant_id, payer_id) REFERENCES clients(tenant_id, id),
  constraint split_parts_tenant_id_purchase_order_id_fkey FOREIGN KEY (tenant_id, purchase_order_id) REFERENCES purchase_orders(tenant_id, id),
  constraint split_parts_tenant_id_split_id_fkey FOREIGN KEY (tenant_id, split_id) REFERENCES splits(tenant_id, id),
  constraint split_parts_cost_centre_check CHECK ((btrim(cost_centre) <> ''::text)),
  constraint split_parts_of_check CHECK ((of <= 1000000)),
  constraint split_parts_position_check CHECK (("position" >= 1)),
  constraint split_parts_weight_check CHECK ((weight >= 1))
);
CREATE INDEX parts_by_payer ON public.split_parts USING btree (tenant_id, payer_id);
CREATE UNIQUE INDEX one_part_a_bearer ON public.split_parts USING btree (tenant_id, split_id, payer_id, purchase_order_id, cost_centre) NULLS NOT DISTINCT;
alter table public.split_parts enable row level security;
alter table public.split_parts force row level security;
create policy runtime_access on public.split_parts as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.split_parts as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON public.split_parts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_partial_split();
CREATE TRIGGER moved BEFORE UPDATE ON public.split_parts FOR EACH ROW EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.split_parts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.payer_id');
grant insert, select on public.split_parts to plumb_app;
grant update (payer_id, delivery_profile_id) on public.split_parts to plumb_app;

create table public.splits (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  agreement_id   uuid                     not null,
  engagement_id  uuid                     not null,
  project_id     uuid,
  effective_from date                     not null,
  effective_to   date,
  known_from     timestamp with time zone not null default now(),
  known_to       timestamp with time zone,
  constraint splits_pkey PRIMARY KEY (tenant_id, id),
  constraint splits_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint splits_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint split_over_days CHECK ((effective_to > effective_from))
);
CREATE UNIQUE INDEX one_known_split ON public.splits USING btree (tenant_id, agreement_id) WHERE (known_to IS NULL);
CREATE UNIQUE INDEX one_split_from_a_day ON public.splits USING btree (tenant_id, engagement_id, project_id, effective_from) NULLS NOT DISTINCT WHERE (known_to IS NULL);
alter table public.splits enable row level security;
alter table public.splits force row level security;
create policy runtime_access on public.splits as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.splits as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON public.splits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_partial_split();
CREATE TRIGGER guard BEFORE UPDATE ON public.splits FOR EACH ROW EXECUTE FUNCTION app.guard_split();
grant insert, select on public.splits to plumb_app;
grant update (known_to) on public.splits to plumb_app;

create table public.tax_certificates (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  client_id       uuid                     not null,
  number          text                     not null,
  states          text[]                   not null,
  reason          text                     not null,
  valid_from      date                     not null,
  valid_to        date,
  when_expired    text                     not null,
  document        text                     not null,
  document_sha256 text                     not null,
  known_from      timestamp with time zone not null default now(),
  known_to        timestamp with time zone,
  constraint tax_certificates_pkey PRIMARY KEY (tenant_id, id),
  constraint tax_certificates_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint tax_certificates_check CHECK ((valid_to > valid_from)),
  constraint tax_certificates_document_sha256_check CHECK ((document_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint tax_certificates_states_check CHECK ((cardinality(states) > 0)),
  constraint tax_certificates_when_expired_check CHECK ((when_expired = ANY (ARRAY['taxable'::text, 'pending'::text])))
);
CREATE INDEX certificates_by_client ON public.tax_certificates USING btree (tenant_id, client_id) WHERE (known_to IS NULL);
alter table public.tax_certificates enable row level security;
alter table public.tax_certificates force row level security;
create policy runtime_access on public.tax_certificates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.tax_certificates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER moved BEFORE UPDATE ON public.tax_certificates FOR EACH ROW WHEN ((new.client_id IS DISTINCT FROM old.client_id)) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.tax_certificates REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select on public.tax_certificates to plumb_app;
grant update (client_id, known_to) on public.tax_certificates to plumb_app;

create table public.tax_conversions (
  tenant_id       uuid    not null default app.tenant(),
  invoice_id      uuid    not null,
  content_version integer not null,
  currency        text    not null,
  tax_minor       bigint  not null,
  fixed_at        text    not null,
  base_currency   text    not null,
  quote_currency  text    not null,
  rate            numeric not null,
  rate_on         date    not null,
  source          text    not null,
  constraint tax_conversions_pkey PRIMARY KEY (tenant_id, invoice_id, content_version),
  constraint tax_conversions_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint tax_conversions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint tax_conversions_fixed_at_check CHECK ((fixed_at = ANY (ARRAY['draft'::text, 'issue'::text, 'tax_point'::text]))),
  constraint tax_conversions_rate_check CHECK ((rate > (0)::numeric))
);
alter table public.tax_conversions enable row level security;
alter table public.tax_conversions force row level security;
create policy runtime_access on public.tax_conversions as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.tax_conversions as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.tax_conversions FOR EACH ROW EXECUTE FUNCTION app.guard_tax_conversion();
grant insert, select on public.tax_conversions to plumb_app;

create table public.tax_determinations (
  tenant_id         uuid    not null default app.tenant(),
  id                uuid    not null,
  invoice_id        uuid    not null,
  content_version   integer not null,
  category          text    not null,
  basis_points      integer not null,
  base_minor        bigint  not null,
  tax_minor         bigint  not null,
  because           text    not null,
  evidence_id       uuid,
  exemption_code    text,
  exemption_reason  text,
  jurisdiction      text,
  jurisdiction_name text,
  level             text,
  rate_millionths   integer,
  certificate_id    uuid,
  constraint tax_determinations_pkey PRIMARY KEY (tenant_id, id),
  constraint tax_determinations_tenant_id_certificate_id_fkey FOREIGN KEY (tenant_id, certificate_id) REFERENCES tax_certificates(tenant_id, id),
  constraint tax_determinations_tenant_id_evidence_id_fkey FOREIGN KEY (tenant_id, evidence_id) REFERENCES evidence(tenant_id, id),
  constraint tax_determinations_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint part_is_base_times_rate CHECK (((jurisdiction IS NULL) OR ((tax_minor)::numeric = round((((base_minor)::numeric * (rate_millionths)::numeric) / (1000000)::numeric))))),
  constraint part_is_whole CHECK ((((jurisdiction IS NULL) = (level IS NULL)) AND ((jurisdiction IS NULL) = (rate_millionths IS NULL)) AND ((jurisdiction IS NULL) = (jurisdiction_name IS NULL)))),
  constraint reason_of_no_tax CHECK ((((exemption_reason IS NULL) OR (category <> ALL (ARRAY['S'::text, 'Z'::text]))) AND ((exemption_code IS NULL) OR (exemption_reason IS NOT NULL)))),
  constraint tax_determinations_level_check CHECK ((level = ANY (ARRAY['state'::text, 'county'::text, 'city'::text, 'special'::text])))
);
CREATE UNIQUE INDEX one_state_each ON public.tax_determinations USING btree (tenant_id, invoice_id, content_version, category) WHERE (level = 'state'::text);
CREATE UNIQUE INDEX one_tax_each ON public.tax_determinations USING btree (tenant_id, invoice_id, content_version, category, basis_points, jurisdiction) NULLS NOT DISTINCT;
alter table public.tax_determinations enable row level security;
alter table public.tax_determinations force row level security;
create policy runtime_access on public.tax_determinations as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.tax_determinations as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER one_scope AFTER INSERT ON public.tax_determinations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_mixed_scope();
CREATE TRIGGER proven_reverse_charge AFTER INSERT ON public.tax_determinations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_unproven_reverse_charge();
CREATE TRIGGER taxes_add_up AFTER INSERT ON public.tax_determinations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.check_tax_sums();
CREATE TRIGGER taxes_are_by_line AFTER INSERT ON public.tax_determinations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.check_tax_by_line();
CREATE TRIGGER taxes_are_of_lines AFTER INSERT ON public.tax_determinations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.check_tax_bases();
grant insert, select on public.tax_determinations to plumb_app;

create table public.tenants (
  id           uuid                     not null,
  partner_id   uuid                     not null,
  slug         text                     not null,
  name         text                     not null,
  created_at   timestamp with time zone not null default now(),
  organization text                     not null,
  constraint tenants_pkey PRIMARY KEY (id),
  constraint tenants_organization_key UNIQUE (organization),
  constraint tenants_slug_key UNIQUE (slug),
  constraint tenants_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id),
  constraint tenants_organization_check CHECK ((organization ~ '^org_[A-Za-z0-9]{1,60}$'::text)),
  constraint tenants_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,62}$'::text))
);
alter table public.tenants enable row level security;
alter table public.tenants force row level security;
create policy lookup on public.tenants as permissive for all to plumb_owner
  using (true)
  with check (true);
create policy runtime_access on public.tenants as permissive for all to plumb_app
  using (true);
create policy tenant_isolation on public.tenants as restrictive for all to plumb_app
  using ((id = ( SELECT app.tenant() AS tenant)))
  with check ((id = ( SELECT app.tenant() AS tenant)));
grant select on public.tenants to plumb_app;

create table public.time_entries (
  tenant_id      uuid    not null default app.tenant(),
  id             uuid    not null,
  version        integer not null,
  worker_id      uuid    not null,
  role           text,
  task           text,
  narrative      text    not null default ''::text,
  started_minute integer,
  constraint time_entries_pkey PRIMARY KEY (tenant_id, id, version),
  constraint time_entries_tenant_id_id_version_fkey FOREIGN KEY (tenant_id, id, version) REFERENCES work_items(tenant_id, id, version),
  constraint time_entries_tenant_id_worker_id_fkey FOREIGN KEY (tenant_id, worker_id) REFERENCES workers(tenant_id, id),
  constraint time_entries_started_minute_check CHECK (((started_minute >= 0) AND (started_minute <= 1439)))
);
alter table public.time_entries enable row level security;
alter table public.time_entries force row level security;
create policy runtime_access on public.time_entries as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.time_entries as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.time_entries to plumb_app;

create table public.trust_entries (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  engagement_id   uuid                     not null,
  kind            text                     not null,
  currency        text                     not null,
  amount_minor    bigint                   not null,
  booked_on       date                     not null,
  reference       text                     not null,
  reason          text                     not null,
  authority       text                     not null,
  document        text                     not null,
  document_sha256 text                     not null,
  invoice_id      uuid,
  payment_id      uuid,
  entry_id        uuid                     not null,
  recorded_by     uuid                     not null default app.actor(),
  recorded_at     timestamp with time zone not null default now(),
  constraint trust_entries_pkey PRIMARY KEY (tenant_id, id),
  constraint trust_entries_tenant_id_entry_id_key UNIQUE (tenant_id, entry_id),
  constraint trust_entries_tenant_id_payment_id_key UNIQUE (tenant_id, payment_id),
  constraint trust_entries_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint trust_entries_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES ledger_entries(tenant_id, id),
  constraint trust_entries_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint trust_entries_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES payments(tenant_id, id),
  constraint trust_entries_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint transfer_is_billed CHECK ((((kind = 'transfer'::text) = (invoice_id IS NOT NULL)) AND ((kind = 'transfer'::text) = (payment_id IS NOT NULL)))),
  constraint trust_entries_amount_minor_check CHECK ((amount_minor > 0)),
  constraint trust_entries_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint trust_entries_document_sha256_check CHECK ((document_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint trust_entries_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'refund'::text, 'transfer'::text])))
);
CREATE INDEX trust_by_matter ON public.trust_entries USING btree (tenant_id, engagement_id, booked_on);
alter table public.trust_entries enable row level security;
alter table public.trust_entries force row level security;
create policy own_name on public.trust_entries as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.trust_entries as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.trust_entries as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER kept AFTER INSERT ON public.trust_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.guard_trust();
grant insert, select on public.trust_entries to plumb_app;

create table public.trust_reconciliations (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  legal_entity_id uuid                     not null,
  currency        text                     not null,
  looked_on       date                     not null,
  statement_minor bigint                   not null,
  outstanding     jsonb                    not null,
  ledger_minor    bigint                   not null,
  matters_minor   bigint                   not null,
  differences     jsonb                    not null,
  recorded_by     uuid                     not null default app.actor(),
  recorded_at     timestamp with time zone not null default now(),
  constraint trust_reconciliations_pkey PRIMARY KEY (tenant_id, id),
  constraint trust_reconciliations_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint trust_reconciliations_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint trust_reconciliations_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
alter table public.trust_reconciliations enable row level security;
alter table public.trust_reconciliations force row level security;
create policy own_name on public.trust_reconciliations as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.trust_reconciliations as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.trust_reconciliations as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.trust_reconciliations to plumb_app;

create table public.us_tax_nexus (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  legal_entity_id uuid                     not null,
  state           text                     not null,
  reason          text                     not null,
  effective_from  date                     not null,
  effective_to    date,
  known_from      timestamp with time zone not null default now(),
  known_to        timestamp with time zone,
  constraint us_tax_nexus_pkey PRIMARY KEY (tenant_id, id),
  constraint us_tax_nexus_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint us_tax_nexus_check CHECK ((effective_to > effective_from)),
  constraint us_tax_nexus_state_check CHECK ((state ~ '^[A-Z]{2}$'::text))
);
CREATE UNIQUE INDEX one_known_nexus ON public.us_tax_nexus USING btree (tenant_id, legal_entity_id, state, effective_from) WHERE (known_to IS NULL);
alter table public.us_tax_nexus enable row level security;
alter table public.us_tax_nexus force row level security;
create policy runtime_access on public.us_tax_nexus as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.us_tax_nexus as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.us_tax_nexus to plumb_app;
grant update (known_to) on public.us_tax_nexus to plumb_app;

create table public.us_tax_rates (
  tenant_id       uuid                     not null default app.tenant(),
  id              uuid                     not null,
  code            text                     not null,
  name            text                     not null,
  level           text                     not null,
  service         text,
  rate_millionths integer                  not null,
  effective_from  date                     not null,
  effective_to    date,
  known_from      timestamp with time zone not null default now(),
  known_to        timestamp with time zone,
  constraint us_tax_rates_pkey PRIMARY KEY (tenant_id, id),
  constraint us_tax_rates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint us_tax_rates_check CHECK ((effective_to > effective_from)),
  constraint us_tax_rates_code_check CHECK ((code ~ '^[A-Z]{2}'::text)),
  constraint us_tax_rates_level_check CHECK ((level = ANY (ARRAY['state'::text, 'county'::text, 'city'::text, 'special'::text]))),
  constraint us_tax_rates_rate_millionths_check CHECK (((rate_millionths >= 0) AND (rate_millionths <= 999999)))
);
CREATE UNIQUE INDEX one_known_tax_rate ON public.us_tax_rates USING btree (tenant_id, code, service, effective_from) NULLS NOT DISTINCT WHERE (known_to IS NULL);
alter table public.us_tax_rates enable row level security;
alter table public.us_tax_rates force row level security;
create policy runtime_access on public.us_tax_rates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.us_tax_rates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.us_tax_rates to plumb_app;
grant update (known_to) on public.us_tax_rates to plumb_app;

create table public.us_taxability (
  tenant_id      uuid                     not null default app.tenant(),
  id             uuid                     not null,
  state          text                     not null,
  service        text                     not null,
  taxable        boolean                  not null,
  source         text                     not null,
  effective_from date                     not null,
  known_from     timestamp with time zone not null default now(),
  known_to       timestamp with time zone,
  constraint us_taxability_pkey PRIMARY KEY (tenant_id, id),
  constraint us_taxability_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint us_taxability_state_check CHECK ((state ~ '^[A-Z]{2}$'::text))
);
CREATE UNIQUE INDEX one_known_taxability ON public.us_taxability USING btree (tenant_id, state, service, effective_from) WHERE (known_to IS NULL);
alter table public.us_taxability enable row level security;
alter table public.us_taxability force row level security;
create policy runtime_access on public.us_taxability as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.us_taxability as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select on public.us_taxability to plumb_app;
grant update (known_to) on public.us_taxability to plumb_app;

create table public.usage_readings (
  tenant_id     uuid                     not null default app.tenant(),
  id            uuid                     not null,
  version       integer                  not null,
  meter_id      uuid                     not null,
  meter_version integer                  not null,
  read_on       date                     not null,
  quantity      numeric                  not null,
  current       boolean                  not null default true,
  recorded_at   timestamp with time zone not null default now(),
  constraint usage_readings_pkey PRIMARY KEY (tenant_id, id, version),
  constraint usage_readings_tenant_id_meter_id_meter_version_fkey FOREIGN KEY (tenant_id, meter_id, meter_version) REFERENCES recurring_agreements(tenant_id, id, version),
  constraint usage_readings_quantity_check CHECK ((quantity >= (0)::numeric)),
  constraint usage_readings_version_check CHECK ((version >= 1))
);
CREATE INDEX readings_by_meter ON public.usage_readings USING btree (tenant_id, meter_id, read_on) WHERE current;
CREATE UNIQUE INDEX one_current_reading ON public.usage_readings USING btree (tenant_id, id) WHERE current;
alter table public.usage_readings enable row level security;
alter table public.usage_readings force row level security;
create policy runtime_access on public.usage_readings as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.usage_readings as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER succeeded AFTER UPDATE OF current ON public.usage_readings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.current IS DISTINCT FROM new.current)) EXECUTE FUNCTION app.refuse_vanished_readings();
grant insert, select on public.usage_readings to plumb_app;
grant update (current) on public.usage_readings to plumb_app;

create table public.waivers (
  tenant_id    uuid                     not null default app.tenant(),
  id           uuid                     not null,
  rule         text                     not null,
  invoice_id   uuid,
  content_hash text,
  client_id    uuid,
  until_on     date                     not null,
  reason       text                     not null,
  given_by     uuid                     not null default app.actor(),
  given_at     timestamp with time zone not null default now(),
  constraint waivers_pkey PRIMARY KEY (tenant_id, id),
  constraint waivers_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint waivers_tenant_id_given_by_fkey FOREIGN KEY (tenant_id, given_by) REFERENCES memberships(tenant_id, id),
  constraint waivers_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint waivers_reason_check CHECK ((reason <> ''::text)),
  constraint waives_a_year_at_most CHECK (((until_on >= ((given_at AT TIME ZONE 'UTC'::text))::date) AND (until_on <= (((given_at AT TIME ZONE 'UTC'::text))::date + 366)))),
  constraint waives_for_one CHECK (((num_nonnulls(invoice_id, client_id) = 1) AND ((invoice_id IS NULL) = (content_hash IS NULL))))
);
CREATE INDEX waivers_of_client ON public.waivers USING btree (tenant_id, client_id) WHERE (client_id IS NOT NULL);
CREATE INDEX waivers_of_invoice ON public.waivers USING btree (tenant_id, invoice_id) WHERE (invoice_id IS NOT NULL);
alter table public.waivers enable row level security;
alter table public.waivers force row level security;
create policy own_name on public.waivers as restrictive for insert to plumb_app
  using 
  with check (((given_by = ( SELECT app.actor() AS actor)) AND (given_at = now())));
create policy runtime_access on public.waivers as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.waivers as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT ON public.waivers FOR EACH ROW EXECUTE FUNCTION app.guard_waiver();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.waivers REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select on public.waivers to plumb_app;

create table public.withholding_certificates (
  tenant_id        uuid                     not null default app.tenant(),
  id               uuid                     not null,
  legal_entity_id  uuid                     not null,
  client_id        uuid                     not null,
  currency         text                     not null,
  amount_minor     bigint                   not null,
  number           text                     not null,
  issued_on        date                     not null,
  evidence         text,
  evidence_hash    text,
  withdrawn_on     date,
  withdrawn_reason text,
  recorded_by      uuid                     not null default app.actor(),
  recorded_at      timestamp with time zone not null default now(),
  constraint withholding_certificates_pkey PRIMARY KEY (tenant_id, id),
  constraint withholding_certificates_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES clients(tenant_id, id),
  constraint withholding_certificates_tenant_id_legal_entity_id_fkey FOREIGN KEY (tenant_id, legal_entity_id) REFERENCES legal_entities(tenant_id, id),
  constraint withholding_certificates_tenant_id_recorded_by_fkey FOREIGN KEY (tenant_id, recorded_by) REFERENCES memberships(tenant_id, id),
  constraint evidence_is_whole CHECK (((evidence IS NULL) = (evidence_hash IS NULL))),
  constraint withdrawn_with_reason CHECK (((withdrawn_on IS NULL) = (withdrawn_reason IS NULL))),
  constraint withholding_certificates_amount_minor_check CHECK ((amount_minor > 0)),
  constraint withholding_certificates_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint withholding_certificates_evidence_hash_check CHECK ((evidence_hash ~ '^[0-9a-f]{64}$'::text))
);
CREATE INDEX withholding_certificates_by_client ON public.withholding_certificates USING btree (tenant_id, client_id, id);
CREATE UNIQUE INDEX one_certificate_per_number ON public.withholding_certificates USING btree (tenant_id, legal_entity_id, client_id, number) WHERE (withdrawn_on IS NULL);
alter table public.withholding_certificates enable row level security;
alter table public.withholding_certificates force row level security;
create policy own_name on public.withholding_certificates as restrictive for insert to plumb_app
  using 
  with check (((recorded_by = ( SELECT app.actor() AS actor)) AND (recorded_at = now())));
create policy runtime_access on public.withholding_certificates as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.withholding_certificates as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON public.withholding_certificates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_partial_certificate();
CREATE CONSTRAINT TRIGGER withdrawn AFTER UPDATE ON public.withholding_certificates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.guard_withdrawal();
CREATE TRIGGER guard BEFORE UPDATE ON public.withholding_certificates FOR EACH ROW WHEN ((new.client_id = old.client_id)) EXECUTE FUNCTION app.guard_certificate();
CREATE TRIGGER moved BEFORE UPDATE ON public.withholding_certificates FOR EACH ROW WHEN ((new.client_id IS DISTINCT FROM old.client_id)) EXECUTE FUNCTION app.guard_moved();
CREATE TRIGGER takes_no_merged AFTER INSERT ON public.withholding_certificates REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_merged_client('a.client_id');
grant insert, select, update on public.withholding_certificates to plumb_app;

create table public.work_items (
  tenant_id     uuid                     not null default app.tenant(),
  id            uuid                     not null,
  version       integer                  not null default 1,
  kind          text                     not null,
  engagement_id uuid                     not null,
  project_id    uuid,
  worked_on     date                     not null,
  minutes       integer,
  status        text                     not null,
  current       boolean                  not null default true,
  recorded_at   timestamp with time zone not null default now(),
  amount_minor  bigint,
  currency      text,
  constraint work_items_pkey PRIMARY KEY (tenant_id, id, version),
  constraint work_items_tenant_id_engagement_id_fkey FOREIGN KEY (tenant_id, engagement_id) REFERENCES engagements(tenant_id, id),
  constraint work_items_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES projects(tenant_id, id),
  constraint minutes_or_amount CHECK ((((kind = 'time'::text) = (amount_minor IS NULL)) AND ((amount_minor IS NULL) = (currency IS NULL)))),
  constraint time_has_minutes CHECK ((((kind = 'time'::text) = (minutes IS NOT NULL)) AND (minutes > 0))),
  constraint time_has_project CHECK (((kind <> 'time'::text) OR (project_id IS NOT NULL))),
  constraint work_items_amount_minor_check CHECK ((amount_minor > 0)),
  constraint work_items_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint work_items_kind_check CHECK ((kind = ANY (ARRAY['change_order'::text, 'disbursement'::text, 'expense'::text, 'fee'::text, 'hour_bucket'::text, 'milestone'::text, 'shortfall'::text, 'subscription'::text, 'time'::text, 'usage'::text]))),
  constraint work_items_status_check CHECK ((status = ANY (ARRAY['submitted'::text, 'approved'::text, 'rejected'::text]))),
  constraint work_items_version_check CHECK ((version >= 1))
);
CREATE INDEX work_by_engagement ON public.work_items USING btree (tenant_id, engagement_id, worked_on) WHERE current;
CREATE UNIQUE INDEX one_current_version ON public.work_items USING btree (tenant_id, id) WHERE current;
alter table public.work_items enable row level security;
alter table public.work_items force row level security;
create policy runtime_access on public.work_items as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.work_items as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE CONSTRAINT TRIGGER lacking AFTER INSERT ON public.work_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'shortfall'::text)) EXECUTE FUNCTION app.refuse_wrong_shortfall();
CREATE CONSTRAINT TRIGGER signed AFTER INSERT ON public.work_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'change_order'::text)) EXECUTE FUNCTION app.refuse_unsigned_sum();
CREATE CONSTRAINT TRIGGER succeeded AFTER UPDATE OF current ON public.work_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.current AND (NOT new.current))) EXECUTE FUNCTION app.refuse_vanished_work();
CREATE TRIGGER keep_as_recorded BEFORE UPDATE ON public.work_items FOR EACH ROW EXECUTE FUNCTION app.keep_versions_as_recorded();
CREATE TRIGGER open_engagement AFTER INSERT ON public.work_items REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_work_of_closed();
grant insert, select, update on public.work_items to plumb_app;

create table public.worker_grades (
  tenant_id      uuid not null default app.tenant(),
  id             uuid not null,
  worker_id      uuid not null,
  role           text not null,
  effective_from date not null,
  constraint worker_grades_pkey PRIMARY KEY (tenant_id, id),
  constraint worker_grades_tenant_id_worker_id_effective_from_key UNIQUE (tenant_id, worker_id, effective_from),
  constraint worker_grades_tenant_id_worker_id_fkey FOREIGN KEY (tenant_id, worker_id) REFERENCES workers(tenant_id, id)
);
alter table public.worker_grades enable row level security;
alter table public.worker_grades force row level security;
create policy runtime_access on public.worker_grades as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.worker_grades as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.worker_grades to plumb_app;

create table public.workers (
  tenant_id uuid not null default app.tenant(),
  id        uuid not null,
  name      text not null,
  email     text,
  constraint workers_pkey PRIMARY KEY (tenant_id, id),
  constraint workers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
alter table public.workers enable row level security;
alter table public.workers force row level security;
create policy runtime_access on public.workers as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.workers as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
grant insert, select, update on public.workers to plumb_app;

create table public.write_down_work (
  tenant_id     uuid     not null default app.tenant(),
  write_down_id uuid     not null,
  work_item_id  uuid     not null,
  share         smallint not null,
  constraint write_down_work_pkey PRIMARY KEY (tenant_id, write_down_id, work_item_id, share),
  constraint write_down_work_tenant_id_write_down_id_fkey FOREIGN KEY (tenant_id, write_down_id) REFERENCES write_downs(tenant_id, id)
);
CREATE INDEX decisions_on_work ON public.write_down_work USING btree (tenant_id, work_item_id);
alter table public.write_down_work enable row level security;
alter table public.write_down_work force row level security;
create policy runtime_access on public.write_down_work as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.write_down_work as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard AFTER INSERT ON public.write_down_work REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.guard_decided_work();
grant insert, select on public.write_down_work to plumb_app;

create table public.write_downs (
  tenant_id         uuid                     not null default app.tenant(),
  id                uuid                     not null,
  invoice_id        uuid                     not null,
  kind              text                     not null,
  share_bp          integer,
  amount_minor      bigint,
  reason            text                     not null,
  wording           text,
  decided_by        uuid                     not null default app.actor(),
  decided_at        timestamp with time zone not null default now(),
  withdrawn_by      uuid,
  withdrawn_at      timestamp with time zone,
  withdrawal_reason text,
  constraint write_downs_pkey PRIMARY KEY (tenant_id, id),
  constraint write_downs_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships(tenant_id, id),
  constraint write_downs_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices(tenant_id, id),
  constraint write_downs_tenant_id_withdrawn_by_fkey FOREIGN KEY (tenant_id, withdrawn_by) REFERENCES memberships(tenant_id, id),
  constraint one_measure CHECK ((num_nonnulls(share_bp, amount_minor) =
CASE kind
    WHEN 'write_down'::text THEN 1
    ELSE 0
END)),
  constraint withdrawn_by_somebody CHECK ((((withdrawn_at IS NULL) = (withdrawn_by IS NULL)) AND ((withdrawn_at IS NULL) = (withdrawal_reason IS NULL)))),
  constraint write_downs_amount_minor_check CHECK ((amount_minor > 0)),
  constraint write_downs_kind_check CHECK ((kind = ANY (ARRAY['write_down'::text, 'no_charge'::text]))),
  constraint write_downs_reason_check CHECK ((btrim(reason) <> ''::text)),
  constraint write_downs_share_bp_check CHECK (((share_bp >= 1) AND (share_bp <= 10000))),
  constraint write_downs_withdrawal_reason_check CHECK ((btrim(withdrawal_reason) <> ''::text)),
  constraint write_downs_wording_check CHECK ((btrim(wording) <> ''::text))
);
CREATE INDEX write_downs_by_invoice ON public.write_downs USING btree (tenant_id, invoice_id);
alter table public.write_downs enable row level security;
alter table public.write_downs force row level security;
create policy own_name on public.write_downs as restrictive for insert to plumb_app
  using 
  with check (((decided_by = ( SELECT app.actor() AS actor)) AND (decided_at = now()) AND (withdrawn_at IS NULL)));
create policy runtime_access on public.write_downs as permissive for all to plumb_app
  using (true)
  with check (true);
create policy tenant_isolation on public.write_downs as restrictive for all to plumb_app
  using ((tenant_id = ( SELECT app.tenant() AS tenant)))
  with check ((tenant_id = ( SELECT app.tenant() AS tenant)));
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON public.write_downs FOR EACH ROW EXECUTE FUNCTION app.guard_write_down();
grant insert, select, update on public.write_downs to plumb_app;

CREATE OR REPLACE FUNCTION app.actor()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN ((app_private.context())[2])::uuid;
grant execute on function app.actor() to plumb_app;

CREATE OR REPLACE FUNCTION app.adjusted(tenant uuid, invoice uuid, content integer, line uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
    select coalesce(sum(case when a.kind = 'allowance' then -a.amount_minor else a.amount_minor end), 0)::bigint
      from invoice_adjustments a
     where a.tenant_id = tenant and a.invoice_id = invoice and a.content_version = content
       and a.line_id is not distinct from line
  $function$;
grant execute on function app.adjusted(uuid,uuid,integer,uuid) to public;

CREATE OR REPLACE FUNCTION app.check_adjustments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select i.id into wrong
      from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
      join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
     where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending')
        or a.pieces <> (select count(*) from invoice_adjustments x
                         where x.tenant_id = a.tenant_id and x.invoice_id = a.invoice_id and x.content_version = a.content_version)
        or i.adjusted_minor <> app.adjusted(i.tenant_id, i.id, i.content_version, null)
     limit 1;
    if wrong is null then
      select a.invoice_id into wrong
        from (select distinct tenant_id, invoice_id, content_version, line_id, tax_category, tax_bp from added where line_id is not null) a
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
       where (l.invoice_id, l.content_version, l.tax_category, l.tax_bp) <> (a.invoice_id, a.content_version, a.tax_category, a.tax_bp)
          or l.adjusted_minor <> app.adjusted(a.tenant_id, a.invoice_id, a.content_version, a.line_id)
       limit 1;
    end if;
    if wrong is not null then
      raise exception 'invoice % is not adjusted by what it says', wrong using errcode = 'PL160';
    end if;
    return null;
  end $function$;
grant execute on function app.check_adjustments() to public;

CREATE OR REPLACE FUNCTION app.check_decided_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select d.id into wrong
      from (select tenant_id, invoice_id, write_down_id, sum(amount_minor) as taken, bool_and(share_bp is not distinct from d_bp) as as_decided
              from (select a.*, coalesce(w.share_bp, case w.kind when 'no_charge' then 10000 end) as d_bp
                      from added a join write_downs w on w.tenant_id = a.tenant_id and w.id = a.write_down_id) a
             group by 1, 2, 3) a
      join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
     where d.invoice_id <> a.invoice_id or d.withdrawn_at is not null or not a.as_decided or a.taken > d.amount_minor
     limit 1;
    if wrong is not null then
      raise exception 'decision % takes off something else', wrong using errcode = 'PL193';
    end if;
    return null;
  end $function$;
grant execute on function app.check_decided_lines() to public;

CREATE OR REPLACE FUNCTION app.check_invoice_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    perform app.refuse_unbalanced(new.tenant_id, new.id, new.content_version, new.net_minor, new.tax_minor, new.minutes, new.adjusted_minor);
    return null;
  end $function$;
grant execute on function app.check_invoice_sums() to public;

CREATE OR REPLACE FUNCTION app.check_line_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select i.id into wrong
      from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
      join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
      cross join lateral (
        select count(*) as pieces, sum(l.net_minor) as net_minor, sum(l.minutes) as minutes, sum(l.spread_minor) as spread_minor
          from invoice_lines l
         where l.tenant_id = a.tenant_id and l.invoice_id = a.invoice_id and l.content_version = a.content_version) s
     where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending') or s.pieces <> a.pieces
        or (i.net_minor - i.adjusted_minor, i.minutes, i.adjusted_minor) is distinct from (s.net_minor, s.minutes, s.spread_minor)
     limit 1;
    if wrong is not null then
      raise exception 'invoice % is not the sum of its lines', wrong using errcode = 'PL051';
    end if;
    return null;
  end $function$;
grant execute on function app.check_line_sums() to public;

CREATE OR REPLACE FUNCTION app.check_tax_bases()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select p.invoice_id into wrong
      from (select tenant_id, invoice_id, content_version, bool_or(level is not null) as in_parts from added group by 1, 2, 3) v
     cross join lateral (
       select l.invoice_id, l.tax_category as category, l.tax_bp as bp, l.net_minor as base from invoice_lines l
        where l.tenant_id = v.tenant_id and l.invoice_id = v.invoice_id and l.content_version = v.content_version
       union all
       select a.invoice_id, a.tax_category, a.tax_bp, case when a.kind = 'allowance' then -a.amount_minor else a.amount_minor end
         from invoice_adjustments a
        where a.tenant_id = v.tenant_id and a.invoice_id = v.invoice_id and a.content_version = v.content_version and a.line_id is null
       union all
       select t.invoice_id, t.category, t.basis_points, -t.base_minor from added t
        where t.tenant_id = v.tenant_id and t.invoice_id = v.invoice_id and t.content_version = v.content_version
          and coalesce(t.level, 'state') = 'state') p
     group by p.invoice_id, p.category, case when not v.in_parts then p.bp end having sum(p.base) <> 0
     limit 1;
    if wrong is not null then
      raise exception 'invoice % taxes something else than its lines', wrong using errcode = 'PL161';
    end if;
    return null;
  end $function$;
grant execute on function app.check_tax_bases() to public;

CREATE OR REPLACE FUNCTION app.check_tax_by_line()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select t.invoice_id into wrong
        from added t
        join invoices i on i.tenant_id = t.tenant_id and i.id = t.invoice_id and i.tax_rounding = 'line' and i.kind = 'invoice'
       cross join lateral (
         select coalesce(sum(round(p.net * t.basis_points / 10000)), 0) as tax
           from (select l.net_minor::numeric as net from invoice_lines l
                  where l.tenant_id = t.tenant_id and l.invoice_id = t.invoice_id and l.content_version = t.content_version
                    and l.tax_category = t.category and l.tax_bp = t.basis_points
                 union all
                 select case when a.kind = 'allowance' then -a.amount_minor else a.amount_minor end
                   from invoice_adjustments a
                  where a.tenant_id = t.tenant_id and a.invoice_id = t.invoice_id and a.content_version = t.content_version
                    and a.line_id is null and a.tax_category = t.category and a.tax_bp = t.basis_points) p) s
       where t.level is not null or t.tax_minor <> s.tax
       limit 1;
      if wrong is not null then
        raise exception 'the tax of invoice % is not the sum of its lines'' taxes', wrong using errcode = 'PL162';
      end if;
      return null;
    end $function$;
grant execute on function app.check_tax_by_line() to public;

CREATE OR REPLACE FUNCTION app.check_tax_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select i.id into wrong
        from (select tenant_id, invoice_id, content_version, count(*) as pieces from added group by 1, 2, 3) a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
        cross join lateral (
          select count(*) as pieces, sum(t.base_minor) filter (where coalesce(t.level, 'state') = 'state') as base_minor,
                 sum(t.tax_minor) as tax_minor
            from tax_determinations t
           where t.tenant_id = a.tenant_id and t.invoice_id = a.invoice_id and t.content_version = a.content_version) s
       where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending') or s.pieces <> a.pieces
          or (i.net_minor, i.tax_minor) is distinct from (s.base_minor, s.tax_minor)
       limit 1;
      if wrong is not null then
        raise exception 'invoice % is not the sum of its taxes', wrong using errcode = 'PL052';
      end if;
      select a.invoice_id into wrong
        from added a
        left join added s on s.tenant_id = a.tenant_id and s.invoice_id = a.invoice_id and s.content_version = a.content_version
              and s.category = a.category and s.level = 'state'
       where a.level is not null and (s.base_minor is distinct from a.base_minor
              or left(s.jurisdiction, 2) is distinct from left(a.jurisdiction, 2))
       limit 1;
      if wrong is not null then
        raise exception 'a part of the sales tax on invoice % stands on another base, or in another state', wrong
          using errcode = 'PL171';
      end if;
      return null;
    end $function$;
grant execute on function app.check_tax_sums() to public;

CREATE OR REPLACE FUNCTION app.count_draws()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.claim_id into wrong
        from added a
        join claims c on c.tenant_id = a.tenant_id and c.id = a.claim_id
        join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
        join hour_buckets b on b.tenant_id = a.tenant_id and b.id = a.bucket_id
       where c.outcome is distinct from 'covered' or c.released_at is not null or c.minutes > a.minutes
          or w.engagement_id <> b.engagement_id or w.worked_on < b.starts_on or w.worked_on >= b.expires_on
          or a.carried <> coalesce(w.worked_on >= b.ends_on, false)
       limit 1;
      if wrong is not null then
        raise exception 'claim % is not what the hour bucket covers', wrong using errcode = 'PL142';
      end if;
      select a.claim_id into wrong from added a where (a.invoice_id is null) <> (a.state = 'consumed') limit 1;
      if wrong is not null then
        raise exception 'the draw of claim % begins as a reservation of its draft', wrong using errcode = 'PL140';
      end if;
      update hour_buckets b set used = b.used + d.minutes, carried = b.carried + d.carried
        from (select tenant_id, bucket_id, sum(minutes) as minutes,
                     coalesce(sum(minutes) filter (where carried), 0) as carried from added group by 1, 2) d
       where b.tenant_id = d.tenant_id and b.id = d.bucket_id;
      return null;
    end $function$;
grant execute on function app.count_draws() to public;

CREATE OR REPLACE FUNCTION app.count_use()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'INSERT' and new.state = 'credited' then
      update limits set used = used - new.amount where tenant_id = new.tenant_id and id = new.limit_id;
    elsif tg_op = 'INSERT' then
      if new.state <> 'reserved' then
        raise exception 'limit use % begins as a reservation', new.id using errcode = 'PL070';
      end if;
      update limits set used = used + new.amount where tenant_id = new.tenant_id and id = new.limit_id;
    elsif old.state = new.state or old.state <> 'reserved' then
      raise exception 'limit use % is % and stays so', old.id, old.state using errcode = 'PL070';
    elsif new.state = 'released' then
      update limits set used = used - new.amount where tenant_id = new.tenant_id and id = new.limit_id;
    end if;
    return null;
  end $function$;
grant execute on function app.count_use() to public;

CREATE OR REPLACE FUNCTION app.deposit_left(tenant uuid, deposit uuid)
 RETURNS numeric
 LANGUAGE sql
 STABLE
AS $function$
      select d.net_minor
             + coalesce((select sum(c.net_minor) from invoices c
                          where c.tenant_id = d.tenant_id and c.corrects = d.id and c.stage <> 'discarded'), 0)
             + coalesce((select sum(l.net_minor + coalesce(back.net, 0)) from invoice_lines l
                           join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
                            and i.content_version = l.content_version and i.stage <> 'discarded'
                          cross join lateral (
                            select sum(n.net_minor) as net from credit_lines x
                              join invoice_lines n on n.tenant_id = x.tenant_id and n.id = x.line_id
                              join invoices c on c.tenant_id = n.tenant_id and c.id = n.invoice_id and c.stage in ('issued', 'posted')
                             where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id) back
                          where l.tenant_id = d.tenant_id and l.deducts = d.id), 0)
        from invoices d where d.tenant_id = tenant and d.id = deposit
    $function$;
grant execute on function app.deposit_left(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.disputed_minor(tenant uuid, invoice uuid)
 RETURNS numeric
 LANGUAGE sql
 STABLE
AS $function$
      select coalesce(sum(case when d.state <> 'resolved' then d.amount_minor else d.upheld_minor end), 0)
        from disputes d left join invoices n on n.tenant_id = d.tenant_id and n.id = d.credit_note_id
       where d.tenant_id = tenant and d.invoice_id = invoice
         and (d.state <> 'resolved' or n.number is null and n.stage <> 'discarded')
    $function$;
grant execute on function app.disputed_minor(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.draw_goes_back(tenant uuid, claim uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
      select app.draw_was_credited(tenant, claim) or exists (
        select 1 from claims c
          join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
         where c.tenant_id = tenant and c.id = claim and not w.current)
    $function$;
grant execute on function app.draw_goes_back(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.draw_was_credited(tenant uuid, claim uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
      select exists (
        select 1 from bucket_draws d
          join claims f on f.tenant_id = d.tenant_id and f.work_item_id = d.bucket_id and f.line_id is not null
         where d.tenant_id = tenant and d.claim_id = claim
           and app.left_of_line(f.tenant_id, f.line_id) = 0 and not app.was_conceded(f.tenant_id, f.line_id))
      or coalesce((
        select bool_and(app.left_of_line(l.tenant_id, l.id) is not distinct from 0 and not app.was_conceded(l.tenant_id, l.id))
          from bucket_draws d
          join hour_buckets b on b.tenant_id = d.tenant_id and b.id = d.bucket_id
          join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.invoice_id and l.content_version = d.content_version
           and l.engagement_id = b.engagement_id and l.quantity <> 0
         where d.tenant_id = tenant and d.claim_id = claim), false)
    $function$;
grant execute on function app.draw_was_credited(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.find_tenant(slug text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN (SELECT t.id FROM tenants t WHERE (t.slug = find_tenant.slug));
grant execute on function app.find_tenant(text) to plumb_app;

CREATE OR REPLACE FUNCTION app.guard_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      invoice invoices;
    begin
      select * into invoice from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
      if new.actor_id <> app.actor() or new.decided_at <> now() then
        raise exception 'nobody approves in another name, or at another time' using errcode = 'PL040';
      end if;
      if new.actor_id in (app.person_behind(new.tenant_id, invoice.prepared_by), app.person_behind(new.tenant_id, invoice.content_by),
                          app.person_behind(new.tenant_id, invoice.submitted_by)) then
        raise exception 'who wrote or submitted invoice % may not approve it', invoice.id using errcode = 'PL041';
      end if;
      if not exists (select 1 from memberships m
                     where m.tenant_id = new.tenant_id and m.id = new.actor_id and m.kind = 'person') then
        raise exception 'only a person approves' using errcode = 'PL042';
      end if;
      if (new.step, invoice.stage) not in (('manager', 'validation_pending'), ('finance', 'manager_approved')) then
        raise exception 'invoice % is at %, where % does not sign', invoice.id, invoice.stage, new.step using errcode = 'PL044';
      end if;
      if (new.approval_round, new.content_hash) is distinct from (invoice.approval_round, invoice.content_hash) then
        raise exception 'invoice % changed since it was looked at', invoice.id using errcode = 'PL043';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_approval() to public;

CREATE OR REPLACE FUNCTION app.guard_bank_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if to_jsonb(new) - '{state,because,payment_id,decided_by,decided_at}'::text[]
           <> to_jsonb(old) - '{state,because,payment_id,decided_by,decided_at}'::text[]
         or old.state not in ('open', 'held') or new.decided_by <> app.actor() or new.decided_at <> now() then
        raise exception 'bank entry % says what the bank said, and is decided once, in the own name', old.id using errcode = 'PL181';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_bank_entry() to public;

CREATE OR REPLACE FUNCTION app.guard_bank_statement()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.follows is not null and not exists (
           select 1 from bank_statements b
            where b.tenant_id = new.tenant_id and b.id = new.follows
              and (b.iban, b.currency, b.legal_entity_id, b.closing_minor) = (new.iban, new.currency, new.legal_entity_id, new.opening_minor)
              and b.closed_on <= new.closed_on) then
        raise exception 'bank statement % does not go on where % ended', new.id, new.follows using errcode = 'PL184';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_bank_statement() to public;

CREATE OR REPLACE FUNCTION app.guard_billed_edit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if not exists (
         select 1 from claims c
           join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id and l.invoice_id = new.invoice_id
           join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
          where c.tenant_id = new.tenant_id and c.work_item_id = new.work_item_id and c.work_item_version = new.billed_version
            and c.released_at is null) then
      raise exception 'version % of work item % was billed nowhere', new.billed_version, new.work_item_id using errcode = 'PL150';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_billed_edit() to public;

CREATE OR REPLACE FUNCTION app.guard_bucket()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if (new.used, new.carried) <> (old.used, old.carried) and pg_trigger_depth() < 2 then
        raise exception 'what hour bucket % has used is counted, not written', old.id using errcode = 'PL141';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_bucket() to public;

CREATE OR REPLACE FUNCTION app.guard_certificate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if to_jsonb(new) - '{withdrawn_on,withdrawn_reason}'::text[] <> to_jsonb(old) - '{withdrawn_on,withdrawn_reason}'::text[]
         or old.withdrawn_on is not null or new.withdrawn_on is null then
        raise exception 'certificate % stays as it was recorded, and is withdrawn once', old.id using errcode = 'PL188';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_certificate() to public;

CREATE OR REPLACE FUNCTION app.guard_certified_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      withheld numeric;
    begin
      perform app.refuse_unbooked_certificate(new.tenant_id, new.invoice_id);
      select sum(p.amount_minor) into withheld
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'withholding_tax';
      if new.fact = 'withholding_certified' and withheld < 0 then
        raise exception 'more is proven of invoice % than was withheld', new.invoice_id using errcode = 'PL189';
      end if;
      return null;
    end $function$;
grant execute on function app.guard_certified_entry() to public;

CREATE OR REPLACE FUNCTION app.guard_certified_part()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform app.refuse_unbooked_certificate(new.tenant_id, new.invoice_id);
      return null;
    end $function$;
grant execute on function app.guard_certified_part() to public;

CREATE OR REPLACE FUNCTION app.guard_change_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if old.state = 'signed' and to_jsonb(new) - 'counted' <> to_jsonb(old) - 'counted' or old.counted and not new.counted
         or new.state = 'signed' and old.state = 'draft'
            and (new.signed_by is distinct from (select app.actor()) or new.signed_by = old.drafted_by) then
        raise exception 'change order % is signed once, in the own name, by another person than who drafted it', old.id
          using errcode = 'PL134';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_change_order() to public;

CREATE OR REPLACE FUNCTION app.guard_chargeback()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if to_jsonb(new) - '{state,answered_on,evidence,evidence_hash,decided_on,decision_reason}'::text[]
           <> to_jsonb(old) - '{state,answered_on,evidence,evidence_hash,decided_on,decision_reason}'::text[]
         or (old.state, new.state) not in (('open', 'answered'), ('open', 'won'), ('open', 'lost'), ('answered', 'won'), ('answered', 'lost'))
         or old.answered_on is not null and (new.answered_on, new.evidence, new.evidence_hash)
              is distinct from (old.answered_on, old.evidence, old.evidence_hash) then
        raise exception 'chargeback % stays as it was opened and answered, and is decided once', old.id using errcode = 'PL185';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_chargeback() to public;

CREATE OR REPLACE FUNCTION app.guard_claim()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if old.released_at is not null or new.released_at is null
         or to_jsonb(new) - 'released_at' <> to_jsonb(old) - 'released_at' then
        raise exception 'a claim is only ever released, once' using errcode = 'PL060';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_claim() to public;

CREATE OR REPLACE FUNCTION app.guard_clock()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if (new.wait, new.invoice_id, new.exception_id, new.legal_entity_id, new.dispute_id, new.since)
         is distinct from (old.wait, old.invoice_id, old.exception_id, old.legal_entity_id, old.dispute_id, old.since)
       or old.stopped_at is not null and new.stopped_at is distinct from old.stopped_at then
      raise exception 'clock % keeps what it is about and since when, and stays stopped', old.id using errcode = 'PL240';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_clock() to public;

CREATE OR REPLACE FUNCTION app.guard_clock_pause()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'INSERT' then
      perform 1 from clocks c where c.tenant_id = new.tenant_id and c.id = new.clock_id and c.stopped_at is null for update;
      if not found then
        raise exception 'clock % stopped: it is not paused any more', new.clock_id using errcode = 'PL244';
      end if;
    elsif to_jsonb(new) - '{resumed_at,resumed_by}'::text[] <> to_jsonb(old) - '{resumed_at,resumed_by}'::text[]
       or old.resumed_at is not null or new.resumed_at is distinct from now() or new.resumed_by is distinct from app.actor() then
      raise exception 'pause % stays as recorded; it is ended once, in the own name and now', old.id using errcode = 'PL245';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_clock_pause() to public;

CREATE OR REPLACE FUNCTION app.guard_clock_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    clock clocks;
  begin
    select * into clock from clocks c where c.tenant_id = new.tenant_id and c.id = new.clock_id for update;
    if clock.stopped_at is not null or exists (
         select 1 from clock_pauses p where p.tenant_id = new.tenant_id and p.clock_id = new.clock_id and p.resumed_at is null) then
      raise exception 'clock % does not run: no step of it is taken', new.clock_id using errcode = 'PL241';
    end if;
    if new.due_at > now() or new.taken_at <> now() then
      raise exception 'a step of clock % is taken when it is due, and now', new.clock_id using errcode = 'PL242';
    end if;
    if new.ordinal <> (select count(*) from clock_steps s where s.tenant_id = new.tenant_id and s.clock_id = new.clock_id) then
      raise exception 'steps of clock % are taken in order, each once', new.clock_id using errcode = 'PL243';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_clock_step() to public;

CREATE OR REPLACE FUNCTION app.guard_closure()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'UPDATE' then
        if old.reopened_at is not null or (new.reopened_by, new.reopened_at) is distinct from ((select app.actor()), now())
           or new.reopened_by = old.closed_by then
          raise exception 'closure % is reopened once, in the own name, by another person than who closed', old.id
            using errcode = 'PL136';
        end if;
      elsif exists (
          select 1 from work_items w
           where w.tenant_id = new.tenant_id and w.engagement_id = new.engagement_id and w.current and w.status <> 'rejected'
             and (new.project_id is null or w.project_id = new.project_id) and w.worked_on > new.closed_on) then
        raise exception 'engagement % is not closed on %: it has work after that day', new.engagement_id, new.closed_on
          using errcode = 'PL136';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_closure() to public;

CREATE OR REPLACE FUNCTION app.guard_correction()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'UPDATE' then
      if (new.corrects, new.correction_code, new.correction_reason)
         is distinct from (old.corrects, old.correction_code, old.correction_reason) then
        raise exception 'invoice % keeps what it corrects', old.id using errcode = 'PL110';
      end if;
      if new.kind = 'credit_note' and new.stage = 'issued' and old.stage <> 'issued' and new.issued_on < (
           select i.issued_on from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects) then
        raise exception 'credit note % is dated before the invoice it corrects', old.id using errcode = 'PL112';
      end if;
      return new;
    end if;
    if not exists (
         select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects and i.kind not in ('credit_note', 'opening')
            and i.stage in ('issued', 'posted')
            and (i.legal_entity_id, i.client_id, i.payer_id, i.currency)
              = (new.legal_entity_id, new.client_id, new.payer_id, new.currency)) then
      raise exception 'credit note % corrects no issued invoice of its own client', new.id using errcode = 'PL110';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_correction() to public;

CREATE OR REPLACE FUNCTION app.guard_cost_claims()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    if not exists (select 1 from added where amount_minor is not null) then
      return null;
    end if;
    select a.work_item_id into wrong
      from added a
      join claims o on o.tenant_id = a.tenant_id and o.id = a.kept_of
      join work_items v on v.tenant_id = o.tenant_id and v.id = o.work_item_id and v.version = o.work_item_version
     where a.amount_minor is not null and a.amount_minor is distinct from coalesce(o.amount_minor, v.amount_minor) - (
       select sum(x.cost_minor) from credit_lines x
         join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
         join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.number is not null
        where x.tenant_id = a.tenant_id and x.corrected_line_id = a.line_id)
     limit 1;
    if wrong is null then
      select a.work_item_id into wrong
        from (select distinct tenant_id, work_item_id, work_item_version, kept_of is not null as kept from added
               where amount_minor is not null) a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where (select case when a.kept then max(v.amount_minor) else w.amount_minor end from work_items v
               where v.tenant_id = w.tenant_id and v.id = w.id)
           < (select sum(coalesce(c.amount_minor, v.amount_minor)) from claims c
                join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
               where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
       limit 1;
    end if;
    if wrong is not null then
      raise exception 'cost % is taken in parts that are more than the whole', wrong using errcode = 'PL235';
    end if;
    return null;
  end $function$;
grant execute on function app.guard_cost_claims() to public;

CREATE OR REPLACE FUNCTION app.guard_credit_line()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if not exists (
         select 1 from invoice_lines l
           join invoices c on c.tenant_id = l.tenant_id and c.id = l.invoice_id and c.kind = 'credit_note' and c.stage = 'draft'
           join invoices i on i.tenant_id = c.tenant_id and i.id = c.corrects
           join invoice_lines o on o.tenant_id = i.tenant_id and o.invoice_id = i.id and o.content_version = i.content_version
          where l.tenant_id = new.tenant_id and l.id = new.line_id and o.id = new.corrected_line_id
            and (l.tax_category, l.tax_bp, l.engagement_id) = (o.tax_category, o.tax_bp, o.engagement_id)) then
      raise exception 'credit line % takes nothing back from its invoice at the tax it was billed with', new.line_id
        using errcode = 'PL113';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_credit_line() to public;

CREATE OR REPLACE FUNCTION app.guard_credit_work()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select a.line_id into wrong
      from (select distinct tenant_id, line_id from added) a
      join credit_lines x on x.tenant_id = a.tenant_id and x.line_id = a.line_id
      join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
      join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id
     where n.stage <> 'draft'
        or (select sum(k.billed_minutes) from credit_work k where k.tenant_id = a.tenant_id and k.line_id = a.line_id) > x.quantity
        or exists (
          select 1 from credit_work k
           where k.tenant_id = a.tenant_id and k.line_id = a.line_id and k.billed_minutes > (
             select coalesce(sum(c.billed_minutes), 0) from claims c
              where c.tenant_id = k.tenant_id and c.work_item_id = k.work_item_id and c.line_id = x.corrected_line_id
                and c.released_at is null))
     limit 1;
    if wrong is not null then
      raise exception 'credit line % names work that it does not take back', wrong using errcode = 'PL151';
    end if;
    return null;
  end $function$;
grant execute on function app.guard_credit_work() to public;

CREATE OR REPLACE FUNCTION app.guard_credited_cost()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if not exists (
         select 1 from claims c
           join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
            and v.kind in ('expense', 'disbursement')
          where c.tenant_id = new.tenant_id and c.line_id = new.corrected_line_id and c.released_at is null
            and coalesce(c.amount_minor, v.amount_minor) > new.cost_minor) then
      raise exception 'credit line % takes back more of a cost than its line bills', new.line_id using errcode = 'PL236';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_credited_cost() to public;

CREATE OR REPLACE FUNCTION app.guard_cut_over()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform 1 from legal_entities l where l.tenant_id = new.tenant_id and l.id = new.id for update;
      if old.cut_over_on is not null or exists (
           select 1 from ledger_entries e
            where e.tenant_id = new.tenant_id and e.legal_entity_id = new.id and e.booked_on <= new.cut_over_on) then
        raise exception 'the cut-over of legal entity % is fixed once, before all that is booked', new.id using errcode = 'PL217';
      end if;
      return null;
    end $function$;
grant execute on function app.guard_cut_over() to public;

CREATE OR REPLACE FUNCTION app.guard_decided_work()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select a.work_item_id into wrong
      from added a
      join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
     where not exists (
       select 1 from claims c
         join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
         join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.content_version = l.content_version
         join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
        where c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.share = a.share and c.released_at is null
          and i.id = d.invoice_id and w.kind <> 'disbursement')
     limit 1;
    if wrong is not null then
      raise exception 'work % is not what this invoice charges for', wrong using errcode = 'PL191';
    end if;
    select a.work_item_id into wrong
      from added a
      join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
      join write_down_work o on o.tenant_id = a.tenant_id and o.work_item_id = a.work_item_id and o.share = a.share
                            and o.write_down_id <> a.write_down_id
      join write_downs e on e.tenant_id = o.tenant_id and e.id = o.write_down_id and e.withdrawn_at is null
                        and e.invoice_id = d.invoice_id
     limit 1;
    if wrong is not null then
      raise exception 'something else is decided about work % already', wrong using errcode = 'PL192';
    end if;
    return null;
  end $function$;
grant execute on function app.guard_decided_work() to public;

CREATE OR REPLACE FUNCTION app.guard_dispute()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      changes constant text[] := '{state,acknowledged_at,acknowledged_by,outcome,root_cause,resolution,upheld_minor,credit_note_id,'
        'resolved_on,resolved_at,resolved_by}';
    begin
      if to_jsonb(new) - changes <> to_jsonb(old) - changes
         or (old.state, new.state) not in (('open', 'acknowledged'), ('open', 'resolved'), ('acknowledged', 'resolved'))
         or old.acknowledged_at is not null
            and (new.acknowledged_at, new.acknowledged_by) is distinct from (old.acknowledged_at, old.acknowledged_by)
         or new.acknowledged_at is distinct from old.acknowledged_at and (new.acknowledged_at, new.acknowledged_by) <> (now(), app.actor())
         or new.state = 'resolved' and (new.resolved_at, new.resolved_by) <> (now(), app.actor()) then
        raise exception 'dispute % stays as it was raised, and is decided once, in the own name', old.id using errcode = 'PL260';
      end if;
      if new.credit_note_id is not null and not exists (
           select 1 from invoices n where n.tenant_id = new.tenant_id and n.id = new.credit_note_id and n.kind = 'credit_note'
              and n.corrects = new.invoice_id and n.number is null and n.total_minor = -new.upheld_minor) then
        raise exception 'dispute % names a credit note that does not give back what was decided', old.id using errcode = 'PL263';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_dispute() to public;

CREATE OR REPLACE FUNCTION app.guard_draw()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.state = 'consumed' and not exists (select 1 from invoices i
           where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.stage in ('issued', 'posted')) then
        raise exception 'the draw of claim % is consumed when its invoice is issued', new.claim_id using errcode = 'PL143';
      end if;
      return null;
    end $function$;
grant execute on function app.guard_draw() to public;

CREATE OR REPLACE FUNCTION app.guard_dunning_notice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if to_jsonb(new) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at,withdrawn_entry_id}'::text[]
           <> to_jsonb(old) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at,withdrawn_entry_id}'::text[]
         or old.withdrawn_on is not null or new.withdrawn_on is null
         or new.withdrawn_by <> app.actor() or new.withdrawn_at <> now() then
        raise exception 'dunning notice % stays as recorded; it is withdrawn once, in the own name', old.id using errcode = 'PL201';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_dunning_notice() to public;

CREATE OR REPLACE FUNCTION app.guard_interest_claim()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then
        perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
        if exists (
             select 1 from interest_claims o
              where o.tenant_id = new.tenant_id and o.invoice_id = new.invoice_id and o.state <> 'replaced'
                and (o.from_on < new.until_on and new.from_on < o.until_on
                     or o.compensation_minor > 0 and new.compensation_minor > 0)) then
          raise exception 'interest on invoice % is claimed twice for a day', new.invoice_id using errcode = 'PL206';
        end if;
      elsif to_jsonb(new) - '{state,reason,entry_id,decided_by,decided_at}'::text[]
              <> to_jsonb(old) - '{state,reason,entry_id,decided_by,decided_at}'::text[]
            or old.state <> 'proposed' or new.decided_by <> app.actor() or new.decided_at <> now() then
        raise exception 'claim % stays as recorded; it is decided once, in the own name', old.id using errcode = 'PL207';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_interest_claim() to public;

CREATE OR REPLACE FUNCTION app.guard_invoice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      -- What changes without being new content. All else is what people approve.
      moving constant text[] := array['stage', 'stage_since', 'version', 'content_version', 'content_hash', 'content_by',
        'approval_round', 'bundle_hash', 'submitted_by', 'series_id', 'number', 'number_text', 'issued_on', 'due_on', 'issued_at'];
      revised boolean;
      back    boolean;
    begin
      if tg_op = 'INSERT' then
        if new.kind = 'opening' then
          perform app.refuse_unfit_opening(new);
          new.content_by := new.prepared_by;
          return new;
        end if;
        if new.stage <> 'draft' or (new.version, new.content_version, new.approval_round) <> (1, 1, 1) or new.due_on is not null then
          raise exception 'an invoice starts as a draft, not %', new.stage using errcode = 'PL030';
        end if;
        if new.prepared_by <> coalesce(
             (select c.prepared_by from invoices c where c.tenant_id = new.tenant_id and c.id = new.replaces), app.actor())
           or new.submitted_by is not null then
          raise exception 'an invoice is prepared in the preparer''s own name' using errcode = 'PL036';
        end if;
        new.content_by := new.prepared_by;
        return new;
      end if;
      if new.version <> old.version + 1 then
        raise exception 'invoice % was changed by someone else', old.id using errcode = 'PL031';
      end if;
      if old.stage in ('issued', 'posted', 'discarded')
         and to_jsonb(new) - array['stage', 'stage_since', 'version'] <> to_jsonb(old) - array['stage', 'stage_since', 'version'] then
        raise exception 'invoice % is % and never changes again', old.id, old.stage using errcode = 'PL032';
      end if;
      if new.stage <> old.stage
         and not exists (select 1 from app.invoice_moves where from_stage = old.stage and to_stage = new.stage) then
        raise exception 'invoice % cannot go from % to %', old.id, old.stage, new.stage using errcode = 'PL033';
      end if;
      if (new.id, new.kind, new.prepared_by, new.created_at, new.billing_run_id, new.currency, new.legal_entity_id, new.client_id)
         is distinct from
         (old.id, old.kind, old.prepared_by, old.created_at, old.billing_run_id, old.currency, old.legal_entity_id, old.client_id) then
        raise exception 'invoice % keeps who prepared it and for whom', old.id using errcode = 'PL036';
      end if;
      revised := new.content_version = old.content_version + 1;
      back := new.stage <> old.stage and old.stage <> 'draft' and new.stage in ('draft', 'validation_pending');
      if not revised and ((new.content_version, new.content_hash) <> (old.content_version, old.content_hash)
                          or to_jsonb(new) - moving <> to_jsonb(old) - moving) then
        raise exception 'invoice % has new content under an old version', old.id using errcode = 'PL034';
      end if;
      if revised and new.stage not in ('draft', 'validation_pending') then
        raise exception 'invoice % changed; its approvals are void', old.id using errcode = 'PL035';
      end if;
      -- New content and every way back start a new round of approvals; nothing else does.
      if new.approval_round <> old.approval_round + (revised or back)::int then
        raise exception 'invoice % must start a new round of approvals', old.id using errcode = 'PL038';
      end if;
      new.content_by := case when revised then app.actor() else old.content_by end;
      if old.stage = 'draft' and new.stage = 'validation_pending' then
        if new.submitted_by is distinct from app.actor() then
          raise exception 'invoice % is submitted in the submitter''s own name', old.id using errcode = 'PL036';
        end if;
      elsif new.submitted_by is distinct from old.submitted_by then
        raise exception 'invoice % keeps who submitted it', old.id using errcode = 'PL036';
      end if;
      if old.stage <> 'issued' and new.stage = 'issued' then
        -- Taken from a series of its own entity; that nothing taken stays unused is asked of the series at commit.
        if not exists (select 1 from number_series s where s.tenant_id = new.tenant_id and s.id = new.series_id
                         and s.legal_entity_id = new.legal_entity_id and s.kind = new.kind
                         and new.number >= s.first_number and new.number < s.next_number) then
          raise exception 'invoice % has a number that its series did not give', old.id using errcode = 'PL039';
        end if;
      elsif (new.series_id, new.number, new.number_text, new.issued_on, new.due_on, new.issued_at) is distinct from
            (old.series_id, old.number, old.number_text, old.issued_on, old.due_on, old.issued_at) then
        raise exception 'invoice % gets its number when it is issued', old.id using errcode = 'PL039';
      end if;
      if new.stage <> old.stage and new.stage in ('manager_approved', 'finance_approved', 'issued') then
        perform app.refuse_unapproved(new);
      end if;
      return new;
    end $function$;
grant execute on function app.guard_invoice() to public;

CREATE OR REPLACE FUNCTION app.guard_limit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.opening <> old.opening and new.used = old.used then
        new.used := old.used + new.opening - old.opening;
      elsif new.opening <> old.opening then
        raise exception 'what limit % has used is counted, not written', old.id using errcode = 'PL071';
      elsif new.used <> old.used and pg_trigger_depth() < 2 then
        raise exception 'what limit % has used is counted, not written', old.id using errcode = 'PL071';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_limit() to public;

CREATE OR REPLACE FUNCTION app.guard_merged_client()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      survivor uuid;
    begin
      -- Held, so that nobody merges it away meanwhile.
      select c.merged_into into survivor from clients c
        where c.tenant_id = new.tenant_id and c.id = case when tg_op = 'INSERT' or old.merged_into is null then new.merged_into else old.merged_into end
        for share;
      if tg_op = 'INSERT' or (case when old.merged_into is not null then coalesce(new.merged_into <> survivor, true)
           else survivor is not null or not exists (
             select 1 from client_merges m
              where m.tenant_id = new.tenant_id and m.merged_id = new.id and m.survivor_id = new.merged_into
                and m.merged_at = now() and m.merged_by = app.actor()) end) then
        raise exception 'client % is merged once, into one that is not merged itself, on record', new.id using errcode = 'PL222';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_merged_client() to public;

CREATE OR REPLACE FUNCTION app.guard_month_close()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then
        if exists (select 1 from legal_entities l
                    where l.tenant_id = new.tenant_id and l.id = new.legal_entity_id
                      and (l.lock_date is distinct from new.locked_before or l.lock_date >= (new.month + interval '1 month')::date - 1)) then
          raise exception 'month % is not closed after what was closed before', new.month using errcode = 'PL195';
        end if;
        return new;
      end if;
      if old.reopened_at is not null or (old.reopening_asked_at is not null and
           (new.reopening_asked_by, new.reopening_asked_at, new.reopening_reason)
             is distinct from (old.reopening_asked_by, old.reopening_asked_at, old.reopening_reason))
         or (old.reopening_asked_at is null and (new.reopening_asked_by, new.reopening_asked_at) is distinct from (app.actor(), now()))
         or (new.reopened_at is not null and (new.reopened_by, new.reopened_at) is distinct from (app.actor(), now())) then
        raise exception 'month close % is reopened once, by two people in their own names', new.id using errcode = 'PL196';
      end if;
      if new.reopened_at is not null and exists (
           select 1 from month_closes c
            where c.tenant_id = new.tenant_id and c.legal_entity_id = new.legal_entity_id and c.month > new.month and c.reopened_at is null) then
        raise exception 'month % is not the last that was closed', new.month using errcode = 'PL197';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_month_close() to public;

CREATE OR REPLACE FUNCTION app.guard_moved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'INSERT' then
        raise exception 'nothing begins as moved to another client' using errcode = 'PL221';
      end if;
      if exists (
           select 1 from jsonb_each(to_jsonb(old)) o join jsonb_each(to_jsonb(new)) n using (key)
            where n.value is distinct from o.value and not case
              when key in ('client_id', 'payer_id') then exists (
                select 1 from clients c
                 where c.tenant_id = old.tenant_id and c.id = (o.value #>> '{}')::uuid and c.merged_into = (n.value #>> '{}')::uuid)
              when key in ('written_client_id', 'written_payer_id') then
                o.value = 'null' and n.value = to_jsonb(old) -> substr(key, length('written_') + 1)
                and n.value <> to_jsonb(new) -> substr(key, length('written_') + 1)
              when key = 'delivery_profile_id' then exists (
                select 1 from delivery_profiles d
                 where d.tenant_id = old.tenant_id and d.id = (n.value #>> '{}')::uuid and d.client_id = (to_jsonb(new) ->> 'payer_id')::uuid
                   and d.client_id <> (to_jsonb(old) ->> 'payer_id')::uuid)
              else false end)
         or exists (
           select 1 from jsonb_each(to_jsonb(old)) o join jsonb_each(to_jsonb(new)) n using (key)
            where key in ('client_id', 'payer_id') and n.value <> o.value and to_jsonb(new) -> ('written_' || key) = 'null') then
        raise exception 'what names a client comes to name another only where the one was merged into the other'
          using errcode = 'PL221';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_moved() to public;

CREATE OR REPLACE FUNCTION app.guard_new_claims()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select a.id into wrong from added a where a.released_at is not null limit 1;
    if wrong is not null then
      raise exception 'claim % is released before it is made', wrong using errcode = 'PL060';
    end if;
    -- An issued line takes work again only as the part of it that a credit note left there.
    select i.id into wrong
      from (select distinct tenant_id, line_id from added where line_id is not null) a
      join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
      join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
     where i.content_version <> l.content_version
        or i.stage not in ('draft', 'validation_pending')
           and (app.left_of_line(l.tenant_id, l.id) is null or not app.holds_what_is_left(l.tenant_id, l.id))
           and not exists (select 1 from added k where k.line_id = a.line_id and k.kept_of is not null and k.amount_minor is not null)
     limit 1;
    if wrong is not null then
      raise exception 'invoice % takes no more work under these lines', wrong using errcode = 'PL062';
    end if;
    select a.work_item_id into wrong
      from added a
      join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
     where not a.partial and (a.share <> 0 or a.minutes <> coalesce(w.minutes, 0))
        or a.partial and a.part = 0 and a.amount_minor is null and (w.kind <> 'time' or a.minutes + a.billed_minutes < 1)
        or a.amount_minor is not null and (not a.partial or w.kind not in ('expense', 'disbursement'))
        or a.part > 0 and w.kind <> 'time' and (a.share <> 0 or a.minutes <> 0)
     limit 1;
    if wrong is not null then
      raise exception 'work item % is taken whole', wrong using errcode = 'PL064';
    end if;
    if exists (select 1 from added where partial) then
      select a.work_item_id into wrong
        from (select distinct tenant_id, work_item_id, work_item_version from added where partial) a
        join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
       where case when exists (select 1 from added k where k.work_item_id = a.work_item_id and k.kept_of is not null)
                       then (select max(v.minutes) from work_items v where v.tenant_id = w.tenant_id and v.id = w.id)
                       else w.minutes end < (select sum(c.minutes) from claims c
                           where c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.released_at is null)
       limit 1;
      if wrong is not null then
        raise exception 'work item % is taken in parts that are more than the whole', wrong using errcode = 'PL067';
      end if;
    end if;
    return null;
  end $function$;
grant execute on function app.guard_new_claims() to public;

CREATE OR REPLACE FUNCTION app.guard_new_series()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'number series % begins with its first number', new.id using errcode = 'PL219';
    end $function$;
grant execute on function app.guard_new_series() to public;

CREATE OR REPLACE FUNCTION app.guard_notice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if to_jsonb(new) - '{sent_at,recipients}'::text[] <> to_jsonb(old) - '{sent_at,recipients}'::text[] or old.sent_at is not null then
      raise exception 'notice % stays as written, and as sent', old.id using errcode = 'PL246';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_notice() to public;

CREATE OR REPLACE FUNCTION app.guard_promise()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if to_jsonb(new) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at}'::text[]
           <> to_jsonb(old) - '{withdrawn_on,withdrawn_reason,withdrawn_by,withdrawn_at}'::text[]
         or old.withdrawn_on is not null or new.withdrawn_on is null
         or new.withdrawn_by <> app.actor() or new.withdrawn_at <> now() then
        raise exception 'promise % stays as recorded; it is withdrawn once, in the own name', old.id using errcode = 'PL205';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_promise() to public;

CREATE OR REPLACE FUNCTION app.guard_publication()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
                  where o.tenant_id = new.tenant_id and o.id = new.proposal_id and app.person_behind(o.tenant_id, o.proposed_by) = app.person_behind(o.tenant_id, app.actor())) then
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
    end $function$;
grant execute on function app.guard_publication() to public;

CREATE OR REPLACE FUNCTION app.guard_rebill()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from invoices c
            where c.tenant_id = new.tenant_id and c.id = new.replaces and c.rebills and c.stage = 'issued' and c.stage_since = now()
              and (c.legal_entity_id, c.client_id) = (new.legal_entity_id, new.client_id)) then
        raise exception 'invoice % replaces nothing that is taken back here', new.id using errcode = 'PL111';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_rebill() to public;

CREATE OR REPLACE FUNCTION app.guard_retainers()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      paid payments;
    begin
      select * into paid from payments y where y.tenant_id = new.tenant_id and y.id = new.payment_id;
      if exists (select 1 from ledger_postings p
                  where p.tenant_id = new.tenant_id and p.entry_id = new.id
                    and p.account = case when paid.engagement_id is null then 'retainer_liability' else 'unapplied_cash' end) then
        raise exception 'ledger entry % mixes a retainer with other money', new.id using errcode = 'PL144';
      end if;
      if paid.engagement_id is not null and new.invoice_id is not null and not exists (
           select 1 from invoices i
             left join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id and paid.engagement_id in (l.engagement_id, case i.kind when 'opening' then i.engagement_id end)) then
        raise exception 'invoice % bills nothing of what retainer % is for', new.invoice_id, paid.id using errcode = 'PL145';
      end if;
      return null;
    end $function$;
grant execute on function app.guard_retainers() to public;

CREATE OR REPLACE FUNCTION app.guard_settled_edit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if old.settled_at is not null or new.settled_at is distinct from now()
         or exists (
           select 1 from work_items w
             join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null
             join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
             join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
             join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
            where w.tenant_id = new.tenant_id and w.id = new.work_item_id and w.version = new.version and w.current
            group by w.status, w.minutes, w.amount_minor
           having w.status <> 'approved' or sum(c.minutes) > w.minutes or sum(coalesce(c.amount_minor, v.amount_minor)) > w.amount_minor) then
        raise exception 'more of work item % is billed than its version % says', new.work_item_id, new.version using errcode = 'PL238';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_settled_edit() to public;

CREATE OR REPLACE FUNCTION app.guard_split()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if old.known_to is not null or new.known_to is distinct from now() or to_jsonb(new) - 'known_to' <> to_jsonb(old) - 'known_to' then
        raise exception 'split % stays as it was agreed, and is replaced once', old.id using errcode = 'PL177';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_split() to public;

CREATE OR REPLACE FUNCTION app.guard_tax_conversion()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      i      invoices;
      origin tax_conversions;
      unreturned bigint;
      notes  int;
      halves int := 1;
      billed numeric;
      off    numeric;
    begin
      select * into i from invoices where tenant_id = new.tenant_id and id = new.invoice_id;
      -- With its content, which is approved; or at issue, when the entity has it so.
      if i.content_version <> new.content_version
         or not (i.stage in ('draft', 'validation_pending') or (new.fixed_at = 'issue' and i.stage = 'finance_approved')) then
        raise exception 'the tax of invoice % is no longer converted', new.invoice_id using errcode = 'PL172';
      end if;
      if new.currency <> (select currency from legal_entities where tenant_id = i.tenant_id and id = i.legal_entity_id)
         or (new.base_currency, new.quote_currency) not in ((i.currency, new.currency), (new.currency, i.currency)) then
        raise exception 'the rate of invoice % is of other currencies', new.invoice_id using errcode = 'PL173';
      end if;
      if i.kind = 'credit_note' then
        select * into origin from tax_conversions c
         where c.tenant_id = i.tenant_id and c.invoice_id = i.corrects
           and c.content_version = (select content_version from invoices where tenant_id = i.tenant_id and id = i.corrects);
        if (origin.currency, origin.base_currency, origin.quote_currency, origin.rate, origin.rate_on, origin.source)
           is distinct from (new.currency, new.base_currency, new.quote_currency, new.rate, new.rate_on, new.source) then
          raise exception 'credit note % has another rate than its invoice', new.invoice_id using errcode = 'PL174';
        end if;
        select origin.tax_minor + coalesce(sum(c.tax_minor), 0), count(*) into unreturned, notes
          from invoices n
          join tax_conversions c on c.tenant_id = n.tenant_id and c.invoice_id = n.id and c.content_version = n.content_version
         where n.tenant_id = i.tenant_id and n.corrects = i.corrects and n.stage <> 'discarded';
        if abs(new.tax_minor) > abs(unreturned) then
          raise exception 'credit note % gives back more converted tax than is left', new.invoice_id using errcode = 'PL174';
        end if;
        -- Who takes the last takes what rounding left: up to half a unit of each note before.
        if new.tax_minor = -unreturned then
          halves := 1 + 2 * notes;
        end if;
      end if;
      -- Half up is within half a unit of the exact sum; said without a division, which would be rounded.
      billed := i.tax_minor * power(10::numeric, app.minor_digits(new.currency) - app.minor_digits(i.currency));
      off := case when new.base_currency = i.currency then abs(new.tax_minor - billed * new.rate)
                  else abs(new.tax_minor * new.rate - billed) end;
      if 2 * off > halves * (case when new.base_currency = i.currency then 1 else new.rate end) then
        raise exception 'the tax of invoice % is not its tax at this rate', new.invoice_id using errcode = 'PL173';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_tax_conversion() to public;

CREATE OR REPLACE FUNCTION app.guard_trust()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      held     numeric;
      open     numeric;
      disputed numeric;
    begin
      perform 1 from engagements e where e.tenant_id = new.tenant_id and e.id = new.engagement_id for no key update;
      select sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end) into held
        from trust_entries t where t.tenant_id = new.tenant_id and t.engagement_id = new.engagement_id;
      if held < 0 then
        raise exception 'matter % would hold less than nothing in trust', new.engagement_id using errcode = 'PL147';
      end if;
      if new.kind = 'transfer' then
        select sum(p.amount_minor) into open
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'receivable';
        disputed := app.disputed_minor(new.tenant_id, new.invoice_id);
        if open is null or open < disputed or not exists (
             select 1 from invoices i
               left join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
              where i.tenant_id = new.tenant_id and i.id = new.invoice_id and new.engagement_id in (l.engagement_id, case i.kind when 'opening' then i.engagement_id end))
           or not exists (
             select 1 from payment_applications a join payments y on y.tenant_id = a.tenant_id and y.id = a.payment_id
              where a.tenant_id = new.tenant_id and a.payment_id = new.payment_id and a.invoice_id = new.invoice_id
                and a.amount_minor = new.amount_minor and y.amount_minor = new.amount_minor and y.currency = new.currency) then
          raise exception 'transfer % takes more than is billed, open and undisputed', new.id using errcode = 'PL148';
        end if;
      end if;
      if not exists (
           select 1 from ledger_entries e
             join engagements g on g.tenant_id = e.tenant_id and g.id = new.engagement_id
             join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'trust_bank'
            where e.tenant_id = new.tenant_id and e.id = new.entry_id
              and (e.fact, e.currency, e.booked_on, e.legal_entity_id)
                = (case new.kind when 'receipt' then 'trust_received' when 'refund' then 'trust_refunded' else 'trust_transferred' end,
                   new.currency, new.booked_on, g.legal_entity_id)
              and g.currency = new.currency
              and p.amount_minor = case when new.kind = 'receipt' then new.amount_minor else -new.amount_minor end) then
        raise exception 'trust entry % is not in the ledger as it is', new.id using errcode = 'PL149';
      end if;
      return null;
    end $function$;
grant execute on function app.guard_trust() to public;

CREATE OR REPLACE FUNCTION app.guard_waiver()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      invoice invoices;
      rules   text := (select bundle_hash from policy_publications order by published_at desc, id desc limit 1);
    begin
      if new.invoice_id is not null then
        select * into invoice from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
        if app.had_part_in(invoice, new.given_by) then
          raise exception 'who wrote or submitted invoice % waives nothing about it', invoice.id using errcode = 'PL254';
        end if;
        if invoice.number is not null or invoice.content_hash <> new.content_hash then
          raise exception 'what is waived about invoice % is of its present content, before issue', invoice.id using errcode = 'PL255';
        end if;
        rules := invoice.bundle_hash;
      end if;
      if not exists (
           select from policy_bundles b, jsonb_array_elements(b.packs) pack, jsonb_array_elements(pack -> 'rules') rule
            where b.tenant_id = new.tenant_id and b.hash = rules and rule ->> 'id' = new.rule
              and rule ->> 'on' = 'invoice' and coalesce((rule ->> 'waivable')::boolean, true)) then
        raise exception 'rule % is none that can be waived', new.rule using errcode = 'PL256';
      end if;
      if not exists (select from memberships m
                      where m.tenant_id = new.tenant_id and m.id = new.given_by and m.kind = 'person') then
        raise exception 'only a person waives' using errcode = 'PL257';
      end if;
      return new;
    end $function$;
grant execute on function app.guard_waiver() to public;

CREATE OR REPLACE FUNCTION app.guard_withdrawal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform app.refuse_unbooked_certificate(w.tenant_id, w.invoice_id) from certified_withholdings w
        where w.tenant_id = new.tenant_id and w.certificate_id = new.id;
      return null;
    end $function$;
grant execute on function app.guard_withdrawal() to public;

CREATE OR REPLACE FUNCTION app.guard_write_down()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    open boolean;
  begin
    select i.kind = 'invoice' and i.stage in ('validation_pending', 'manager_approved', 'finance_approved') into open
      from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id;
    if not coalesce(open, false)
       or tg_op = 'UPDATE' and (old.withdrawn_at is not null or new.withdrawn_at is distinct from now()
          or new.withdrawn_by is distinct from app.actor()
          or to_jsonb(new) - '{withdrawn_at,withdrawn_by,withdrawal_reason}'::text[]
             <> to_jsonb(old) - '{withdrawn_at,withdrawn_by,withdrawal_reason}'::text[]) then
      raise exception 'decision % is made before issue, stays as it was made, and is withdrawn once', new.id using errcode = 'PL190';
    end if;
    return new;
  end $function$;
grant execute on function app.guard_write_down() to public;

CREATE OR REPLACE FUNCTION app.had_part_in(invoice invoices, actor uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
      select app.person_behind(invoice.tenant_id, actor) in (
        app.person_behind(invoice.tenant_id, invoice.prepared_by), app.person_behind(invoice.tenant_id, invoice.content_by),
        coalesce(app.person_behind(invoice.tenant_id, invoice.submitted_by), invoice.prepared_by))
    $function$;
grant execute on function app.had_part_in(invoices,uuid) to public;

CREATE OR REPLACE FUNCTION app.holds_what_is_left(tenant uuid, line uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    select case when app.left_of_line(tenant, line) = 0 then count(c.id) = 0
                when l.unit = 'minute' then coalesce(sum(c.billed_minutes), 0) = app.left_of_line(tenant, line)
                else count(c.id) > 0 end
      from invoice_lines l
      left join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
     where l.tenant_id = tenant and l.id = line group by l.unit
  $function$;
grant execute on function app.holds_what_is_left(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.is_stopped(tenant uuid, invoice uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    select exists (select 1 from exceptions x
                    where x.tenant_id = tenant and x.invoice_id = invoice and x.state = 'open' and x.severity = 'block')
  $function$;
grant execute on function app.is_stopped(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.keep_rebill()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'invoice % keeps what it replaces, and whether it is billed anew', old.id using errcode = 'PL119';
    end $function$;
grant execute on function app.keep_rebill() to public;

CREATE OR REPLACE FUNCTION app.keep_tax_rounding()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (select 1 from invoices o where o.tenant_id = new.tenant_id and o.id = new.corrects
                    and o.tax_rounding <> new.tax_rounding) then
        raise exception 'credit note % rounds its tax otherwise than its invoice', new.id using errcode = 'PL163';
      end if;
      return new;
    end $function$;
grant execute on function app.keep_tax_rounding() to public;

CREATE OR REPLACE FUNCTION app.keep_versions_as_recorded()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if (new.tenant_id, new.id, new.version, new.kind, new.engagement_id, new.project_id, new.worked_on, new.minutes,
          new.amount_minor, new.currency, new.recorded_at)
         is distinct from
         (old.tenant_id, old.id, old.version, old.kind, old.engagement_id, old.project_id, old.worked_on, old.minutes,
          old.amount_minor, old.currency, old.recorded_at)
         or (new.current and not old.current) or (new.status <> old.status and old.status <> 'submitted') then
        raise exception 'work item % version % is recorded; add a version instead', old.id, old.version
          using errcode = 'PL021';
      end if;
      return new;
    end $function$;
grant execute on function app.keep_versions_as_recorded() to public;

CREATE OR REPLACE FUNCTION app.left_of_line(tenant uuid, line uuid)
 RETURNS numeric
 LANGUAGE sql
 STABLE
AS $function$
    select l.quantity - sum(x.quantity) from invoice_lines l
      join credit_lines x on x.tenant_id = l.tenant_id and x.corrected_line_id = l.id
      join invoice_lines n on n.tenant_id = x.tenant_id and n.id = x.line_id
      join invoices c on c.tenant_id = n.tenant_id and c.id = n.invoice_id and c.stage in ('issued', 'posted')
     where l.tenant_id = tenant and l.id = line
     group by l.quantity having sum(x.quantity) <> 0
  $function$;
grant execute on function app.left_of_line(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.look_at_clocks_again()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    update clocks c set due_at = null, next_at = now()
      from (select distinct tenant_id, legal_entity_id from changed) e
     where c.tenant_id = e.tenant_id and (c.legal_entity_id = e.legal_entity_id or c.legal_entity_id is null)
       and c.stopped_at is null
       and not exists (select 1 from clock_pauses p where p.tenant_id = c.tenant_id and p.clock_id = c.id and p.resumed_at is null);
    return null;
  end $function$;
grant execute on function app.look_at_clocks_again() to public;

CREATE OR REPLACE FUNCTION app.minor_digits(currency text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
      select case when currency in ('AED', 'AFN', 'ALL', 'AMD', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD', 'BDT', 'BMD', 'BND', 'BOB', 'BOV', 'BRL', 'BSD', 'BTN', 'BWP', 'BYN', 'BZD', 'CAD', 'CDF', 'CHE', 'CHF', 'CHW', 'CNY', 'COP', 'COU', 'CRC', 'CUP', 'CVE', 'CZK', 'DKK', 'DOP', 'DZD', 'EGP', 'ERN', 'ETB', 'EUR', 'FJD', 'FKP', 'GBP', 'GEL', 'GHS', 'GIP', 'GMD', 'GTQ', 'GYD', 'HKD', 'HNL', 'HTG', 'HUF', 'IDR', 'ILS', 'INR', 'IRR', 'JMD', 'KES', 'KGS', 'KHR', 'KPW', 'KYD', 'KZT', 'LAK', 'LBP', 'LKR', 'LRD', 'LSL', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP', 'MRU', 'MUR', 'MVR', 'MWK', 'MXN', 'MXV', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NOK', 'NPR', 'NZD', 'PAB', 'PEN', 'PGK', 'PHP', 'PKR', 'PLN', 'QAR', 'RON', 'RSD', 'RUB', 'SAR', 'SBD', 'SCR', 'SDG', 'SEK', 'SGD', 'SHP', 'SLE', 'SOS', 'SRD', 'SSP', 'STN', 'SVC', 'SYP', 'SZL', 'THB', 'TJS', 'TMT', 'TOP', 'TRY', 'TTD', 'TWD', 'TZS', 'UAH', 'USD', 'USN', 'UYU', 'UZS', 'VED', 'VES', 'WST', 'XAD', 'XCD', 'XCG', 'YER', 'ZAR', 'ZMW', 'ZWG') then 2 when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3 when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0 when currency in ('CLF', 'UYW') then 4 end
    $function$;
grant execute on function app.minor_digits(text) to public;

CREATE OR REPLACE FUNCTION app.move_invoice_clocks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    update clocks c set stopped_at = now(), next_at = case when c.due_at is null then now() end
      from moved i join left_behind o on o.tenant_id = i.tenant_id and o.id = i.id
     where (i.stage, i.stage_since) <> (o.stage, o.stage_since)
       and c.tenant_id = i.tenant_id and c.invoice_id = i.id and c.exception_id is null and c.stopped_at is null;
    insert into clocks (tenant_id, id, wait, invoice_id, legal_entity_id, since)
    select i.tenant_id, app.new_id(), w.wait, i.id, i.legal_entity_id, i.stage_since
      from moved i
      join left_behind o on o.tenant_id = i.tenant_id and o.id = i.id
      join app.stage_waits w on w.stage = i.stage
     where (i.stage, i.stage_since) <> (o.stage, o.stage_since)
       and i.kind <> 'opening' and not (i.stage = 'validation_pending' and app.is_stopped(i.tenant_id, i.id));
    return null;
  end $function$;
grant execute on function app.move_invoice_clocks() to public;

CREATE OR REPLACE FUNCTION app.new_id()
 RETURNS uuid
 LANGUAGE sql
AS $function$
    select encode(set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
  $function$;
grant execute on function app.new_id() to public;

CREATE OR REPLACE FUNCTION app.own_tenants()
 RETURNS TABLE(slug text, name text, roles text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select t.slug, t.name, m.roles
      from public.memberships mine
      join public.memberships m on m.kind = 'person' and m.key = mine.key
      join public.tenants t on t.id = m.tenant_id
     where mine.tenant_id = app.tenant() and mine.id = app.actor() and mine.kind = 'person' and m.roles <> '{}'
     order by t.name
  $function$;
grant execute on function app.own_tenants() to plumb_app;

CREATE OR REPLACE FUNCTION app.person_behind(tenant uuid, actor uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
      select coalesce((select k.created_by from api_keys k where k.tenant_id = tenant and k.actor_id = actor), actor)
    $function$;
grant execute on function app.person_behind(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.provision_tenant(partner_slug text, partner_name text, new_partner uuid, tenant_slug text, tenant_name text, tenant_organization text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
    end $function$;
grant execute on function app.provision_tenant(text,text,uuid,text,text,text) to plumb_app;

CREATE OR REPLACE FUNCTION app.refuse_closed_books()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong record;
    begin
      select a.id, a.booked_on into wrong
        from added a join legal_entities l on l.tenant_id = a.tenant_id and l.id = a.legal_entity_id
       where a.booked_on <= l.lock_date
          or a.booked_on <= l.cut_over_on and not a.fact like '%_taken_over' limit 1;
      if found then
        raise exception 'entry % is booked on %, when the books are closed', wrong.id, wrong.booked_on using errcode = 'PL199';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_closed_books() to public;

CREATE OR REPLACE FUNCTION app.refuse_deducted_credit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform 1 from invoices d where d.tenant_id = new.tenant_id and d.id = new.corrects for no key update;
      if exists (select 1 from invoices d where d.tenant_id = new.tenant_id and d.id = new.corrects and d.kind = 'deposit'
                    and app.deposit_left(d.tenant_id, d.id) < 0) then
        raise exception 'deposit % is credited beyond what no invoice deducted', new.corrects using errcode = 'PL210';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_deducted_credit() to public;

CREATE OR REPLACE FUNCTION app.refuse_deposit_of_closed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      closed date;
    begin
      -- Whoever closes it at this moment is waited for.
      perform 1 from engagements e where e.tenant_id = new.tenant_id and e.id = new.engagement_id for key share;
      select c.closed_on into closed from closures c
       where c.tenant_id = new.tenant_id and c.engagement_id = new.engagement_id and c.project_id is null and c.reopened_at is null;
      if found then
        raise exception 'the engagement of deposit % was closed on %: reopen it first', new.id, closed using errcode = 'PL237';
      end if;
      return new;
    end $function$;
grant execute on function app.refuse_deposit_of_closed() to public;

CREATE OR REPLACE FUNCTION app.refuse_early_deduction()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (
           select 1 from invoice_lines l join invoices d on d.tenant_id = l.tenant_id and d.id = l.deducts
            where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
              and d.issued_on > new.issued_on) then
        raise exception 'invoice % is dated before a deposit that it deducts', new.id using errcode = 'PL214';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_early_deduction() to public;

CREATE OR REPLACE FUNCTION app.refuse_early_document()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from invoice_snapshots s where s.tenant_id = new.tenant_id and s.invoice_id = new.invoice_id) then
        raise exception 'invoice % has no snapshot to render', new.invoice_id using errcode = 'PL054';
      end if;
      return new;
    end $function$;
grant execute on function app.refuse_early_document() to public;

CREATE OR REPLACE FUNCTION app.refuse_early_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.invoice_id into wrong
        from added a join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
       where i.stage not in ('issued', 'posted') limit 1;
      if wrong is not null then
        raise exception 'invoice % is booked when it is issued', wrong using errcode = 'PL081';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_early_entries() to public;

CREATE OR REPLACE FUNCTION app.refuse_early_merge()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (select 1 from billing_runs r where r.state in ('queued', 'running')) or exists (
           select 1 from invoices i
            where i.stage not in ('issued', 'posted', 'discarded')
              and (i.client_id in (new.merged_id, new.survivor_id) or i.payer_id in (new.merged_id, new.survivor_id))) then
        raise exception 'client % is not merged while invoices of the two are on their way', new.merged_id using errcode = 'PL224';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_early_merge() to public;

CREATE OR REPLACE FUNCTION app.refuse_early_shortfall()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      early uuid;
    begin
      select s.id into early
        from shortfalls s
        join claims c on c.tenant_id = s.tenant_id and c.work_item_id = s.id and c.work_item_version = s.version and c.released_at is null
        join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id and l.invoice_id = new.id
       where s.tenant_id = new.tenant_id and exists (
               select 1 from invoice_lines k
                 join invoices i on i.tenant_id = k.tenant_id and i.id = k.invoice_id and i.content_version = k.content_version
                  and i.number is null and i.stage <> 'discarded'
                 join claims d on d.tenant_id = k.tenant_id and d.line_id = k.id and d.released_at is null
                 join work_items w on w.tenant_id = d.tenant_id and w.id = d.work_item_id and w.version = d.work_item_version
                where k.tenant_id = s.tenant_id and k.engagement_id = s.engagement_id
                  and w.kind <> 'shortfall' and w.worked_on < s.ends_on)
       limit 1;
      if early is not null then
        raise exception 'shortfall % is issued before what it counted', early using errcode = 'PL232';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_early_shortfall() to public;

CREATE OR REPLACE FUNCTION app.refuse_early_snapshot()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id
                       and i.stage in ('issued', 'posted')) then
        raise exception 'invoice % is frozen when it is issued', new.invoice_id using errcode = 'PL053';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_early_snapshot() to public;

CREATE OR REPLACE FUNCTION app.refuse_gaps()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.first_number = old.first_number and new.next_number - old.next_number <> (
           select count(*) from invoices i where i.tenant_id = new.tenant_id and i.series_id = new.id
             and i.number >= old.next_number and i.number < new.next_number) then
        raise exception 'number series % gave numbers that no invoice has', new.id using errcode = 'PL022';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_gaps() to public;

CREATE OR REPLACE FUNCTION app.refuse_half_merge()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      named record;
      left_there boolean;
    begin
      if not exists (select 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.merged_id and c.merged_into is not null) then
        raise exception 'client % is on record as merged and is not', new.merged_id using errcode = 'PL223';
      end if;
      for named in
        select k.conrelid::regclass as place, a.attname as member
          from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
         where k.contype = 'f' and k.confrelid = 'clients'::regclass
           -- Its own ways of delivery are of no use to anybody, and records say what was.
           and k.conrelid not in ('delivery_profiles'::regclass, 'client_merges'::regclass, 'waivers'::regclass)
      loop
        execute format('select exists (select 1 from %s where %I = $1)', named.place, named.member) into left_there using new.merged_id;
        if left_there then
          raise exception '% still names merged client %', named.place, new.merged_id using errcode = 'PL223';
        end if;
      end loop;
      return null;
    end $function$;
grant execute on function app.refuse_half_merge() to public;

CREATE OR REPLACE FUNCTION app.refuse_held_work()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (select 1 from invoice_lines l join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id
                 where l.tenant_id = new.tenant_id and l.invoice_id = new.id and c.released_at is null
                   and (new.stage = 'discarded' or l.content_version < new.content_version)) then
        raise exception 'invoice % holds work that it no longer bills', new.id using errcode = 'PL063';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_held_work() to public;

CREATE OR REPLACE FUNCTION app.refuse_kept_draws()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (select 1 from bucket_draws d
                  where d.tenant_id = new.tenant_id and d.invoice_id = new.id and d.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or d.content_version < new.content_version)) then
        raise exception 'invoice % holds hours of a bucket that it no longer needs', new.id using errcode = 'PL143';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_kept_draws() to public;

CREATE OR REPLACE FUNCTION app.refuse_late_inputs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.invoice_id into wrong
        from added a join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
       where i.content_version <> a.content_version or i.stage not in ('draft', 'validation_pending')
       limit 1;
      if wrong is not null then
        raise exception 'what invoice % was made from is no longer written', wrong using errcode = 'PL121';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_late_inputs() to public;

CREATE OR REPLACE FUNCTION app.refuse_line_disputed_twice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from disputes d join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.invoice_id
             join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id and i.content_version = l.content_version
            where d.tenant_id = new.tenant_id and d.id = new.dispute_id and d.state = 'open' and l.id = new.line_id)
         or (select count(*) from dispute_lines x join disputes d on d.tenant_id = x.tenant_id and d.id = x.dispute_id
              where x.tenant_id = new.tenant_id and x.line_id = new.line_id and d.state <> 'resolved') > 1 then
        raise exception 'line % is not of the disputed invoice, or in two disputes', new.line_id using errcode = 'PL262';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_line_disputed_twice() to public;

CREATE OR REPLACE FUNCTION app.refuse_lopsided_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.entry_id into wrong
        from (select tenant_id, entry_id, count(*) as pieces, sum(amount_minor) as balance from added group by 1, 2) a
       where a.balance <> 0
          or a.pieces <> (select count(*) from ledger_postings p where p.tenant_id = a.tenant_id and p.entry_id = a.entry_id)
       limit 1;
      if wrong is not null then
        raise exception 'ledger entry % does not balance, or was complete before', wrong using errcode = 'PL080';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_lopsided_entries() to public;

CREATE OR REPLACE FUNCTION app.refuse_lopsided_retaxing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if (select sum(l.net_minor) from invoice_lines l
           where l.tenant_id = new.tenant_id and l.invoice_id = new.invoice_id and l.content_version = new.content_version
             and l.retaxes = new.retaxes) <> 0 then
        raise exception 'invoice % moves more to the rate of a deposit than it moves from its own', new.invoice_id using errcode = 'PL213';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_lopsided_retaxing() to public;

CREATE OR REPLACE FUNCTION app.refuse_merged_client()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong record;
    begin
      -- After the keys were checked: whoever merges holds both clients, and is then seen here.
      execute format('select c.name, s.name as survivor from added a cross join lateral unnest(array[%s]) k (id)
          join clients c on c.tenant_id = a.tenant_id and c.id = k.id
          join clients s on s.tenant_id = c.tenant_id and s.id = c.merged_into limit 1', tg_argv[0]) into wrong;
      if wrong.name is not null then
        raise exception 'client % was merged into % and takes nothing more: name that one', wrong.name, wrong.survivor
          using errcode = 'PL220';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_merged_client() to public;

CREATE OR REPLACE FUNCTION app.refuse_mixed_money()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.entry_id into wrong
        from added a join ledger_entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
       where starts_with(a.account, 'trust_') <> starts_with(e.fact, 'trust_') limit 1;
      if wrong is not null then
        raise exception 'ledger entry % mixes money in trust with the firm''s own', wrong using errcode = 'PL146';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_mixed_money() to public;

CREATE OR REPLACE FUNCTION app.refuse_mixed_scope()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select invoice_id into wrong from added group by tenant_id, invoice_id, content_version
      having bool_or(category = 'O') and bool_or(category <> 'O') limit 1;
      if wrong is not null then
        raise exception 'invoice % mixes what is outside the scope of tax with what is not', wrong using errcode = 'PL055';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_mixed_scope() to public;

CREATE OR REPLACE FUNCTION app.refuse_number_reuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if old.next_number = old.first_number and new.next_number = new.first_number
         and to_jsonb(new) - array['first_number', 'next_number', 'format', 'last_issued_on']
           = to_jsonb(old) - array['first_number', 'next_number', 'format', 'last_issued_on'] then
        return new;
      end if;
      if new.next_number < old.next_number
         or coalesce(new.last_issued_on < old.last_issued_on, old.last_issued_on is not null)
         or to_jsonb(new) - array['next_number', 'last_issued_on'] <> to_jsonb(old) - array['next_number', 'last_issued_on'] then
        raise exception 'number series % only moves forward', old.id using errcode = 'PL020';
      end if;
      return new;
    end $function$;
grant execute on function app.refuse_number_reuse() to public;

CREATE OR REPLACE FUNCTION app.refuse_overcredited()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    perform 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects for no key update;
    select l.id into wrong from invoice_lines l
     where l.tenant_id = new.tenant_id and l.invoice_id = new.id
       and not exists (select 1 from credit_lines x where x.tenant_id = l.tenant_id and x.line_id = l.id)
     limit 1;
    if wrong is not null then
      raise exception 'line % credits no line of an invoice', wrong using errcode = 'PL113';
    end if;
    select o.id into wrong
      from invoice_lines o
     cross join lateral (
       select sum(l.net_minor) as net, sum(l.retained_minor) as retained, sum(x.quantity) as quantity
         from credit_lines x
         join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
         join invoices c on c.tenant_id = l.tenant_id and c.id = l.invoice_id and c.stage <> 'discarded'
        where x.tenant_id = o.tenant_id and x.corrected_line_id = o.id) back
     where o.tenant_id = new.tenant_id and o.invoice_id = new.corrects
       and ((o.net_minor + o.spread_minor) + back.net not between least((o.net_minor + o.spread_minor), 0) and greatest((o.net_minor + o.spread_minor), 0)
         or o.retained_minor + back.retained not between least(o.retained_minor, 0) and greatest(o.retained_minor, 0)
         or o.quantity - back.quantity not between least(o.quantity, 0) and greatest(o.quantity, 0))
     limit 1;
    if wrong is not null then
      raise exception 'line % is credited beyond what it billed', wrong using errcode = 'PL114';
    end if;
    if exists (
         select 1 from invoices i
          cross join lateral (
            select sum(c.net_minor) as net, sum(c.tax_minor) as tax, sum(c.total_minor) as total from invoices c
             where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded') back
          where i.tenant_id = new.tenant_id and i.id = new.corrects
            and (i.total_minor + back.total < 0 or i.net_minor + back.net not between least(i.net_minor, 0) and greatest(i.net_minor, 0)
              or i.tax_minor + back.tax not between least(i.tax_minor, 0) and greatest(i.tax_minor, 0))) then
      raise exception 'invoice % is credited beyond what it says', new.corrects using errcode = 'PL114';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_overcredited() to public;

CREATE OR REPLACE FUNCTION app.refuse_overdeducted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform 1 from invoices d where d.tenant_id = new.tenant_id and d.id = new.deducts for no key update;
      if not exists (
           select 1 from invoices i join invoices d on d.tenant_id = i.tenant_id and d.id = coalesce(new.deducts, new.retaxes)
             join invoice_lines o on o.tenant_id = d.tenant_id and o.invoice_id = d.id and o.engagement_id = new.engagement_id
              and o.tax_category = new.tax_category and (new.deducts is null or o.tax_bp = new.tax_bp)
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.kind = 'invoice'
              and d.kind = 'deposit' and d.stage in ('issued', 'posted')
              and (d.legal_entity_id, d.payer_id, d.currency) = (i.legal_entity_id, i.payer_id, i.currency)) then
        raise exception 'line % deducts no issued deposit of its own engagement, at the rate that it bore', new.id using errcode = 'PL211';
      end if;
      if app.deposit_left(new.tenant_id, new.deducts) < 0 then
        raise exception 'deposit % is deducted beyond what is left of it', new.deducts using errcode = 'PL209';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_overdeducted() to public;

CREATE OR REPLACE FUNCTION app.refuse_overdrawn()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      owed     numeric;
      unspent  numeric;
      mirrored boolean;
    begin
      perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
      if (select count(*) from ledger_postings p where p.tenant_id = new.tenant_id and p.entry_id = new.id) < 2 then
        raise exception 'ledger entry % says nothing', new.id using errcode = 'PL082';
      end if;
      if new.invoice_id is not null then
        select sum(p.amount_minor) into owed
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'receivable';
        if exists (select 1 from invoices i
                    where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.total_minor < 0) then
          if owed > 0 then
            raise exception 'credit note % gives more than it is worth', new.invoice_id using errcode = 'PL180';
          end if;
          owed := 0;
        end if;
        if owed is null or owed < 0 or not exists (
             select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id
                and (i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency)) then
          raise exception 'invoice % is paid more than it owes, or by somebody else', new.invoice_id using errcode = 'PL083';
        end if;
      end if;
      if new.payment_id is not null then
        select -sum(p.amount_minor) into unspent
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.payment_id and p.account in ('unapplied_cash', 'retainer_liability');
        if unspent is null or unspent < 0 or not exists (
             select 1 from payments y where y.tenant_id = new.tenant_id and y.id = new.payment_id
                and (y.legal_entity_id, y.client_id, y.currency) = (new.legal_entity_id, new.client_id, new.currency)) then
          raise exception 'payment % is spent beyond what it is', new.payment_id using errcode = 'PL083';
        end if;
      end if;
      if new.reverses is not null then
        select count(*) = 0 into mirrored from (
          select p.account from ledger_postings p
           where p.tenant_id = new.tenant_id and p.entry_id in (new.id, new.reverses)
           group by p.account having sum(p.amount_minor) <> 0) unequal;
        if not mirrored or not exists (
             select 1 from ledger_entries o where o.tenant_id = new.tenant_id and o.id = new.reverses
                and (o.fact, o.payment_id, o.invoice_id) = ('payment_applied', new.payment_id, new.invoice_id)) then
          raise exception 'ledger entry % does not undo what it names', new.id using errcode = 'PL084';
        end if;
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_overdrawn() to public;

CREATE OR REPLACE FUNCTION app.refuse_overreleased()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select e.invoice_id into wrong
        from (select distinct x.tenant_id, x.invoice_id
                from added a join ledger_entries x on x.tenant_id = a.tenant_id and x.id = a.entry_id
               where a.account = 'deferred_revenue' and x.fact = 'revenue_released') m
        join ledger_entries e on e.tenant_id = m.tenant_id and e.invoice_id = m.invoice_id
        join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'deferred_revenue'
        join invoices i on i.tenant_id = e.tenant_id and i.id = e.invoice_id
       group by e.invoice_id having sum(case i.kind when 'credit_note' then -p.amount_minor else p.amount_minor end) > 0 limit 1;
      if wrong is not null then
        raise exception 'more is earned of invoice % than was deferred', wrong using errcode = 'PL131';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_overreleased() to public;

CREATE OR REPLACE FUNCTION app.refuse_overreleased_retention()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
    if (select sum(p.amount_minor) from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.invoice_id = new.invoice_id and p.account = 'retention_receivable') < 0 then
      raise exception 'invoice % has less retained than is credited', new.invoice_id using errcode = 'PL118';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_overreleased_retention() to public;

CREATE OR REPLACE FUNCTION app.refuse_parted_draws()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (
           select 1 from bucket_draws d
             join claims c on c.tenant_id = d.tenant_id and c.id = d.claim_id
            where d.tenant_id = new.tenant_id and d.claim_id = (to_jsonb(new) ->> tg_argv[0])::uuid
              and (d.state = 'released') <> (c.released_at is not null)) then
        raise exception 'claim % and its draw on an hour bucket are given back together',
          to_jsonb(new) ->> tg_argv[0] using errcode = 'PL142';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_parted_draws() to public;

CREATE OR REPLACE FUNCTION app.refuse_partial_certificate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      certificate uuid := case when tg_table_name = 'withholding_certificates' then new.id else (to_jsonb(new) ->> 'certificate_id')::uuid end;
    begin
      if exists (
           select 1 from withholding_certificates c
            where c.tenant_id = new.tenant_id and c.id = certificate and c.amount_minor <> (
              select coalesce(sum(w.amount_minor), 0) from certified_withholdings w
               where w.tenant_id = c.tenant_id and w.certificate_id = c.id)) then
        raise exception 'the parts of certificate % are not the whole of it', certificate using errcode = 'PL188';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_partial_certificate() to public;

CREATE OR REPLACE FUNCTION app.refuse_partial_split()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      split uuid := coalesce(to_jsonb(new) ->> 'split_id', to_jsonb(new) ->> 'id')::uuid;
    begin
      if not (select count(*) >= 2 and sum(p.weight) = min(p.of) and min(p.of) = max(p.of) from split_parts p
               where p.tenant_id = new.tenant_id and p.split_id = split) then
        raise exception 'the parts of split % are not a whole', split using errcode = 'PL176';
      end if;
      if exists (select 1 from splits s
                   join split_parts p on p.tenant_id = s.tenant_id and p.split_id = s.id
                   join purchase_orders o on o.tenant_id = p.tenant_id and o.id = p.purchase_order_id
                   join engagements e on e.tenant_id = s.tenant_id and e.id = s.engagement_id
                  where s.tenant_id = new.tenant_id and s.id = split and (o.engagement_id <> s.engagement_id or o.currency <> e.currency)) then
        raise exception 'split % is paid by an order of another engagement or currency', split using errcode = 'PL176';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_partial_split() to public;

CREATE OR REPLACE FUNCTION app.refuse_stray_credit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from payments y join legal_entities l on l.tenant_id = y.tenant_id and l.id = y.legal_entity_id
            where y.tenant_id = new.tenant_id and y.id = new.payment_id and y.opening
              and new.booked_on = l.cut_over_on and y.received_on <= l.cut_over_on) then
        raise exception 'entry % takes over what was not held at the cut-over', new.id using errcode = 'PL218';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_stray_credit() to public;

CREATE OR REPLACE FUNCTION app.refuse_stray_lock()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from month_closes c join legal_entities l on l.tenant_id = c.tenant_id and l.id = c.legal_entity_id
            where c.tenant_id = new.tenant_id and l.id = coalesce(to_jsonb(new) ->> 'legal_entity_id', to_jsonb(new) ->> 'id')::uuid
              and coalesce(c.reopened_at, c.closed_at) = now()
              and l.lock_date is not distinct from
                    case when c.reopened_at is null then (c.month + interval '1 month')::date - 1 else c.locked_before end) then
        raise exception 'books are locked by closing a month, and unlocked by reopening it' using errcode = 'PL198';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_stray_lock() to public;

CREATE OR REPLACE FUNCTION app.refuse_stray_opening()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      opening uuid := coalesce(to_jsonb(new) ->> 'invoice_id', to_jsonb(new) ->> 'id')::uuid;
    begin
      if not exists (
           select 1 from invoices i
             join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id
             join ledger_entries e on e.tenant_id = i.tenant_id and e.invoice_id = i.id and e.fact = 'receivable_taken_over'
             join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
             join ledger_postings o on o.tenant_id = e.tenant_id and o.entry_id = e.id and o.account = 'opening_balances'
            where i.tenant_id = new.tenant_id and i.id = opening and i.kind = 'opening' and p.amount_minor = -o.amount_minor
              and (e.legal_entity_id, e.client_id, e.currency, e.booked_on, p.amount_minor)
                = (i.legal_entity_id, i.payer_id, i.currency, l.cut_over_on, i.opening_minor)) then
        raise exception 'opening receivable % is not in the ledger as it is', opening using errcode = 'PL216';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_stray_opening() to public;

CREATE OR REPLACE FUNCTION app.refuse_stray_parts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      if not exists (select 1 from added where part > 0) then
        -- What is not divided stands beside no part: nearly all claims are so, and have the share to themselves.
        select a.work_item_id into wrong from added a
          join claims c on c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.share = a.share
           and c.part > 0 and c.released_at is null
         where a.released_at is null limit 1;
        if wrong is not null then
          raise exception 'work item % is divided among several who bear it', wrong using errcode = 'PL178';
        end if;
        return null;
      end if;
      select a.work_item_id into wrong
        from (select distinct tenant_id, work_item_id, share from added) a
        join claims c on c.tenant_id = a.tenant_id and c.work_item_id = a.work_item_id and c.share = a.share and c.released_at is null
       group by a.tenant_id, a.work_item_id, a.share
      having bool_or(c.part > 0) and (bool_or(c.part = 0) or min(c.split_id::text) <> max(c.split_id::text)
             or min(c.whole_minutes) <> max(c.whole_minutes) or min(c.work_item_version) <> max(c.work_item_version))
       limit 1;
      if wrong is null then
        select a.work_item_id into wrong
          from added a
          join splits s on s.tenant_id = a.tenant_id and s.id = a.split_id
          join split_parts p on p.tenant_id = a.tenant_id and p.split_id = a.split_id and p.position = a.part
          join work_items w on w.tenant_id = a.tenant_id and w.id = a.work_item_id and w.version = a.work_item_version
         where w.engagement_id <> s.engagement_id or s.project_id is distinct from coalesce(w.project_id, s.project_id) and s.project_id is not null
            or abs(a.minutes::bigint * p.of - a.whole_minutes::bigint * p.weight) >= p.of
         limit 1;
      end if;
      if wrong is not null then
        raise exception 'work item % is not divided as it was agreed', wrong using errcode = 'PL178';
      end if;
      select a.work_item_id into wrong
        from added a
        join split_parts p on p.tenant_id = a.tenant_id and p.split_id = a.split_id and p.position = a.part
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
        join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
       where i.payer_id <> p.payer_id or l.cost_centre is distinct from p.cost_centre
       limit 1;
      if wrong is not null then
        raise exception 'a part of work item % is billed to who does not bear it', wrong using errcode = 'PL179';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_stray_parts() to public;

CREATE OR REPLACE FUNCTION app.refuse_taxed_disbursements()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.work_item_id into wrong
        from expenses e
        join added a on a.tenant_id = e.tenant_id and a.work_item_id = e.id and a.work_item_version = e.version
        join work_items w on w.tenant_id = e.tenant_id and w.id = e.id and w.version = e.version
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
       where w.kind = 'disbursement' and (l.tax_category <> 'O' or e.receipt_id is null or case when a.part = 0 then l.net_minor <> w.amount_minor else exists (
              select 1 from split_parts p where p.tenant_id = a.tenant_id and p.split_id = a.split_id and p.position = a.part
                 and abs(l.net_minor * p.of - w.amount_minor * p.weight) >= p.of) end)
       limit 1;
      if wrong is not null then
        raise exception 'disbursement % is passed on as it was paid, with its receipt and without tax', wrong
          using errcode = 'PL066';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_taxed_disbursements() to public;

CREATE OR REPLACE FUNCTION app.refuse_unagreed_earning()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      engagement uuid;
      agreed     jsonb;
    begin
      select y.engagement_id into engagement from payments y where y.tenant_id = new.tenant_id and y.id = new.payment_id;
      if engagement is null then
        return null;
      end if;
      select t.terms -> 'retainer' into agreed from engagement_terms t
       where t.tenant_id = new.tenant_id and t.engagement_id = engagement and t.known_to is null
       order by t.effective_from desc, t.amended desc limit 1;
      if agreed ->> 'unused' is distinct from 'earned'
         or (agreed ->> 'expiresOn')::date > new.booked_on and not exists (
              select 1 from closures c
               where c.tenant_id = new.tenant_id and c.engagement_id = engagement and c.project_id is null and c.reopened_at is null) then
        raise exception 'what is left of retainer % is not earned on %, by what was agreed', new.payment_id, new.booked_on
          using errcode = 'PL233';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unagreed_earning() to public;

CREATE OR REPLACE FUNCTION app.refuse_unapproved(invoice invoices)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
    declare
      wanted constant text[] := case when invoice.stage = 'manager_approved' then '{manager}' else '{manager,finance}' end;
      given  int;
    begin
      select count(*) into given from approvals a
       where a.tenant_id = invoice.tenant_id and a.invoice_id = invoice.id and a.step = any (wanted)
         and a.approval_round = invoice.approval_round and a.content_hash = invoice.content_hash
         and a.actor_id not in (app.person_behind(invoice.tenant_id, invoice.prepared_by),
               app.person_behind(invoice.tenant_id, invoice.content_by), app.person_behind(invoice.tenant_id, invoice.submitted_by));
      if given <> cardinality(wanted) then
        raise exception 'invoice % lacks the approvals for %', invoice.id, invoice.stage using errcode = 'PL037';
      end if;
      if exists (select 1 from exceptions x where x.tenant_id = invoice.tenant_id and x.invoice_id = invoice.id
                   and x.severity = 'block' and x.state = 'open' and app.waiver_of(x) is null) then
        raise exception 'invoice % has an open blocking exception', invoice.id using errcode = 'PL045';
      end if;
    end $function$;
grant execute on function app.refuse_unapproved(invoices) to public;

CREATE OR REPLACE FUNCTION app.refuse_unbacked_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if exists (select 1 from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
               where l.tenant_id = new.tenant_id and l.id = new.line_id
                 and l.content_version = i.content_version and i.stage <> 'discarded')
       and (app.left_of_line(new.tenant_id, new.line_id) is null or not app.holds_what_is_left(new.tenant_id, new.line_id))
       and not exists (select 1 from claims k where k.tenant_id = new.tenant_id and k.line_id = new.line_id and k.released_at is null
                          and k.kept_of is not null and k.amount_minor is not null) then
      raise exception 'claim % is still billed by its invoice', new.id using errcode = 'PL061';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_unbacked_lines() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbacked_room()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if not exists (
         select 1 from invoices c
           join limit_uses u on u.tenant_id = c.tenant_id and u.invoice_id = c.corrects and u.state = 'consumed' and u.limit_id = new.limit_id
          where c.tenant_id = new.tenant_id and c.id = new.invoice_id and c.stage in ('issued', 'posted')
            and u.amount >= (select sum(b.amount) from limit_uses b
                               join invoices o on o.tenant_id = b.tenant_id and o.id = b.invoice_id and o.corrects = c.corrects
                              where b.tenant_id = u.tenant_id and b.limit_id = u.limit_id and b.state = 'credited')) then
      raise exception 'limit use % gives back what no issued credit note took back', new.id using errcode = 'PL116';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_unbacked_room() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbalanced(tenant uuid, invoice uuid, content integer, net bigint, taxed bigint, total_minutes bigint, adjusted bigint)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
  declare
    lines  record;
    taxes  record;
  begin
    select count(*) as pieces, coalesce(sum(net_minor), 0) as net, coalesce(sum(l.minutes), 0) as minutes into lines from invoice_lines l
     where l.tenant_id = tenant and l.invoice_id = invoice and l.content_version = content;
    select coalesce(sum(base_minor) filter (where coalesce(level, 'state') = 'state'), 0) as base,
           coalesce(sum(tax_minor), 0) as tax into taxes from tax_determinations t
     where t.tenant_id = tenant and t.invoice_id = invoice and t.content_version = content;
    if lines.pieces = 0 or lines.net + adjusted <> net or lines.minutes <> total_minutes or taxes.base <> net or taxes.tax <> taxed
       or adjusted <> 0 and adjusted <> app.adjusted(tenant, invoice, content, null) then
      raise exception 'invoice % says net % tax %, its lines % and taxes % on %',
        invoice, net, taxed, lines.net, taxes.tax, taxes.base using errcode = 'PL050';
    end if;
  end $function$;
grant execute on function app.refuse_unbalanced(uuid,uuid,integer,bigint,bigint,bigint,bigint) to public;

CREATE OR REPLACE FUNCTION app.refuse_unbalanced_statement()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if exists (
           select 1 from bank_statements s
            where s.tenant_id = new.tenant_id and s.id = new.bank_statement_id and s.closing_minor - s.opening_minor <> (
              select coalesce(sum(b.amount_minor), 0) from bank_entries b
               where b.tenant_id = s.tenant_id and b.bank_statement_id = s.id)) then
        raise exception 'the entries of bank statement % do not make its closing balance', new.bank_statement_id using errcode = 'PL182';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbalanced_statement() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from ledger_entries e
            cross join lateral (
              select coalesce(sum(p.amount_minor) filter (where p.account in ('receivable', 'retention_receivable')), 0) as owed,
                     coalesce(sum(p.amount_minor) filter (where p.account = 'tax_payable'), 0) as tax
                from ledger_postings p where p.tenant_id = e.tenant_id and p.entry_id = e.id) s
            where e.tenant_id = new.tenant_id and e.invoice_id = new.id and e.fact = 'invoice_issued'
              and (e.legal_entity_id, e.client_id, e.currency, e.booked_on, s.owed, s.tax)
                = (new.legal_entity_id, new.payer_id, new.currency, new.issued_on, new.total_minor, -new.tax_minor)) then
        raise exception 'invoice % is issued and the ledger does not say the same', new.id using errcode = 'PL081';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbooked() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked_bank_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from payments y join bank_statements s on s.tenant_id = y.tenant_id and s.id = new.bank_statement_id
            where y.tenant_id = new.tenant_id and y.id = new.payment_id
              and (y.legal_entity_id, y.currency) = (s.legal_entity_id, s.currency)
              and (new.state = 'settled' and y.amount_minor = new.amount_minor
                   or new.state = 'returned' and exists (
                     select 1 from ledger_entries e
                      where e.tenant_id = y.tenant_id and e.payment_id = y.id and e.fact = 'payment_returned'))) then
        raise exception 'bank entry % is not in the ledger as it is', new.id using errcode = 'PL183';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbooked_bank_entry() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked_cash()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      said boolean;
    begin
      if tg_table_name = 'payments' then
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.payment_id = new.id and p.amount_minor = new.amount_minor
           and (e.fact, p.account) = (case when new.opening then 'credit_taken_over' when new.credit_note_id is null then 'payment_received'
                                           else 'credit_released' end,
                                      case when new.opening then 'opening_balances' when new.credit_note_id is null then 'cash'
                                           else 'receivable' end)
           and e.invoice_id is not distinct from new.credit_note_id;
      else
        select true into said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.fact = 'payment_applied'
           and (e.payment_id, e.invoice_id) = (new.payment_id, new.invoice_id)
           and p.account in ('unapplied_cash', 'retainer_liability') and p.amount_minor = new.amount_minor;
      end if;
      if said is not true then
        raise exception '% % is not in the ledger as it is', tg_table_name, new.id using errcode = 'PL085';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbooked_cash() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked_certificate(tenant uuid, invoice uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
    declare
      proven numeric;
      booked numeric;
    begin
      select coalesce(sum(w.amount_minor), 0) into proven
        from certified_withholdings w
        join withholding_certificates c on c.tenant_id = w.tenant_id and c.id = w.certificate_id and c.withdrawn_on is null
       where w.tenant_id = tenant and w.invoice_id = invoice;
      select coalesce(sum(p.amount_minor), 0) into booked
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = tenant and e.invoice_id = invoice and p.account = 'withholding_certified';
      if proven <> booked then
        raise exception 'what certificates prove of invoice % is not in the ledger as it is', invoice using errcode = 'PL189';
      end if;
    end $function$;
grant execute on function app.refuse_unbooked_certificate(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked_claim()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
           select 1 from invoices i
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id and new.from_on >= i.due_on
              and (i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency))
         or new.state = 'charged' and not exists (
           select 1 from ledger_entries e
             join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
            where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.fact = 'late_charged'
              and e.invoice_id = new.invoice_id and p.amount_minor = new.interest_minor + new.compensation_minor) then
        raise exception 'claim % is not what its invoice and the ledger say', new.id using errcode = 'PL208';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbooked_claim() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked_deposit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      said   numeric;
      booked numeric;
    begin
      select case when new.kind = 'deposit' or o.kind = 'deposit' then new.net_minor
                  else coalesce((select sum(l.net_minor) from invoice_lines l
                                   left join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id
                                   left join invoice_lines c on c.tenant_id = x.tenant_id and c.id = x.corrected_line_id
                                  where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
                                    and coalesce(l.deducts, c.deducts) is not null), 0) end
        into said from (select 1) one left join invoices o on o.tenant_id = new.tenant_id and o.id = new.corrects;
      select coalesce(-sum(p.amount_minor), 0) into booked
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = new.tenant_id and e.invoice_id = new.id and e.fact = 'invoice_issued' and p.account = 'deposit_liability';
      if said <> booked then
        raise exception 'invoice % is issued and the ledger says something else of its deposits', new.id using errcode = 'PL212';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbooked_deposit() to public;

CREATE OR REPLACE FUNCTION app.refuse_unbooked_notice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      if not exists (
           select 1 from dunning_items o where o.tenant_id = new.tenant_id and o.notice_id = new.id
           having sum(o.open_minor) = new.total_minor and max(o.level) = new.level) then
        wrong := new.id;
      end if;
      select new.id into wrong
        from (values (new.fee_entry_id, 'late_charged', 1), (new.withdrawn_entry_id, 'late_charge_withdrawn', -1)) x (entry_id, fact, sign)
       where x.entry_id is not null and not exists (
         select 1 from ledger_entries e
           join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
           join dunning_items o on o.tenant_id = e.tenant_id and o.notice_id = new.id and o.invoice_id = e.invoice_id
          where e.tenant_id = new.tenant_id and e.id = x.entry_id and e.fact = x.fact and p.amount_minor = x.sign * new.fee_minor
            and (e.legal_entity_id, e.client_id, e.currency) = (new.legal_entity_id, new.client_id, new.currency))
       union all select wrong where wrong is not null limit 1;
      if wrong is not null then
        raise exception 'dunning notice % is not what its invoices and the ledger say', wrong using errcode = 'PL203';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unbooked_notice() to public;

CREATE OR REPLACE FUNCTION app.refuse_unconverted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wanted boolean;
      said   text;
    begin
      if new.kind = 'credit_note' then
        wanted := new.tax_minor <> 0 and exists (
          select 1 from tax_conversions c where c.tenant_id = new.tenant_id and c.invoice_id = new.corrects);
      else
        wanted := new.tax_minor <> 0 and new.currency <>
          (select currency from legal_entities where tenant_id = new.tenant_id and id = new.legal_entity_id);
      end if;
      select c.tax_minor::text into said from tax_conversions c
       where c.tenant_id = new.tenant_id and c.invoice_id = new.id and c.content_version = new.content_version;
      if wanted <> (said is not null) or said is distinct from (
           select cast(s.snapshot as jsonb) -> 'taxConversion' ->> 'taxMinor' from invoice_snapshots s
            where s.tenant_id = new.tenant_id and s.invoice_id = new.id) then
        raise exception 'invoice % is issued without its tax in the currency it is declared in', new.id using errcode = 'PL175';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unconverted() to public;

CREATE OR REPLACE FUNCTION app.refuse_uncovered_chargeback()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      undecided numeric;
      booked    numeric;
      here      numeric;
    begin
      select coalesce(sum(c.amount_minor) filter (where c.state in ('open', 'answered')), 0) into undecided
        from chargebacks c where c.tenant_id = new.tenant_id and c.payment_id = new.payment_id;
      select coalesce(sum(p.amount_minor) filter (where p.account = 'chargebacks'), 0),
             coalesce(-sum(p.amount_minor) filter (where p.account in ('unapplied_cash', 'retainer_liability')), 0) into booked, here
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.tenant_id = new.tenant_id and e.payment_id = new.payment_id;
      if booked <> undecided then
        raise exception 'what payment % lost to chargebacks is not in the ledger as it is', new.payment_id using errcode = 'PL186';
      end if;
      select here + coalesce(sum(a.amount_minor), 0) into here
        from payment_applications a
       where a.tenant_id = new.tenant_id and a.payment_id = new.payment_id and not exists (
         select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id);
      if here < undecided then
        raise exception 'payment % is less than what its chargebacks may take', new.payment_id using errcode = 'PL187';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_uncovered_chargeback() to public;

CREATE OR REPLACE FUNCTION app.refuse_unexplained()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from drafted_contents d
                      where d.tenant_id = new.tenant_id and d.invoice_id = new.id and d.content_version = new.content_version) then
        raise exception 'invoice % is issued without what it was made from', new.id using errcode = 'PL120';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unexplained() to public;

CREATE OR REPLACE FUNCTION app.refuse_unexplained_gift()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if new.net_minor <> 0 or not exists (
         select 1 from invoice_adjustments a join write_downs d on d.tenant_id = a.tenant_id and d.id = a.write_down_id
          where a.tenant_id = new.tenant_id and a.line_id = new.id and d.kind = 'no_charge') then
      raise exception 'line % of invoice % costs nothing, and nobody decided so', new.position, new.invoice_id using errcode = 'PL194';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_unexplained_gift() to public;

CREATE OR REPLACE FUNCTION app.refuse_unexplained_line()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if new.adjusted_minor <> app.adjusted(new.tenant_id, new.invoice_id, new.content_version, new.id) then
      raise exception 'line % of invoice % is adjusted, and nothing says why', new.position, new.invoice_id using errcode = 'PL160';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_unexplained_line() to public;

CREATE OR REPLACE FUNCTION app.refuse_unfit_dispute()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      payable numeric;
    begin
      perform 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id for no key update;
      select i.total_minor + (
               select coalesce(sum(n.total_minor), 0) from invoices n
                where n.tenant_id = i.tenant_id and n.corrects = i.id and n.number is not null) into payable
        from invoices i where i.tenant_id = new.tenant_id and i.id = new.invoice_id and i.issued_on is not null and i.kind <> 'credit_note';
      if payable is null or payable < (
           select sum(d.amount_minor) from disputes d
            where d.tenant_id = new.tenant_id and d.invoice_id = new.invoice_id and d.state <> 'resolved') then
        raise exception 'dispute % is about more than the invoice asks for', new.id using errcode = 'PL261';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unfit_dispute() to public;

CREATE OR REPLACE FUNCTION app.refuse_unfit_opening(opening invoices)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
    begin
      if (opening.version, opening.content_version, opening.approval_round) <> (1, 1, 1) or opening.minutes <> 0
         or opening.prepared_by <> app.actor() or opening.issued_at <> now() or opening.submitted_by is not null
         or num_nonnulls(opening.billing_run_id, opening.corrects, opening.replaces, opening.purchase_order_id) > 0
         or not exists (select 1 from legal_entities l
                         where l.tenant_id = opening.tenant_id and l.id = opening.legal_entity_id
                           and opening.issued_on <= l.cut_over_on) then
        raise exception 'opening receivable % is not of the time before the cut-over', opening.id using errcode = 'PL215';
      end if;
    end $function$;
grant execute on function app.refuse_unfit_opening(invoices) to public;

CREATE OR REPLACE FUNCTION app.refuse_unfounded_notice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      notice dunning_notices;
    begin
      select * into notice from dunning_notices n where n.tenant_id = new.tenant_id and n.id = new.notice_id;
      perform 1 from clients c where c.tenant_id = notice.tenant_id and c.id = notice.client_id for no key update;
      if exists (
           select 1 from dunning_items o join dunning_notices n on n.tenant_id = o.tenant_id and n.id = o.notice_id
            where o.tenant_id = new.tenant_id and o.invoice_id = new.invoice_id and o.id <> new.id
              and o.level >= new.level and n.withdrawn_on is null) then
        raise exception 'invoice % was dunned at level % before', new.invoice_id, new.level using errcode = 'PL200';
      end if;
      if not exists (
           select 1 from invoices i
            where i.tenant_id = new.tenant_id and i.id = new.invoice_id
              and (i.legal_entity_id, i.payer_id, i.currency) = (notice.legal_entity_id, notice.client_id, notice.currency)
              and new.open_minor <= (
                select coalesce(sum(p.amount_minor), 0)
                  from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
                 where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'receivable'
                   and e.booked_on <= notice.dunned_on)) then
        raise exception 'dunning notice % asks for more than invoice % owes', notice.id, new.invoice_id using errcode = 'PL202';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unfounded_notice() to public;

CREATE OR REPLACE FUNCTION app.refuse_unfounded_promise()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      owed numeric;
      own  boolean;
    begin
      perform 1 from clients c where c.tenant_id = new.tenant_id and c.id = new.client_id for no key update;
      select bool_and((i.legal_entity_id, i.payer_id, i.currency) = (new.legal_entity_id, new.client_id, new.currency)), sum(s.open)
        into own, owed
        from promise_items m join invoices i on i.tenant_id = m.tenant_id and i.id = m.invoice_id
       cross join lateral (
         select coalesce(sum(p.amount_minor), 0) as open
           from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
          where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'receivable') s
       where m.tenant_id = new.tenant_id and m.promise_id = new.id;
      if own is not true or owed < new.amount_minor then
        raise exception 'promise % is about more than its client owes on its invoices', new.id using errcode = 'PL204';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unfounded_promise() to public;

CREATE OR REPLACE FUNCTION app.refuse_unfrozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from invoice_snapshots s, cast(s.snapshot as jsonb) said
                     where s.tenant_id = new.tenant_id and s.invoice_id = new.id
                       and said ->> 'number' = new.number_text and said ->> 'netMinor' = new.net_minor::text
                       and said ->> 'taxMinor' = new.tax_minor::text and said ->> 'totalMinor' = new.total_minor::text) then
        raise exception 'invoice % is issued without a snapshot that says the same', new.id using errcode = 'PL053';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unfrozen() to public;

CREATE OR REPLACE FUNCTION app.refuse_ungiven_credit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if exists (
         select 1 from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
          where e.tenant_id = new.tenant_id and e.invoice_id = new.id and p.account in ('receivable', 'retention_receivable')
          group by p.account having sum(p.amount_minor) <> 0) then
      raise exception 'credit note % is issued and not given', new.id using errcode = 'PL117';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_ungiven_credit() to public;

CREATE OR REPLACE FUNCTION app.refuse_unkept_release()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select e.invoice_id into wrong
        from (select distinct x.tenant_id, x.invoice_id
                from added a join ledger_entries x on x.tenant_id = a.tenant_id and x.id = a.entry_id
               where a.account = 'retention_receivable' and x.fact = 'retention_released') m
        join ledger_entries e on e.tenant_id = m.tenant_id and e.invoice_id = m.invoice_id
        join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'retention_receivable'
       group by e.invoice_id having sum(p.amount_minor) < 0 limit 1;
      if wrong is not null then
        raise exception 'more is released of invoice % than its client keeps', wrong using errcode = 'PL133';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unkept_release() to public;

CREATE OR REPLACE FUNCTION app.refuse_unmattered()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from trust_entries t where t.tenant_id = new.tenant_id and t.entry_id = new.id) then
        raise exception 'ledger entry % moves trust money of no matter', new.id using errcode = 'PL149';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unmattered() to public;

CREATE OR REPLACE FUNCTION app.refuse_unproven_milestones()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.work_item_id into wrong
        from milestones m
        join added a on a.tenant_id = m.tenant_id and a.work_item_id = m.id and a.work_item_version = m.version
       where a.line_id is not null and m.evidence_id is null
       limit 1;
      if wrong is not null then
        raise exception 'milestone % is billed only when its acceptance is proven', wrong using errcode = 'PL065';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unproven_milestones() to public;

CREATE OR REPLACE FUNCTION app.refuse_unproven_reverse_charge()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select a.invoice_id into wrong
        from added a
        join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id and i.kind = 'invoice'
        left join evidence e on e.tenant_id = a.tenant_id and e.id = a.evidence_id
       where a.category = 'AE'
         and (e.kind, e.facts ->> 'valid', e.subject_id) is distinct from ('vat_id_check', 'true', i.payer_id)
       limit 1;
      if wrong is not null then
        raise exception 'invoice % reverses the charge without a valid check of the payer''s VAT id', wrong
          using errcode = 'PL170';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unproven_reverse_charge() to public;

CREATE OR REPLACE FUNCTION app.refuse_unreserved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.kind <> 'deposit' and new.stage = 'issued' and exists (
           select 1 from purchase_orders o where o.tenant_id = new.tenant_id and o.id = new.purchase_order_id)
         and not exists (
           -- Orders of several engagements that bear one number pay one invoice together.
           select 1 from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
             join purchase_orders o on o.tenant_id = l.tenant_id and o.id = l.purchase_order_id
            where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.content_version = new.content_version
              and u.state = 'consumed' and o.number = (
                select p.number from purchase_orders p where p.tenant_id = new.tenant_id and p.id = new.purchase_order_id)
           having sum(u.amount) = new.net_minor - (
                select coalesce(sum(l.net_minor), 0) from invoice_lines l
                 where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
                   and l.deducts is not null)) then
        raise exception 'invoice % is issued without its part of the purchase order', new.id using errcode = 'PL072';
      end if;
      if exists (select 1 from limit_uses u
                  where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or u.content_version < new.content_version)) then
        raise exception 'invoice % holds reservations that it no longer needs', new.id using errcode = 'PL073';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unreserved() to public;

CREATE OR REPLACE FUNCTION app.refuse_unsigned_sum()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from change_orders o
                      where o.tenant_id = new.tenant_id and o.id = new.id and o.state = 'signed'
                        and (o.engagement_id, o.amount_minor, o.currency, o.effective_from)
                          = (new.engagement_id, new.amount_minor, new.currency, new.worked_on)) then
        raise exception 'work item % bills a change order that is not signed at this sum', new.id using errcode = 'PL135';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_unsigned_sum() to public;

CREATE OR REPLACE FUNCTION app.refuse_untaken_cost()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select x.corrected_line_id into wrong from invoice_lines l
      join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.cost_minor is not null
     where l.tenant_id = new.tenant_id and l.invoice_id = new.id
       and not exists (select 1 from claims c where c.tenant_id = x.tenant_id and c.line_id = x.corrected_line_id
                          and c.kept_of is not null and c.made_at = now())
     limit 1;
    if wrong is not null then
      raise exception 'line % is credited and holds its cost as before', wrong using errcode = 'PL236';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_untaken_cost() to public;

CREATE OR REPLACE FUNCTION app.refuse_untaken_credit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    wrong uuid;
  begin
    select o.id into wrong from invoice_lines l
      join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.quantity <> 0
      join invoice_lines o on o.tenant_id = x.tenant_id and o.id = x.corrected_line_id
     where l.tenant_id = new.tenant_id and l.invoice_id = new.id
       and exists (select 1 from claims c where c.tenant_id = o.tenant_id and c.line_id = o.id)
       and not app.holds_what_is_left(o.tenant_id, o.id)
     limit 1;
    if wrong is not null then
      raise exception 'line % is credited and holds its work as before', wrong using errcode = 'PL115';
    end if;
    return null;
  end $function$;
grant execute on function app.refuse_untaken_credit() to public;

CREATE OR REPLACE FUNCTION app.refuse_vanished_agreements()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.current and not old.current or not exists (
           select 1 from recurring_agreements a
            where a.tenant_id = new.tenant_id and a.id = new.id and a.version = new.version + 1) then
        raise exception 'recurring agreement % has no version after %', new.id, new.version using errcode = 'PL130';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_vanished_agreements() to public;

CREATE OR REPLACE FUNCTION app.refuse_vanished_readings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.current and not old.current or not exists (
           select 1 from usage_readings r
            where r.tenant_id = new.tenant_id and r.id = new.id and r.version = new.version + 1) then
        raise exception 'usage reading % has no version after %', new.id, new.version using errcode = 'PL132';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_vanished_readings() to public;

CREATE OR REPLACE FUNCTION app.refuse_vanished_work()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select 1 from work_items w
                     where w.tenant_id = new.tenant_id and w.id = new.id and w.version = new.version + 1) then
        raise exception 'work item % has no version after %', new.id, new.version using errcode = 'PL023';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_vanished_work() to public;

CREATE OR REPLACE FUNCTION app.refuse_work_of_closed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong record;
    begin
      select e.code, p.name, c.closed_on into wrong
        from added w
        join closures c on c.tenant_id = w.tenant_id and c.engagement_id = w.engagement_id and c.reopened_at is null
         and (c.project_id is null or c.project_id = w.project_id)
        join engagements e on e.tenant_id = c.tenant_id and e.id = c.engagement_id
        left join projects p on p.tenant_id = c.tenant_id and p.id = c.project_id
       where w.status <> 'rejected' limit 1;
      if found then
        raise exception '% was closed on % and takes no more work: reopen it, or leave the work out',
          coalesce('project ' || wrong.name, 'engagement ' || wrong.code), wrong.closed_on using errcode = 'PL137';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_work_of_closed() to public;

CREATE OR REPLACE FUNCTION app.refuse_wrong_shortfall()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      made shortfalls;
    begin
      select * into made from shortfalls s
       where s.tenant_id = new.tenant_id and s.id = new.id and s.version = new.version;
      if made.id is null or (made.engagement_id, made.minimum_minor - made.billed_minor, made.ends_on - 1)
           is distinct from (new.engagement_id, new.amount_minor, new.worked_on) then
        raise exception 'work item % is not what its period lacks to the committed minimum', new.id using errcode = 'PL230';
      end if;
      if new.status = 'approved' and exists (
           select 1 from shortfalls s
             join work_items w on w.tenant_id = s.tenant_id and w.id = s.id and w.version = s.version
            where s.tenant_id = new.tenant_id and s.engagement_id = new.engagement_id and s.id <> new.id
              and w.current and w.status = 'approved'
              and s.starts_on < made.ends_on and made.starts_on < s.ends_on) then
        raise exception 'shortfall % is of days that another one has', new.id using errcode = 'PL231';
      end if;
      return null;
    end $function$;
grant execute on function app.refuse_wrong_shortfall() to public;

CREATE OR REPLACE FUNCTION app.settle_draws()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      wrong uuid;
    begin
      select o.claim_id into wrong
        from before o join settled s on s.tenant_id = o.tenant_id and s.claim_id = o.claim_id
       where o.state = 'released' or o.state = 'consumed' and (s.state <> 'released' or not app.draw_goes_back(o.tenant_id, o.claim_id))
       limit 1;
      if wrong is not null then
        raise exception 'the draw of claim % is settled and stays so', wrong using errcode = 'PL140';
      end if;
      update hour_buckets b set used = b.used - d.minutes, carried = b.carried - d.carried
        from (select tenant_id, bucket_id, sum(minutes) as minutes,
                     coalesce(sum(minutes) filter (where carried), 0) as carried
                from settled where state = 'released' group by 1, 2) d
       where b.tenant_id = d.tenant_id and b.id = d.bucket_id;
      return null;
    end $function$;
grant execute on function app.settle_draws() to public;

CREATE OR REPLACE FUNCTION app.start_dispute_clocks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into clocks (tenant_id, id, wait, dispute_id, legal_entity_id, since)
      select d.tenant_id, app.new_id(), w.wait, d.id, i.legal_entity_id, d.recorded_at
        from opened d
        join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
        join (values ('dispute.acknowledgement', '{open}'::text[]), ('dispute.decision', '{open,acknowledged}')) w (wait, states)
          on d.state = any(w.states);
      return null;
    end $function$;
grant execute on function app.start_dispute_clocks() to public;

CREATE OR REPLACE FUNCTION app.start_exception_clocks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    insert into clocks (tenant_id, id, wait, invoice_id, exception_id, legal_entity_id, since)
    select x.tenant_id, app.new_id(), 'exception.' || x.lane || '.' || x.code, x.invoice_id, x.id,
           coalesce(i.legal_entity_id, (
             select e.legal_entity_id from engagements e
              where e.tenant_id = x.tenant_id and e.id = coalesce(
                case x.subject_kind when 'engagement' then x.subject_id end,
                (select p.engagement_id from projects p where p.tenant_id = x.tenant_id and p.id = x.subject_id),
                (select w.engagement_id from work_items w where w.tenant_id = x.tenant_id and w.id = x.subject_id limit 1)))),
           x.opened_at
      from opened x left join invoices i on i.tenant_id = x.tenant_id and i.id = x.invoice_id
     where x.severity = 'block' and x.state = 'open';
    update clocks c set stopped_at = now(), next_at = case when c.due_at is null then now() end
      from opened x join app.stage_waits w on w.stage = 'validation_pending'
     where x.severity = 'block' and x.state = 'open'
       and c.tenant_id = x.tenant_id and c.invoice_id = x.invoice_id and c.exception_id is null
       and c.wait = w.wait and c.stopped_at is null;
    return null;
  end $function$;
grant execute on function app.start_exception_clocks() to public;

CREATE OR REPLACE FUNCTION app.start_invoice_clocks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    insert into clocks (tenant_id, id, wait, invoice_id, legal_entity_id, since)
    select i.tenant_id, app.new_id(), w.wait, i.id, i.legal_entity_id, i.stage_since
      from moved i join app.stage_waits w on w.stage = i.stage
     where i.kind <> 'opening' and not (i.stage = 'validation_pending' and app.is_stopped(i.tenant_id, i.id));
    return null;
  end $function$;
grant execute on function app.start_invoice_clocks() to public;

CREATE OR REPLACE FUNCTION app.stop_dispute_clocks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update clocks c set stopped_at = now(), next_at = case when c.due_at is null then now() end
        from moved d
       where c.tenant_id = d.tenant_id and c.dispute_id = d.id and c.stopped_at is null
         and (d.state = 'resolved' or d.state = 'acknowledged' and c.wait = 'dispute.acknowledgement');
      return null;
    end $function$;
grant execute on function app.stop_dispute_clocks() to public;

CREATE OR REPLACE FUNCTION app.stop_exception_clocks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    update clocks c set stopped_at = now(), next_at = case when c.due_at is null then now() end
      from closed x
     where x.state <> 'open' and c.tenant_id = x.tenant_id and c.exception_id = x.id and c.stopped_at is null;
    insert into clocks (tenant_id, id, wait, invoice_id, legal_entity_id, since)
    select distinct on (i.tenant_id, i.id, w.wait) i.tenant_id, app.new_id(), w.wait, i.id, i.legal_entity_id, now()
      from closed x
      join left_open o on o.tenant_id = x.tenant_id and o.id = x.id and o.state = 'open' and o.severity = 'block'
      join invoices i on i.tenant_id = x.tenant_id and i.id = x.invoice_id and i.stage = 'validation_pending'
      join app.stage_waits w on w.stage = i.stage
     where x.state <> 'open' and not app.is_stopped(i.tenant_id, i.id)
       and not exists (select 1 from clocks c where c.tenant_id = i.tenant_id and c.invoice_id = i.id and c.wait = w.wait
                          and c.exception_id is null and c.stopped_at is null);
    return null;
  end $function$;
grant execute on function app.stop_exception_clocks() to public;

CREATE OR REPLACE FUNCTION app.tenant()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN ((app_private.context())[1])::uuid;
grant execute on function app.tenant() to plumb_app;

CREATE OR REPLACE FUNCTION app.waiver_of(x exceptions)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
      select w.id
        from invoices i
        join waivers w on w.tenant_id = i.tenant_id and w.rule = x.code
         and ((w.invoice_id = i.id and w.content_hash = i.content_hash) or w.client_id = i.client_id)
       where i.tenant_id = x.tenant_id and i.id = x.invoice_id and w.until_on >= (now() at time zone 'UTC')::date
         and not app.had_part_in(i, w.given_by)
       order by w.until_on desc, w.id desc limit 1
    $function$;
grant execute on function app.waiver_of(exceptions) to public;

CREATE OR REPLACE FUNCTION app.was_conceded(tenant uuid, line uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
      select exists (select 1 from credit_lines x
                       join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
                       join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.number is not null
                      where x.tenant_id = tenant and x.corrected_line_id = line and x.treatment = 'concession' and x.quantity <> 0)
    $function$;
grant execute on function app.was_conceded(uuid,uuid) to public;

CREATE OR REPLACE FUNCTION app_private.context()
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
    end $function$;
