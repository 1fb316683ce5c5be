import type { Knex } from "knex";

/** Legal entities whose ledger taxes each line: their invoices say so, and the database rounds after them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table legal_entities
      add column tax_rounding text not null default 'document' check (tax_rounding in ('document', 'line'));
    alter table invoices
      add column tax_rounding text not null default 'document' check (tax_rounding in ('document', 'line'));

    create function app.keep_tax_rounding() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from invoices o where o.tenant_id = new.tenant_id and o.id = new.corrects
                    and o.tax_rounding <> new.tax_rounding) then
        raise exception 'credit note % rounds its tax otherwise than its invoice', new.id using errcode = 'PL163';
      end if;
      return new;
    end $$;
    create trigger tax_rounding_kept before insert on invoices
      for each row when (new.corrects is not null) execute function app.keep_tax_rounding();

    -- A credit note takes back the last of a tax to the cent: what it may come to is guarded with its invoice.
    create function app.check_tax_by_line() returns trigger language plpgsql as $$
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
    end $$;
    create trigger taxes_are_by_line after insert on tax_determinations referencing new table as added
      for each statement execute function app.check_tax_by_line();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function app.check_tax_by_line, app.keep_tax_rounding cascade;
    alter table invoices drop column tax_rounding;
    alter table legal_entities drop column tax_rounding;
  `);
}
