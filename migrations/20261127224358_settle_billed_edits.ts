import type { Knex } from "knex";

/** An edit after billing of which nothing is too much any more is looked at no more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table billed_edits add column settled_at timestamptz;
    create index unsettled_edits on billed_edits (tenant_id, work_item_id, version) where settled_at is null;
    grant update (settled_at) on billed_edits to plumb_app;

    -- Once, and only when issued invoices bill no more than the version that counts.
    create function app.guard_settled_edit() returns trigger language plpgsql as $$
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
    end $$;
    create trigger guard_settled before update on billed_edits for each row execute function app.guard_settled_edit();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger guard_settled on billed_edits;
    drop function app.guard_settled_edit;
    revoke update (settled_at) on billed_edits from plumb_app;
    alter table billed_edits drop column settled_at;
  `);
}
