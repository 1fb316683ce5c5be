/** What starts and stops clocks: one statement of the subject's table leads to one or two of clocks, however many rows move. */
export const startAndStop = `
  -- A UUIDv7, as code makes them: the time in milliseconds, then random bits.
  create function app.new_id() returns uuid language sql volatile as $$
    select encode(set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
  $$;

  -- While an exception stops an invoice, its cure is waited for, and the decision only then.
  create function app.is_stopped(tenant uuid, invoice uuid) returns boolean language sql stable as $$
    select exists (select 1 from exceptions x
                    where x.tenant_id = tenant and x.invoice_id = invoice and x.state = 'open' and x.severity = 'block')
  $$;

  create function app.start_invoice_clocks() returns trigger language plpgsql as $$
  begin
    insert into clocks (tenant_id, id, wait, invoice_id, legal_entity_id, since)
    select i.tenant_id, app.new_id(), w.wait, i.id, i.legal_entity_id, i.stage_since
      from moved i join app.stage_waits w on w.stage = i.stage
     where i.kind <> 'opening' and not (i.stage = 'validation_pending' and app.is_stopped(i.tenant_id, i.id));
    return null;
  end $$;
  create trigger clocks_start after insert on invoices referencing new table as moved
    for each statement execute function app.start_invoice_clocks();

  create function app.move_invoice_clocks() returns trigger language plpgsql as $$
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
  end $$;
  create trigger clocks_move after update on invoices referencing new table as moved old table as left_behind
    for each statement execute function app.move_invoice_clocks();

  create function app.start_exception_clocks() returns trigger language plpgsql as $$
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
  end $$;
  create trigger clocks_start after insert on exceptions referencing new table as opened
    for each statement execute function app.start_exception_clocks();

  create function app.stop_exception_clocks() returns trigger language plpgsql as $$
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
  end $$;
  create trigger clocks_move after update on exceptions referencing new table as closed old table as left_open
    for each statement execute function app.stop_exception_clocks();

  -- A calendar that changes moves what is due by it; steps that were taken stay taken.
  create function app.look_at_clocks_again() returns trigger language plpgsql as $$
  begin
    update clocks c set due_at = null, next_at = now()
      from (select distinct tenant_id, legal_entity_id from changed) e
     where c.tenant_id = e.tenant_id and (c.legal_entity_id = e.legal_entity_id or c.legal_entity_id is null)
       and c.stopped_at is null
       and not exists (select 1 from clock_pauses p where p.tenant_id = c.tenant_id and p.clock_id = c.id and p.resumed_at is null);
    return null;
  end $$;
  create trigger clocks_move after insert on holidays referencing new table as changed
    for each statement execute function app.look_at_clocks_again();
  create trigger clocks_move_again after update on holidays referencing new table as changed
    for each statement execute function app.look_at_clocks_again();
  create trigger clocks_move after insert on business_hours referencing new table as changed
    for each statement execute function app.look_at_clocks_again();
  create trigger clocks_move_again after update on business_hours referencing new table as changed
    for each statement execute function app.look_at_clocks_again();
`;
