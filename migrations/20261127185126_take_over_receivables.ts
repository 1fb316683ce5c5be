import type { Knex } from "knex";
import { allowValues, forbidValues, treatLike, treatNoMore } from "./isolation/allow-values.ts";
import { changeFunction } from "./isolation/change-function.ts";

/**
 * What clients owed when a firm moved in: documents of another system, owed here and numbered, earned and taxed there. They are
 * taken over on one day per legal entity, the last of its former books, and nothing else is booked until then.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table legal_entities add column cut_over_on date;

    ${allowValues("invoices", "kind", ["opening"])}
    alter table invoices
      add column opening_minor bigint,
      add constraint openings_are_owed check (
        (kind = 'opening') = (opening_minor is not null) and opening_minor between 1 and total_minor),
      drop constraint numbered_when_issued,
      add constraint numbered_when_issued check (case
        when kind = 'opening' then
          stage = 'posted' and num_nonnulls(series_id, number) = 0 and num_nulls(number_text, issued_on, issued_at, due_on) = 0
        else (stage in ('issued', 'posted')) = (number is not null) and (number is null) = (series_id is null)
          and (number is null) = (number_text is null) and (number is null) = (issued_on is null)
          and (number is null) = (issued_at is null) end);

    ${allowValues("ledger_postings", "account", ["opening_balances"])}
    ${allowValues("ledger_entries", "fact", ["receivable_taken_over"])}
    ${treatLike("ledger_entries", "names_its_subjects", { value: "receivable_taken_over", like: "invoice_issued" })}
    create unique index taken_over_once on ledger_entries (tenant_id, invoice_id) where fact = 'receivable_taken_over';

    -- Its lines and taxes are where it was issued.
    drop trigger sums_insert on invoices;
    create constraint trigger sums_insert after insert on invoices deferrable initially deferred
      for each row when (new.kind <> 'opening') execute function app.check_invoice_sums();

    create function app.refuse_unfit_opening(opening invoices) returns void language plpgsql stable as $$
    begin
      if (opening.version, opening.content_version, opening.approval_round) <> (1, 1, 1) or opening.minutes <> 0
         or opening.prepared_by <> app.actor() or opening.issued_at <> now() or opening.submitted_by is not null
         or num_nonnulls(opening.billing_run_id, opening.corrects, opening.replaces, opening.purchase_order_id) > 0
         or not exists (select 1 from legal_entities l
                         where l.tenant_id = opening.tenant_id and l.id = opening.legal_entity_id
                           and opening.issued_on <= l.cut_over_on) then
        raise exception 'opening receivable % is not of the time before the cut-over', opening.id using errcode = 'PL215';
      end if;
    end $$;
    ${changeFunction("app.guard_invoice", draftsAreTaken)}
    ${changeFunction("app.guard_correction", openingsAreCredited)}
    ${aboutEngagements.map(([name, change]) => changeFunction(name, change)).join("")}

    create function app.refuse_stray_opening() returns trigger language plpgsql as $$
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
    end $$;
    create constraint trigger taken_over after insert on invoices deferrable initially deferred
      for each row when (new.kind = 'opening') execute function app.refuse_stray_opening();
    create constraint trigger taken_over after insert on ledger_entries deferrable initially deferred
      for each row when (new.fact = 'receivable_taken_over') execute function app.refuse_stray_opening();

    -- Whoever books in a legal entity names it, and so is waited for here, or waits.
    create function app.guard_cut_over() returns trigger language plpgsql as $$
    begin
      perform 1 from legal_entities l where l.tenant_id = new.tenant_id and l.id = new.id for update;
      if old.cut_over_on is not null or exists (
           select 1 from ledger_entries e
            where e.tenant_id = new.tenant_id and e.legal_entity_id = new.id and e.booked_on <= new.cut_over_on) then
        raise exception 'the cut-over of legal entity % is fixed once, before all that is booked', new.id using errcode = 'PL217';
      end if;
      return null;
    end $$;
    create trigger cut_over_once after update on legal_entities
      for each row when (new.cut_over_on is distinct from old.cut_over_on) execute function app.guard_cut_over();
    ${changeFunction("app.refuse_closed_books", lockedBooks)}
  `);
}

const draft = "if new.stage <> 'draft' or (new.version, new.content_version, new.approval_round) <> (1, 1, 1)";
const draftsAreTaken = {
  from: draft,
  to: `if new.kind = 'opening' then
          perform app.refuse_unfit_opening(new);
          new.content_by := new.prepared_by;
          return new;
        end if;
        ${draft}`,
};
const openingsAreCredited = { from: "and i.kind <> 'credit_note'", to: "and i.kind not in ('credit_note', 'opening')" };
// What it was about is said of it, where an invoice of ours has lines.
const lines =
  "join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version";
const about = (engagement: string) => ({
  from: `and i.id = new.invoice_id and l.engagement_id = ${engagement}`,
  to: `and i.id = new.invoice_id and ${engagement} in (l.engagement_id, case i.kind when 'opening' then i.engagement_id end)`,
});
const aboutEngagements = [
  ["app.guard_retainers", { from: ` ${lines}`, to: ` left ${lines}` }],
  ["app.guard_retainers", about("paid.engagement_id")],
  ["app.guard_trust", { from: ` ${lines}`, to: ` left ${lines}` }],
  ["app.guard_trust", about("new.engagement_id")],
] as const;
const lockedBooks = {
  from: "where a.booked_on <= l.lock_date limit 1",
  to: `where a.booked_on <= l.lock_date
          or a.booked_on <= l.cut_over_on and not a.fact like '%_taken_over' limit 1`,
};
const back = ({ from, to }: Readonly<Record<"from" | "to", string>>) => ({ from: to, to: from });

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${changeFunction("app.refuse_closed_books", back(lockedBooks))}
    drop trigger cut_over_once on legal_entities;
    drop function app.guard_cut_over();
    drop trigger taken_over on ledger_entries;
    drop trigger taken_over on invoices;
    drop function app.refuse_stray_opening();
    ${aboutEngagements.map(([name, change]) => changeFunction(name, back(change))).join("")}
    ${changeFunction("app.guard_correction", back(openingsAreCredited))}
    ${changeFunction("app.guard_invoice", back(draftsAreTaken))}
    drop function app.refuse_unfit_opening(invoices);
    drop trigger sums_insert on invoices;
    create constraint trigger sums_insert after insert on invoices deferrable initially deferred
      for each row execute function app.check_invoice_sums();
    drop index taken_over_once;
    ${treatNoMore("ledger_entries", "names_its_subjects", "receivable_taken_over")}
    ${forbidValues("ledger_entries", "fact", ["receivable_taken_over"])}
    ${forbidValues("ledger_postings", "account", ["opening_balances"])}
    alter table invoices
      drop constraint numbered_when_issued,
      drop column opening_minor,
      add constraint numbered_when_issued check (
        (stage in ('issued', 'posted')) = (number is not null) and (number is null) = (series_id is null)
        and (number is null) = (number_text is null) and (number is null) = (issued_on is null)
        and (number is null) = (issued_at is null));
    ${forbidValues("invoices", "kind", ["opening"])}
    alter table legal_entities drop column cut_over_on;
  `);
}
