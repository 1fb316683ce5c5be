import type pg from "pg";
import { newFirm } from "@plumbline/testing/firm";
import type { TestDatabase } from "@plumbline/testing/database";

const engagementsPerClient = 5;
const projectsPerEngagement = 4;
const rolesPerProject = 4;
const tasks = 5;
const entriesPerProject = 100;
const entriesPerWorker = 500;

/** A month of approved time: 20 lines a project from 100 entries each. Written as the administrator, since it is not what is measured. */
export async function recordMonth({ admin, pool }: TestDatabase, entries: number) {
  const projects = Math.ceil(entries / entriesPerProject);
  const engagements = Math.ceil(projects / projectsPerEngagement);
  const clients = Math.ceil(engagements / engagementsPerClient);
  const workers = Math.max(10, Math.ceil(entries / entriesPerWorker));
  const firm = await newFirm(pool);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR", is_default: "yes" }]);
  await firm.take(
    "rates",
    roles.map((role, at) => ({ card_key: "std", role, price: `${95 + 15 * at}.50`, effective_from: "2026-01-01" })),
  );
  const tenant = `'${firm.tenantId}'::uuid`;
  for (const statement of masterData(tenant, { clients, engagements, projects, workers })) await admin.query(statement);
  await admin.query(work(tenant, { entries, projects, workers }));
  await admin.query(details(tenant, { entries, workers }));
  await admin.query("vacuum analyze");
  return { firm, projects, engagements, clients, workers };
}

const roles = ["Principal", "Senior manager", "Manager", "Senior", "Consultant", "Analyst", "Engineer", "Junior"];

/** Ordered ids made from a counter, as the product makes them from the clock; `kind` keeps tables apart. */
const idOf = (counter: string, kind: string) =>
  `(lpad(to_hex(1790000000000 + (${counter})), 12, '0') || '7${kind}8' || substr(md5((${counter})::text), 1, 15))::uuid`;

function masterData(
  tenant: string,
  size: { clients: number; engagements: number; projects: number; workers: number },
): string[] {
  const terms = `'{"time":{"basis":"time_and_materials","increment":{"minutes":1,"per":"entry"}},"paymentTermsDays":30}'::jsonb`;
  return [
    `insert into clients (tenant_id, id, name, legal_name, country, address, tax_id, invoice_email, po_required)
     select ${tenant}, ${idOf("n", "c00")}, 'Client ' || n, 'Client ' || n || ' GmbH', 'DE', '{Weg 1}', 'DE' || n, 'ap@client.example', false
       from generate_series(0, ${size.clients - 1}) n`,
    `insert into delivery_profiles (tenant_id, id, client_id, name, grouping, language)
     select tenant_id, id, id, 'standard', 'project', 'de' from clients where tenant_id = ${tenant}`,
    `insert into engagements (tenant_id, id, code, name, legal_entity_id, client_id, payer_id, delivery_profile_id, rate_card_id, currency, approver_id)
     select ${tenant}, ${idOf("n", "e00")}, 'E-' || n, 'Engagement ' || n, l.id, c.id, c.id, c.id, k.id, 'EUR', m.id
       from generate_series(0, ${size.engagements - 1}) n
       cross join lateral (select ${idOf(`n / ${engagementsPerClient}`, "c00")} as id) c
       cross join (select id from legal_entities where tenant_id = ${tenant}) l
       cross join (select id from rate_cards where tenant_id = ${tenant}) k
       cross join (select id from memberships where tenant_id = ${tenant} and key = 'manager@firm.example') m`,
    `insert into engagement_terms (tenant_id, id, engagement_id, effective_from, known_from, terms)
     select tenant_id, id, id, '2020-01-01', '2020-01-01', ${terms} from engagements where tenant_id = ${tenant}`,
    `insert into projects (tenant_id, id, engagement_id, name)
     select ${tenant}, ${idOf("n", "a00")}, ${idOf(`n / ${projectsPerEngagement}`, "e00")}, 'Project ' || n
       from generate_series(0, ${size.projects - 1}) n`,
    `insert into workers (tenant_id, id, name)
     select ${tenant}, ${idOf("n", "b00")}, 'Worker ' || n from generate_series(0, ${size.workers - 1}) n`,
  ];
}

/** Entries come in by day, as time systems export them, so those of one project lie far apart. */
const projectOf = (projects: number) => `(n * 7919::bigint) % ${projects}`;

const work = (tenant: string, size: { entries: number; projects: number; workers: number }) => `
  insert into work_items (tenant_id, id, version, kind, engagement_id, project_id, worked_on, minutes, status)
  select ${tenant}, ${idOf("n", "d00")}, 1, 'time', ${idOf(`p / ${projectsPerEngagement}`, "e00")}, ${idOf("p", "a00")},
         date '2026-10-01' + (n * 31 / ${size.entries})::int, 6 * (1 + n % 9), 'approved'
    from (select n, ${projectOf(size.projects)} as p from generate_series(0::bigint, ${size.entries - 1}) n) s`;

const details = (tenant: string, size: { entries: number; workers: number }) => `
  insert into time_entries (tenant_id, id, version, worker_id, role, task, narrative)
  select ${tenant}, ${idOf("n", "d00")}, 1, ${idOf(`n % ${size.workers}`, "b00")},
         (array[${roles.map((role) => `'${role}'`).join(", ")}])[1 + (n / ${size.entries / entriesPerProject}) % ${rolesPerProject}],
         'Task ' || (n / ${size.entries / entriesPerProject} / ${rolesPerProject}) % ${tasks},
         'Worked on deliverable ' || n || ' for the client workshop and its documentation'
    from generate_series(0::bigint, ${size.entries - 1}) n`;

/** Takes away what a run wrote and what follows from it, so that the next one starts alike. */
export async function clearRuns(admin: pg.Client): Promise<void> {
  await admin.query(`truncate audit_entries, jobs, outbox, exception_items, exceptions, policy_decisions, documents, invoice_snapshots,
    approvals, claims, tax_determinations, invoice_lines, invoices, billing_runs cascade`);
  await admin.query("checkpoint");
}
