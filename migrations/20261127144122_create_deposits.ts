import type { Knex } from "knex";
import { allowValues, forbidValues } from "./isolation/allow-values.ts";

/**
 * Deposits: invoices for what is still to come. Their net is a liability until later invoices deduct it, by lines that name
 * the deposit: never more than is left of it, and never one that was not issued.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table legal_entities add column deposit_number_format text;
    ${allowValues("number_series", "kind", ["deposit"])}
    ${allowValues("invoices", "kind", ["deposit"])}
    ${allowValues("ledger_postings", "account", ["deposit_liability"])}
    -- A person asks for a deposit; no run drafts it.
    alter table invoices alter column billing_run_id drop not null,
      add constraint drafted_by_a_run check (billing_run_id is not null or kind <> 'invoice'),
      -- What is wrong with a deposit is given up and asked for anew.
      add constraint deposits_stay check (kind <> 'deposit' or content_version = 1);
    alter table exceptions alter column billing_run_id drop not null,
      add constraint found_by_a_run check (billing_run_id is not null or invoice_id is not null);
    alter table invoice_lines
      -- The deposit that the line takes off, or whose rate of tax it brings to a part of the supply.
      add column deducts uuid,
      add column retaxes uuid,
      add foreign key (tenant_id, deducts) references invoices (tenant_id, id),
      add foreign key (tenant_id, retaxes) references invoices (tenant_id, id),
      add constraint deductions_take_off check (deducts is null or net_minor < 0 and retaxes is null and minutes = 0);
    create index deposits_by_client on invoices (tenant_id, client_id) where kind = 'deposit';
    create index deductions_of_deposit on invoice_lines (tenant_id, deducts) where deducts is not null;

    -- What is neither deducted nor credited, before tax. Drafts hold what they deduct and what they take back.
    create function app.deposit_left(tenant uuid, deposit uuid) returns numeric language sql stable as $$
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
    $$;
  `);
  await knex.raw(guards);
  await knex.raw(guardCorrection("<> 'credit_note'"));
  await knex.raw(
    refuseUnreserved(
      "new.kind <> 'deposit' and",
      `new.net_minor - (
                select coalesce(sum(l.net_minor), 0) from invoice_lines l
                 where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
                   and l.deducts is not null)`,
    ),
  );
}

const guards = `
    -- At commit and one after another per deposit, so that two drafts cannot deduct the same.
    create function app.refuse_overdeducted() returns trigger language plpgsql as $$
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
    end $$;
    create constraint trigger deducted after insert on invoice_lines deferrable initially deferred
      for each row when (new.deducts is not null or new.retaxes is not null) execute function app.refuse_overdeducted();

    -- What a deposit's rate is brought to was in the net already: it moves between two rates and changes nothing else.
    create function app.refuse_lopsided_retaxing() returns trigger language plpgsql as $$
    begin
      if (select sum(l.net_minor) from invoice_lines l
           where l.tenant_id = new.tenant_id and l.invoice_id = new.invoice_id and l.content_version = new.content_version
             and l.retaxes = new.retaxes) <> 0 then
        raise exception 'invoice % moves more to the rate of a deposit than it moves from its own', new.invoice_id using errcode = 'PL213';
      end if;
      return null;
    end $$;
    create constraint trigger retaxed after insert on invoice_lines deferrable initially deferred
      for each row when (new.retaxes is not null) execute function app.refuse_lopsided_retaxing();

    create function app.refuse_deducted_credit() returns trigger language plpgsql as $$
    begin
      perform 1 from invoices d where d.tenant_id = new.tenant_id and d.id = new.corrects for no key update;
      if exists (select 1 from invoices d where d.tenant_id = new.tenant_id and d.id = new.corrects and d.kind = 'deposit'
                    and app.deposit_left(d.tenant_id, d.id) < 0) then
        raise exception 'deposit % is credited beyond what no invoice deducted', new.corrects using errcode = 'PL210';
      end if;
      return null;
    end $$;
    create constraint trigger deducted after insert on invoices deferrable initially deferred
      for each row when (new.kind = 'credit_note') execute function app.refuse_deducted_credit();

    -- At commit: what is issued puts on the deposits' account, or takes off it, what its lines say.
    create function app.refuse_unbooked_deposit() returns trigger language plpgsql as $$
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
    end $$;
    create constraint trigger deposit_booked after update of stage on invoices deferrable initially deferred
      for each row when (new.stage = 'issued' and old.stage <> 'issued') execute function app.refuse_unbooked_deposit();

    -- Deposits are numbered before what deducts them, and dated so.
    create function app.refuse_early_deduction() returns trigger language plpgsql as $$
    begin
      if exists (
           select 1 from invoice_lines l join invoices d on d.tenant_id = l.tenant_id and d.id = l.deducts
            where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.content_version = new.content_version
              and d.issued_on > new.issued_on) then
        raise exception 'invoice % is dated before a deposit that it deducts', new.id using errcode = 'PL214';
      end if;
      return null;
    end $$;
    create constraint trigger deposits_first after update of stage on invoices deferrable initially deferred
      for each row when (new.kind = 'invoice' and new.stage = 'issued' and old.stage <> 'issued')
      execute function app.refuse_early_deduction();
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(guardCorrection("= 'invoice'"));
  await knex.raw(refuseUnreserved("", "new.net_minor"));
  await knex.raw(`
    drop function app.refuse_overdeducted, app.refuse_lopsided_retaxing, app.refuse_deducted_credit, app.refuse_unbooked_deposit,
      app.refuse_early_deduction cascade;
    drop function app.deposit_left;
    alter table invoice_lines drop column deducts, drop column retaxes;
    alter table exceptions drop constraint found_by_a_run, alter column billing_run_id set not null;
    alter table invoices drop constraint deposits_stay, drop constraint drafted_by_a_run, alter column billing_run_id set not null;
    ${forbidValues("ledger_postings", "account", ["deposit_liability"])}
    ${forbidValues("invoices", "kind", ["deposit"])}
    ${forbidValues("number_series", "kind", ["deposit"])}
    alter table legal_entities drop column deposit_number_format;
  `);
}

/** @param corrected which kinds of invoice a credit note may take back from */
const guardCorrection = (corrected: string) => `
  create or replace function app.guard_correction() returns trigger language plpgsql as $$
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
         select 1 from invoices i where i.tenant_id = new.tenant_id and i.id = new.corrects and i.kind ${corrected}
            and i.stage in ('issued', 'posted')
            and (i.legal_entity_id, i.client_id, i.payer_id, i.currency)
              = (new.legal_entity_id, new.client_id, new.payer_id, new.currency)) then
      raise exception 'credit note % corrects no issued invoice of its own client', new.id using errcode = 'PL110';
    end if;
    return new;
  end $$`;

/**
 * A deposit takes nothing of an order: what is billed later does, in full.
 *
 * @param but what goes before the condition
 * @param amount what an invoice takes of its order
 */
const refuseUnreserved = (but: string, amount: string) => `
  create or replace function app.refuse_unreserved() returns trigger language plpgsql as $$
    begin
      if ${but} new.stage = 'issued' and exists (
           select 1 from purchase_orders o where o.tenant_id = new.tenant_id and o.id = new.purchase_order_id)
         and not exists (
           select 1 from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
            where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.content_version = new.content_version
              and u.state = 'consumed' and l.purchase_order_id = new.purchase_order_id and u.amount = ${amount}) then
        raise exception 'invoice % is issued without its part of the purchase order', new.id using errcode = 'PL072';
      end if;
      if exists (select 1 from limit_uses u
                  where u.tenant_id = new.tenant_id and u.invoice_id = new.id and u.state = 'reserved'
                    and (new.stage in ('issued', 'discarded') or u.content_version < new.content_version)) then
        raise exception 'invoice % holds reservations that it no longer needs', new.id using errcode = 'PL073';
      end if;
      return null;
    end $$`;
