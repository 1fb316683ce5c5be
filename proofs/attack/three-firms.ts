import { roleNames } from "@plumbline/domain/access/roles";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { createApiKey } from "@plumbline/operations/api-keys/create-api-key";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
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
import { disputeSome } from "./disputes.ts";
import { certifyTax } from "./certify-tax.ts";
import { lowerOne } from "./write-downs.ts";
import { shutEngagements } from "./shut-engagements.ts";
import { closeBooks } from "./close-books.ts";
import { proposeRules } from "./propose-rules.ts";
import { remind } from "./remind.ts";
import { takePayments } from "./take-payments.ts";
import { takeTwins } from "./twin-clients.ts";

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
  await disputeSome(firm);
  await certifyTax(firm);
  await draftOrders(firm);
  await shutEngagements(firm);
  await closeBooks(firm);
  await keepRetention(firm);
  await sellHours(firm);
  await shareWork(firm);
  await remind(firm, perStage);
  await proposeRules(firm, perStage);
  await takeTwins(firm, `c${perStage * stages.indexOf("issued") + 1}`, { tax_id: exampleTaxId });
  // Rates that came late: what they price otherwise is listed.
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "101.00", effective_from: "2026-01-01" }]);
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

/** Every engagement is borne by two cost centres of its payer, in years to come: nothing is divided by it. */
async function shareWork(firm: Firm): Promise<void> {
  const runner = await firm.as("billing-runner");
  await runner((scope) =>
    query(
      scope.tx,
      `with agreed as (
         insert into splits (id, agreement_id, engagement_id, effective_from)
         select gen_random_uuid(), gen_random_uuid(), e.id, day::date
           from engagements e, generate_series('2030-01-01'::date, '2032-01-01'::date, interval '1 year') day
         returning id, engagement_id)
       insert into split_parts (split_id, position, weight, of, payer_id, delivery_profile_id, cost_centre)
       select a.id, part, part, 3, e.payer_id, e.delivery_profile_id, 'K' || part
         from agreed a join engagements e on e.id = a.engagement_id, generate_series(1, 2) part`,
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
