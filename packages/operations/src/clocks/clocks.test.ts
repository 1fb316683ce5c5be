import { expect, it } from "vitest";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, firmFolder, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { letWait, waitingFirm } from "@plumbline/testing/waiting-firm";
import { acknowledgeDispute } from "../disputes/acknowledge-dispute.ts";
import { openDispute } from "../disputes/open-dispute.ts";
import { resolveDispute } from "../disputes/resolve-dispute.ts";
import { approveAsManager } from "../invoices/approve-invoices.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { listInvoices } from "../invoices/list-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { keepClocks } from "./keep-clocks.ts";
import { listClocks } from "./list-clocks.ts";

const database = useTestDatabase();

async function running({ tenantId }: Firm): Promise<readonly string[]> {
  const { rows } = await database.current.admin.query<{ wait: string }>(
    "select wait from clocks where tenant_id = $1 and stopped_at is null order by wait, since",
    [tenantId],
  );
  return rows.map(({ wait }) => wait);
}

const keep = async (firm: Firm) => (await firm.as("clock-keeper"))(keepClocks);
const submit = async (firm: Firm, invoiceIds: readonly InvoiceId[]) =>
  (await firm.as("coordinator"))((scope) => submitInvoices(scope, { invoiceIds }));

it("starts and stops with what it is about, however many move at once", async () => {
  const { firm, ids } = await billedFirm(database.current.pool, { clients: 3 });
  expect(await running(firm)).toEqual(["draft.submission", "draft.submission", "draft.submission"]);
  await submit(firm, ids);
  expect(await running(firm)).toEqual([
    "validation_pending.decision",
    "validation_pending.decision",
    "validation_pending.decision",
  ]);
  const { rows } = await database.current.admin.query<{ id: InvoiceId; content_hash: string }>(
    "select id, content_hash from invoices where tenant_id = $1 order by id limit 1",
    [firm.tenantId],
  );
  const approvals = rows.map(({ id, content_hash }) => ({ invoiceId: id, contentHash: content_hash }));
  await (
    await firm.as("manager")
  )((scope) => approveAsManager(scope, { approvals }));
  expect(await running(firm)).toEqual([
    "manager_approved.decision",
    "validation_pending.decision",
    "validation_pending.decision",
  ]);
  const rest = ids.filter((id) => id !== approvals[0]?.invoiceId);
  await (
    await firm.as("coordinator")
  )((scope) => discardInvoices(scope, { invoiceIds: rest, reason: "Twice" }));
  expect(await running(firm)).toEqual(["manager_approved.decision"]);
});

it("waits for the cure of what stops an invoice first, and for the decision only then", async () => {
  const { firm, ids } = await billedFirm(database.current.pool, { client: { po_required: "yes" } });
  expect(await running(firm)).toEqual(["draft.submission", "exception.business.po-required"]);
  await submit(firm, ids);
  expect(await running(firm)).toEqual(["exception.business.po-required"]);
  const auditor = await firm.as("auditor");
  const { items } = await auditor((scope) => listInvoices(scope, { limit: 10 }));
  expect(items[0]?.clock).toMatchObject({ waitsFor: "a cure by its owner", owner: "project_manager", late: false });
  const coordinator = await firm.as("coordinator");
  await coordinator(({ tx }) => query(tx, "update exceptions set state = 'resolved', closed_at = now()"));
  expect(await running(firm)).toEqual(["validation_pending.decision"]);
});

it("hands an exception over that its owner leaves, and tells each role once for all of it", async () => {
  const { firm } = await waitingFirm(database.current.pool, { clients: 2, client: { po_required: "yes" } });
  await letWait(database.current.admin, firm, "9 hours");
  expect(await keep(firm)).toBe(4);
  const { rows: exceptions } = await database.current.admin.query(
    "select distinct owner from exceptions where tenant_id = $1 and code = 'po-required'",
    [firm.tenantId],
  );
  expect(exceptions).toEqual([{ owner: "practice_lead" }]);
  const { rows: notices } = await database.current.admin.query(
    `select n.role, count(*)::int as steps from notices n join clock_steps s on s.tenant_id = n.tenant_id and s.notice_id = n.id
      where n.tenant_id = $1 group by n.id, n.role order by n.role`,
    [firm.tenantId],
  );
  expect(notices).toEqual(
    [
      { role: "billing_coordinator", steps: 2 },
      // Reminded of two exceptions, and handed two drafts.
      { role: "project_manager", steps: 4 },
      { role: "practice_lead", steps: 2 },
    ].toSorted((one, other) => one.role.localeCompare(other.role)),
  );
});

it("leaves what somebody is moving just now for the next round", async () => {
  const { firm } = await waitingFirm(database.current.pool, { client: { po_required: "yes" } });
  await letWait(database.current.admin, firm, "9 hours");
  const coordinator = await firm.as("coordinator");
  await coordinator(async ({ tx }) => {
    await query(tx, "select from exceptions for update");
    expect(await keep(firm)).toBe(1); // The draft's; waiting for the other would be for ever.
  });
  expect(await keep(firm)).toBe(1);
});

it("goes by the calendar of its legal entity, also when that changes while it runs", async () => {
  const folder = await firmFolder("any");
  const [german] = folder.tenant.legalEntities;
  if (german === undefined) throw new Error("the firm has an entity");
  const american = {
    ...german,
    key: "us",
    country: "US",
    timeZone: "America/New_York",
    invoiceNumbers: "U-{year}-{number:5}",
  };
  const firm = await newFirm(database.current.pool, { folder: { legalEntities: [german, american] } });
  const { admin } = database.current;
  await admin.query("set session_replication_role = replica");
  // Two clocks of a Wednesday at 15:00 UTC: 16:00 in Berlin, 10:00 in New York.
  await admin.query(
    `insert into clocks (tenant_id, id, wait, invoice_id, legal_entity_id, since)
     select e.tenant_id, gen_random_uuid(), 'draft.submission', gen_random_uuid(), e.id, '2027-11-24T15:00:00Z'
       from legal_entities e where e.tenant_id = $1`,
    [firm.tenantId],
  );
  await admin.query("set session_replication_role = origin");
  const due = async () => {
    await keep(firm);
    const { rows } = await admin.query<{ key: string; due_at: Date }>(
      `select e.key, c.due_at from clocks c join legal_entities e on e.tenant_id = c.tenant_id and e.id = c.legal_entity_id
        where c.tenant_id = $1 order by e.key`,
      [firm.tenantId],
    );
    return rows.map(({ key, due_at }) => `${key} ${due_at.toISOString()}`);
  };
  expect(await due()).toEqual(["de 2027-11-25T15:00:00.000Z", "us 2027-11-25T15:00:00.000Z"]);
  await firm.take("holidays", [{ entity_key: "us", date: "2027-11-25", name: "Thanksgiving" }]);
  expect(await due()).toEqual(["de 2027-11-25T15:00:00.000Z", "us 2027-11-26T15:00:00.000Z"]);
  // The day after closes early there: an hour is left for Monday.
  await firm.take("holidays", [
    { entity_key: "us", date: "2027-11-25", name: "Thanksgiving" },
    { entity_key: "us", date: "2027-11-26", name: "Day after", opens: "09:00", closes: "09:30" },
  ]);
  expect(await due()).toEqual(["de 2027-11-25T15:00:00.000Z", "us 2027-11-29T14:30:00.000Z"]);
});

it("waits for an answer to a dispute, and for its decision", async () => {
  const { firm, invoices } = await issuedFirm(database.current.pool, {});
  const [invoice] = invoices;
  if (invoice === undefined) throw new Error("the firm issued something");
  const collector = await firm.as("collector");
  const disputes = async () => (await running(firm)).filter((wait) => wait.startsWith("dispute."));
  const disputeId = await collector((scope) =>
    openDispute(scope, { invoiceId: invoice.id, code: "hours", reason: "The workshop was shorter" }),
  );
  expect(await disputes()).toEqual(["dispute.acknowledgement", "dispute.decision"]);
  const { items } = await collector((scope) => listClocks(scope, { limit: 50, owner: undefined }));
  expect(items.find(({ wait }) => wait === "dispute.decision")).toMatchObject({
    owner: "ar_specialist",
    subject: { kind: "dispute", id: disputeId, name: "The workshop was shorter" },
    invoiceId: invoice.id,
  });
  await collector((scope) => acknowledgeDispute(scope, { disputeId }));
  expect(await disputes()).toEqual(["dispute.decision"]);
  await collector((scope) =>
    resolveDispute(scope, { disputeId, outcome: "rejected", rootCause: "time_recording", reason: "It was not" }),
  );
  expect(await disputes()).toEqual([]);
});
