import type pg from "pg";
import type { Period } from "@plumbline/domain/calendar/period";

/**
 * The limit to measure against: a few statements of one superuser session that aggregate the month and write the same
 * rows into the same tables, with their indexes and foreign keys but without policies, context, guards, explanations
 * worked out per line, or rows streamed to anybody.
 */
export async function bareMonth(
  admin: pg.Client,
  input: { readonly tenantId: string; readonly period: Period },
): Promise<void> {
  const { tenantId, period } = input;
  const tables = ["invoices", "invoice_lines", "tax_determinations", "claims"];
  for (const table of tables) await admin.query(`alter table ${table} disable trigger user`);
  await admin.query(
    "insert into policy_bundles (tenant_id, id, hash, packs) values ($1, gen_random_uuid(), 'bare', '[]') on conflict do nothing",
    [tenantId],
  );
  // The planner underrates joins over three columns; without this it would lose to us by a bad plan.
  await admin.query("set work_mem = '256MB'; set enable_nestloop = off; set jit = off");
  try {
    await admin.query("begin");
    await admin.query(
      `insert into billing_runs (tenant_id, id, period_start, period_end, state, bundle_hash, started_by)
       values ($1, $1, $2, $3, 'done', 'bare', $1)`,
      [tenantId, period.start, period.end],
    );
    await admin.query(lines, [tenantId, period.start, period.end]);
    await admin.query("analyze bare_lines");
    for (const statement of writes) await admin.query(statement, [tenantId]);
    await admin.query("drop table bare_lines");
    await admin.query("commit");
  } finally {
    for (const table of tables) await admin.query(`alter table ${table} enable trigger user`);
  }
}

const lines = `
  create temp table bare_lines as
  select gen_random_uuid() as id, g.*, r.id as rate_id, r.price_minor, round(g.minutes * r.price_minor / 60.0)::bigint as net_minor,
         row_number() over (partition by g.project_id order by g.role, g.task) as position
    from (select w.engagement_id, w.project_id, t.role, t.task, sum(w.minutes) as minutes, count(*) as entries,
                 min(w.worked_on) as first_on, max(w.worked_on) as last_on
            from work_items w join time_entries t using (tenant_id, id, version)
           where w.tenant_id = $1 and w.current and w.status = 'approved' and w.worked_on >= $2 and w.worked_on < $3
             and not exists (select 1 from claims c where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
           group by 1, 2, 3, 4) g
    join rates r on r.tenant_id = $1 and r.role = g.role`;

const because = `'150.00 EUR per hour from the engagement''s rate card “std”, in force since 2026-01-01; ' || l.entries
  || ' entries from ' || l.first_on || ' to ' || l.last_on`;
const stored = `'{"po":{"present":false,"validOn":false,"currency":"","remainingMinor":"0"},"tax":{"settled":true,"category":"S"},"held":{"entries":"0","minutes":"0"},"client":{"poRequired":false},"invoice":{"first":true,"lines":"20","minutes":"3000","currency":"EUR","netMinor":"600000","totalMinor":"714000"},"engagement":{"ready":true,"missing":[]}}'::jsonb,
  '[{"rule":"engagement-not-ready-to-invoice","outcome":"pass"},{"rule":"po-required","outcome":"pass"},{"rule":"po-invalid","outcome":"pass"},{"rule":"po-exhausted","outcome":"pass"},{"rule":"tax-not-settled","outcome":"pass"},{"rule":"held-time-left-behind","outcome":"pass"}]'::jsonb`;

const writes = [
  `insert into invoices (tenant_id, id, billing_run_id, legal_entity_id, client_id, payer_id, delivery_profile_id, engagement_id, project_id, currency,
     period_start, period_end, payment_terms_days, content_hash, minutes, net_minor, tax_minor, total_minor, bundle_hash, prepared_by, content_by)
   select $1, l.project_id, $1, e.legal_entity_id, e.client_id, e.payer_id, e.delivery_profile_id, e.id, l.project_id, e.currency, '2026-10-01', '2026-11-01',
          30, encode(sha256(l.project_id::text::bytea), 'hex'), sum(l.minutes), sum(l.net_minor), round(sum(l.net_minor) * 0.19),
          sum(l.net_minor) + round(sum(l.net_minor) * 0.19), 'bare', $1, $1
     from bare_lines l join engagements e on e.tenant_id = $1 and e.id = l.engagement_id group by e.tenant_id, e.id, l.project_id`,
  `insert into invoice_lines (tenant_id, id, invoice_id, content_version, position, engagement_id, project_id, description, quantity, unit, minutes,
     price_minor, price_base, net_minor, tax_category, tax_bp, rate_id, because)
   select $1, l.id, l.project_id, 1, l.position, l.engagement_id, l.project_id, l.role || ' – ' || l.task, l.minutes, 'minute', l.minutes, l.price_minor, 60, l.net_minor, 'S', 1900, l.rate_id, ${because}
     from bare_lines l`,
  `insert into tax_determinations (tenant_id, id, invoice_id, content_version, category, basis_points, base_minor, tax_minor, because)
   select $1, gen_random_uuid(), id, 1, 'S', 1900, net_minor, tax_minor, 'Seller and buyer are both in Germany, so the standard rate of 19 % in force applies.'
     from invoices where tenant_id = $1`,
  `insert into claims (tenant_id, id, work_item_id, work_item_version, minutes, billed_minutes, line_id, billing_run_id)
   select $1, gen_random_uuid(), w.id, w.version, w.minutes, w.minutes, l.id, $1
     from work_items w join time_entries t using (tenant_id, id, version)
     join bare_lines l on l.project_id = w.project_id and l.role = t.role and l.task = t.task
    where w.tenant_id = $1 and w.current and w.status = 'approved' and w.worked_on >= '2026-10-01' and w.worked_on < '2026-11-01'`,
  `insert into policy_decisions (tenant_id, id, invoice_id, content_version, bundle_hash, facts, rulings)
   select $1, gen_random_uuid(), id, 1, 'bare', ${stored} from invoices where tenant_id = $1`,
  `insert into outbox (tenant_id, id, name, subject_id, sequence, data, actor_id)
   select $1, gen_random_uuid(), 'invoice.drafted', id, 1, jsonb_build_object('contentHash', content_hash), $1 from invoices where tenant_id = $1`,
  `insert into audit_entries (tenant_id, id, action, subject_id, after_hash, bundle_hash, actor_id)
   select $1, gen_random_uuid(), 'invoice.drafted', id, content_hash, 'bare', $1 from invoices where tenant_id = $1`,
];
