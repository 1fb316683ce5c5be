import { roleNames } from "@plumbline/domain/access/roles";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { InvoiceId, LegalEntityId, TenantId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { money } from "@plumbline/domain/money/money";
import { createApiKey } from "@plumbline/operations/api-keys/create-api-key";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import { recordBaseRate } from "@plumbline/operations/collecting/base-rates";
import { recordPromise } from "@plumbline/operations/collecting/record-promise";
import { recordDocument } from "@plumbline/operations/documents/record-document";
import { approveAsFinance, approveAsManager } from "@plumbline/operations/invoices/approve-invoices";
import { issueInvoices } from "@plumbline/operations/invoices/issue-invoices";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { bookEntries, type LedgerEntry } from "@plumbline/operations/ledger/book-entries";
import { sha256 } from "@plumbline/platform/hash";
import { newId } from "@plumbline/platform/new-id";
import { query } from "@plumbline/platform/sql";
import type { Storage } from "@plumbline/platform/storage";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import { takeBankStatements } from "./bank-statements.ts";
import { draftOrders } from "./change-orders.ts";
import { openCases } from "./chargebacks.ts";
import { certifyTax } from "./certify-tax.ts";
import { lowerOne } from "./write-downs.ts";
import { closeBooks } from "./close-books.ts";
import { takePayments } from "./take-payments.ts";

/** Who attacks and who is attacked: ours, another firm of the same partner, and one of another partner. */
export type ThreeFirms = { readonly ours: Firm; readonly sibling: Firm; readonly stranger: Firm };

/** Holds every role in each of the firms, so that no permission stands in an attack's way. */
export const everybody = "controller@firm.example";
/** Hold every role too, for what one person alone may not do. */
export const others = ["admin@firm.example", "auditor@firm.example"] as const;

const stages = ["draft", "validation_pending", "manager_approved", "finance_approved", "issued"] as const;
/** That of the contract's example, so that what a register answers about it can be recorded. */
const exampleTaxId = "FR40303265045";
const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

/** Three firms with something of every kind in each: invoices at every stage, runs, exceptions, bad rows, documents, keys. */
export async function openThreeFirms(
  database: TestDatabase,
  storage: Storage,
  { perStage = 3 }: { readonly perStage?: number } = {},
): Promise<ThreeFirms> {
  const [ours, sibling, stranger] = [
    await newWholeFirm(database, storage, perStage),
    await newWholeFirm(database, storage, perStage),
    await newWholeFirm(database, storage, perStage),
  ];
  await database.admin.query(
    `with partner as (insert into partners (id, slug, name) values (gen_random_uuid(), 'other', 'Other') returning id)
     update tenants set partner_id = partner.id from partner where tenants.id = $1`,
    [stranger.tenantId],
  );
  await database.admin.query("update memberships set roles = $1 where key = any($2)", [
    roleNames,
    [everybody, ...others],
  ]);
  return { ours, sibling, stranger };
}

/** One firm with something of every kind. */
export async function newWholeFirm(
  { pool }: Pick<TestDatabase, "pool">,
  storage: Storage,
  perStage: number,
): Promise<Firm> {
  const { firm, ids } = await billedFirm(pool, {
    clients: perStage * stages.length,
    client: { tax_id: exampleTaxId },
    entries: [timeEntry("unrated", { worker_key: "w2" }), timeEntry("second", { work_date: "2026-10-06" })],
  });
  await holdBack(firm, perStage);
  await advance(firm, (stage) => ids.slice(perStage * stages.indexOf(stage)));
  await lowerOne(firm, ids[perStage * stages.indexOf("validation_pending")] as InvoiceId);
  await keepDocuments(firm, storage);
  await takePayments(firm);
  await takeBankStatements(firm);
  await openCases(firm);
  await certifyTax(firm);
  await draftOrders(firm);
  await closeBooks(firm);
  await keepRetention(firm);
  await sellHours(firm);
  await remind(firm, perStage);
  const admin = await firm.as("admin");
  const several = Array.from({ length: perStage }, (_, index) => String(index));
  for (const name of several) {
    await admin((scope) => createApiKey(scope, { name, scopes: ["work.read"], lifetimeDays: 9 }));
  }
  await firm.take(
    "time_entries",
    several.map((key) => timeEntry(`bad-${key}`, { hours: "many" })),
  );
  return firm;
}

/**
 * A client that pays only against an order it did not give: its draft is blocked by an exception. More of its projects have
 * time that nobody approved yet.
 */
async function holdBack(firm: Firm, unapproved: number): Promise<void> {
  const client = { client_key: "held", name: "Held", legal_name: "Held GmbH", country: "DE", tax_id: exampleTaxId };
  await firm.take("clients", [{ ...client, invoice_email: "ap@h.example", po_required: "yes" }]);
  const engagement = { engagement_key: "held", client_key: "held", code: "H", card_key: "std" };
  await firm.take("engagements", [{ ...engagement, approver_email: "manager@firm.example" }]);
  const asking = Array.from({ length: unapproved }, (_, index) => `asking-${index}`);
  const project = (key: string) => ({ project_key: key, engagement_key: "held", name: key });
  await firm.take("projects", [project("held"), ...asking.map(project)]);
  await firm.take("time_entries", [
    timeEntry("held", { project_key: "held" }),
    ...asking.map((key) => timeEntry(key, { project_key: key, status: "submitted" })),
  ]);
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId });
}

/** Brings a few invoices to each stage. */
async function advance(firm: Firm, beyond: (stage: (typeof stages)[number]) => readonly InvoiceId[]): Promise<void> {
  const [coordinator, manager, finance] = [
    await firm.as("coordinator"),
    await firm.as("manager"),
    await firm.as("finance"),
  ];
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: beyond("validation_pending") }));
  const seen = async (invoiceIds: readonly InvoiceId[]) =>
    coordinator((scope) =>
      query<{ invoiceId: InvoiceId; contentHash: string }>(
        scope.tx,
        `select id as "invoiceId", content_hash as "contentHash" from invoices where id = any(?)`,
        [invoiceIds],
      ),
    );
  const [toManager, toFinance] = [await seen(beyond("manager_approved")), await seen(beyond("finance_approved"))];
  await manager((scope) => approveAsManager(scope, { approvals: toManager }));
  await finance((scope) => approveAsFinance(scope, { approvals: toFinance }));
  await finance((scope) => issueInvoices(scope, { invoiceIds: beyond("issued") }));
}

/** A part of every issued invoice is kept by its client until release: what a release books, the other way round. */
async function keepRetention(firm: Firm): Promise<void> {
  const controller = await firm.as("controller");
  await controller(async (scope) => {
    const issued = await query<
      Pick<LedgerEntry, "legalEntityId" | "clientId" | "currency" | "bookedOn"> & { invoiceId: InvoiceId }
    >(
      scope.tx,
      `select id as "invoiceId", payer_id as "clientId", legal_entity_id as "legalEntityId", currency, issued_on as "bookedOn"
         from invoices where stage = 'issued'`,
    );
    await bookEntries(
      scope,
      issued.map((invoice) => ({
        ...invoice,
        id: newId<"ledger-entry">(),
        fact: "retention_released" as const,
        dueOn: invoice.bookedOn,
        reason: "kept",
        postings: bookings.retention_released({ amount: -5_000n }),
      })),
    );
  });
}

/** Something was agreed about paying late, some promised to pay, every issued invoice was asked for, and its interest proposed. */
async function remind(firm: Firm, several: number): Promise<void> {
  const controller = await firm.as("controller");
  await controller(async (scope) => {
    const [entity] = await query<{ id: LegalEntityId }>(scope.tx, "select id from legal_entities");
    if (entity === undefined) throw new Error("the firm has no legal entity");
    const startsOn = october.start;
    const agreed = { legalEntityId: entity.id, currency: "EUR", startsOn, terms: {} } as const;
    for (let count = 0; count < several; count += 1) {
      await agreeCollectingTerms(scope, agreed);
      await recordBaseRate(scope, { name: "bgb-247", startsOn, basisPoints: 127 });
    }
  });
  const collector = await firm.as("collector");
  await collector(async (scope) => {
    const owing = await query<{ id: InvoiceId }>(
      scope.tx,
      "select id from invoices where stage = 'issued' order by id desc limit ?",
      [several],
    );
    const dueOn = addDays(localDateIn(scope.now, "UTC"), 9);
    for (const { id } of owing)
      await recordPromise(scope, { invoiceIds: [id], amount: money(1n, "EUR"), dueOn, said: "by telephone" });
  });
  await collector((scope) =>
    query(
      scope.tx,
      `with owing as (select gen_random_uuid() as notice_id, i.* from invoices i where i.stage = 'issued'),
            notices as (
              insert into dunning_notices (id, legal_entity_id, client_id, currency, dunned_on, level, text_key, language, total_minor, fee_minor)
              select notice_id, legal_entity_id, payer_id, currency, issued_on, 1, 'friendly', 'en', 1, 0 from owing)
       insert into dunning_items (id, notice_id, invoice_id, level, open_minor, days_past_due)
       select gen_random_uuid(), notice_id, id, 1, 1, 1 from owing`,
    ),
  );
  await collector((scope) =>
    query(
      scope.tx,
      `insert into interest_claims (id, invoice_id, legal_entity_id, client_id, currency, from_on, until_on, interest_minor, compensation_minor, lines, terms)
       select gen_random_uuid(), id, legal_entity_id, payer_id, currency, due_on + 1, due_on + 2, 1, 0, '[]', '{}'
         from invoices where stage = 'issued'`,
    ),
  );
}

/** Hours of a year to come for every engagement: nothing draws on them. */
async function sellHours(firm: Firm): Promise<void> {
  const runner = await firm.as("billing-runner");
  await runner((scope) =>
    query(
      scope.tx,
      `insert into hour_buckets (id, engagement_id, starts_on, ends_on, minutes, carry_max)
       select gen_random_uuid(), e.id, month, (month + interval '1 month')::date, 600, 0
         from engagements e, generate_series('2030-01-01'::date, '2030-03-01'::date, interval '1 month') month`,
    ),
  );
}

async function keepDocuments(firm: Firm, storage: Storage): Promise<void> {
  const renderer = await firm.as("document-renderer");
  const issued = await renderer((scope) =>
    query<{ id: InvoiceId }>(scope.tx, "select id from invoices where stage = 'issued'"),
  );
  for (const { id: invoiceId } of issued) {
    for (const format of ["pdf", "html"] as const) {
      const bytes = Buffer.from(`${format} of ${newId()}`);
      const storageKey = `${firm.slug}/${sha256(bytes)}.${format}`;
      await storage.put(storageKey, bytes);
      const document = { invoiceId, format, hash: sha256(bytes), bytes: bytes.length, storageKey };
      await renderer((scope) => recordDocument(scope, document));
    }
  }
}

/** Every row that has an id, by table and firm. */
export type Rows = {
  readonly of: (table: string, tenantId: TenantId) => readonly { readonly id: string; readonly contentHash?: string }[];
  readonly has: (table: string) => boolean;
  readonly idsOf: (tenantIds: readonly TenantId[]) => ReadonlySet<string>;
};

/** What few tries should meet first: invoices of each stage, clients and engagements that owe. */
const orders: Readonly<Record<string, string>> = {
  invoices: "row_number() over (partition by tenant_id, stage order by id), id",
  clients: `(select min(i.id::text) from invoices i
              where i.tenant_id = clients.tenant_id and i.payer_id = clients.id and i.number is not null), id`,
  engagements: `(select min(i.id::text) from invoices i
                  where i.tenant_id = engagements.tenant_id and i.engagement_id = engagements.id and i.number is not null), id`,
};

export async function readRows({ admin }: TestDatabase): Promise<Rows> {
  const { rows: tables } = await admin.query<{ name: string; hashed: boolean }>(`
    select c.relname as name, exists (select from pg_attribute h where h.attrelid = c.oid and h.attname = 'content_hash') as hashed
      from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
      join pg_attribute i on i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`);
  const all: { table: string; tenant_id: string; id: string; contentHash?: string }[] = [];
  for (const { name, hashed } of tables) {
    const order = orders[name] ?? "id";
    const { rows } = await admin.query<{ tenant_id: string; id: string; contentHash?: string }>(
      `select tenant_id, id ${hashed ? `, content_hash as "contentHash"` : ""} from ${name} order by ${order}`,
    );
    for (const row of rows) all.push({ table: name, ...row });
  }
  const byPlace = Map.groupBy(all, ({ table, tenant_id }) => `${table} ${tenant_id}`);
  return {
    of: (table, tenantId) => byPlace.get(`${table} ${tenantId}`) ?? [],
    has: (table) => tables.some(({ name }) => name === table),
    idsOf: (tenantIds) =>
      new Set(all.filter(({ tenant_id }) => tenantIds.includes(tenant_id as TenantId)).map(({ id }) => id)),
  };
}
