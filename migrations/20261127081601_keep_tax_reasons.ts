import type { Knex } from "knex";

/** Why there is no tax is kept beside the tax, and nobody's charge is reversed without proof of who they are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table tax_determinations
      -- EN 16931, BT-121 and BT-120.
      add column exemption_code   text,
      add column exemption_reason text,
      -- BR-S-10, BR-Z-10: a rate, also a zero rate, bears no reason for an exemption.
      add constraint reason_of_no_tax check ((exemption_reason is null or category not in ('S', 'Z'))
        and (exemption_code is null or exemption_reason is not null));

    create function app.refuse_unproven_reverse_charge() returns trigger language plpgsql as $$
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
    end $$;
    create trigger proven_reverse_charge after insert on tax_determinations referencing new table as added
      for each statement execute function app.refuse_unproven_reverse_charge();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.refuse_unproven_reverse_charge cascade;
    alter table tax_determinations drop constraint reason_of_no_tax, drop column exemption_code, drop column exemption_reason;
  `);
}
