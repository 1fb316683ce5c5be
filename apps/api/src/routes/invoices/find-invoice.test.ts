import { beforeAll, describe, expect, it } from "vitest";
import type { InvoiceWire, TimelineEntry } from "@plumbline/contract/invoice";
import type { LineEntryWire } from "@plumbline/contract/invoice-line";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { recordDocument } from "@plumbline/operations/documents/record-document";
import { approveAsFinance, approveAsManager } from "@plumbline/operations/invoices/approve-invoices";
import { issueInvoices } from "@plumbline/operations/invoices/issue-invoices";
import { sendBackInvoices } from "@plumbline/operations/invoices/send-back-invoices";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { sha256 } from "@plumbline/platform/hash";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let issued: InvoiceId;
let draft: InvoiceId;
const pdf = Buffer.from("%PDF-2.0 as if");

beforeAll(async () => {
  const billed = await billedFirm(api.database.current.pool, {
    clients: 2,
    entries: [timeEntry("t9", { hours: "0.50" })],
  });
  firm = billed.firm;
  [issued, draft] = billed.ids as [InvoiceId, InvoiceId];
  await issue(issued);
  const storageKey = `${firm.slug}/${newId()}.pdf`;
  await api.storage.put(storageKey, pdf);
  await (
    await firm.as("document-renderer")
  )((scope) =>
    recordDocument(scope, { invoiceId: issued, format: "pdf", hash: sha256(pdf), bytes: pdf.length, storageKey }),
  );
});

async function issue(id: InvoiceId): Promise<void> {
  const invoiceIds = [id];
  const [coordinator, manager, finance] = [
    await firm.as("coordinator"),
    await firm.as("manager"),
    await firm.as("finance"),
  ];
  await coordinator((scope) => submitInvoices(scope, { invoiceIds }));
  await manager((scope) => sendBackInvoices(scope, { invoiceIds, reason: "wrong order" }));
  await coordinator((scope) => submitInvoices(scope, { invoiceIds }));
  const { contentHash } = await find(id, "manager");
  const approvals = [{ invoiceId: id, contentHash }];
  await manager((scope) => approveAsManager(scope, { approvals }));
  await finance((scope) => approveAsFinance(scope, { approvals }));
  await finance((scope) => issueInvoices(scope, { invoiceIds }));
}

const find = async (id: string, who = "auditor", of = firm): Promise<InvoiceWire> =>
  (await api.as(of, who).get(`/v1/invoices/${id}`).expect(200)).body;
const movesOf = ({ moves }: InvoiceWire) =>
  Object.fromEntries(moves.map(({ move, allowed, why }) => [move, allowed || why]));

describe("GET /v1/invoices/{invoiceId}", () => {
  it("says how every amount came about, what was checked and who signed", async () => {
    const invoice = await find(issued);
    expect(invoice).toMatchObject({
      id: issued,
      stage: "issued",
      number: "F-2026-00001",
      total: { amount: "297.50", currency: "EUR" },
      payer: { name: "Client 1" },
      preparedBy: expect.any(String),
      submittedBy: "Cora Coordinator",
      lines: [
        {
          position: 1,
          project: "Project 1",
          quantity: "150",
          unit: "minute",
          minutes: 150,
          price: { amount: "100.00", currency: "EUR" },
          priceBase: 60,
          net: { amount: "250.00", currency: "EUR" },
          taxBasisPoints: 1900,
          entries: 2,
        },
      ],
      taxes: [{ category: "S", basisPoints: 1900, base: { amount: "250.00" }, tax: { amount: "47.50" } }],
      approvals: [
        { step: "manager", by: "Mara Manager" },
        { step: "finance", by: "Finn Finance" },
      ],
      documents: [{ format: "pdf", hash: sha256(pdf), bytes: pdf.length }],
      clock: { waitsFor: "its documents and delivery" },
    });
    expect(invoice.lines[0]?.because).toContain("100.00");
    expect(invoice.taxes[0]?.because).not.toBe("");
    expect(invoice.checks.length).toBeGreaterThan(3);
    expect(invoice.checks.map(({ outcome }) => outcome)).not.toContain("block");
    expect(invoice.checks[0]).toMatchObject({ pack: expect.any(String), message: expect.any(String) });
  });

  it("has the version as its tag, for a change of what was seen, and is always told in full", async () => {
    const seen = await api.as(firm, "auditor").get(`/v1/invoices/${issued}`).expect(200);
    const tag = `"${seen.body.version}"`;
    expect(seen.headers).toMatchObject({ etag: tag, "cache-control": "no-store" });
    await api.as(firm, "auditor").get(`/v1/invoices/${issued}`).set("if-none-match", tag).expect(200);
  });

  it("shows what is billed as a sum, without a project, and what the client keeps of it", async () => {
    const { pool } = api.database.current;
    const { firm: milestones } = await billedFirm(pool, { clients: 1 });
    await milestones.take("engagements", [
      {
        engagement_key: "m1",
        client_key: "c1",
        code: "M-1",
        approver_email: "manager@firm.example",
        flat_rate: "yes",
        holdback_percent: "5%",
      },
    ]);
    await milestones.take("milestones", [
      {
        milestone_key: "m1",
        engagement_key: "m1",
        name: "Design freeze",
        amount: "20000.00",
        due_date: "2026-10-31",
        accepted_on: "2026-10-14",
        accepted_by: "Dana Roe",
        evidence: "acceptance.pdf",
        evidence_sha256: "a".repeat(64),
      },
    ]);
    const runner = await milestones.as("billing-runner");
    const period = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };
    const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
    await runBilling(runner, { billingRunId });
    const listed = await api.as(milestones, "auditor").get(`/v1/invoices?billingRunId=${billingRunId}`).expect(200);
    const { lines } = await find(listed.body.items[0].id, "auditor", milestones);
    expect(lines).toMatchObject([
      {
        quantity: "1",
        unit: "each",
        minutes: 0,
        price: { amount: "20000.00" },
        priceBase: 1,
        net: { amount: "20000.00" },
        retained: { amount: "1000.00", currency: "EUR" },
        entries: 0,
      },
    ]);
    expect(lines[0]).not.toHaveProperty("project");
  });

  it("says to each person which moves are theirs, and who may make the others", async () => {
    expect(movesOf(await find(draft, "coordinator"))).toEqual({ submit: true, discard: true });
    expect(movesOf(await find(draft, "manager"))).toEqual({
      submit: "Only a billing coordinator may do this.",
      discard: "Only a billing coordinator or a controller may do this.",
    });
    expect(movesOf(await find(issued, "controller"))).toEqual({
      post: "No person makes this move: the service does.",
    });
  });

  it("says why not as the endpoint would, for duties, open exceptions and changed work", async () => {
    const { pool, admin } = api.database.current;
    const blocked = await billedFirm(pool, { client: { po_required: "yes" } });
    const [id] = blocked.ids as [InvoiceId];
    await admin.query(
      "update memberships set roles = '{project_manager,billing_coordinator}' where tenant_id = $1 and key like 'coord%'",
      [blocked.firm.tenantId],
    );
    await (
      await blocked.firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: [id] }));
    const why = async (who: string) => movesOf(await find(id, who, blocked.firm))["approve_manager"];
    expect(await why("coordinator")).toBe(
      "You submitted this invoice; a project manager or a practice lead who had no part in it must approve it.",
    );
    expect(await why("manager")).toBe("Still to be cured: po-required (project manager).");
    await blocked.firm.take("time_entries", [timeEntry("t1", { hours: "3.00" })]);
    expect(await why("manager")).toBe(
      "The work it bills changed since it was drafted: a billing coordinator must revise it, then it is approved anew.",
    );
    const { contentHash } = await find(id, "manager", blocked.firm);
    const refused = await (
      await blocked.firm.as("manager")
    )((scope) => approveAsManager(scope, { approvals: [{ invoiceId: id, contentHash }] }));
    expect(refused.refused[0]?.problem.message).toBe(await why("manager"));
  });
});

describe("GET /v1/invoices/{invoiceId}/timeline", () => {
  it("tells what happened in order, by whom and why", async () => {
    const { body } = await api.as(firm, "auditor").get(`/v1/invoices/${issued}/timeline`).expect(200);
    const items: readonly TimelineEntry[] = body.items;
    expect(items.map(({ what, by, reason }) => [what, by, reason])).toMatchObject([
      ["invoice.drafted", expect.any(String), undefined],
      ["invoice.submitted", "Cora Coordinator", undefined],
      ["invoice.sent_back", "Mara Manager", "wrong order"],
      ["invoice.submitted", "Cora Coordinator", undefined],
      ["invoice.manager_approved", "Mara Manager", undefined],
      ["invoice.finance_approved", "Finn Finance", undefined],
      ["invoice.issued", "Finn Finance", undefined],
      ["invoice.document_rendered", expect.any(String), undefined],
    ]);
  });
});

describe("GET /v1/invoices/{invoiceId}/entries", () => {
  it("lists the work behind the lines in pages", async () => {
    const get = async (search: string) =>
      (await api.as(firm, "auditor").get(`/v1/invoices/${issued}/entries${search}`).expect(200)).body;
    const first = await get("?limit=1");
    const second = await get(`?limit=1&cursor=${first.next}`);
    const entries: LineEntryWire[] = [...first.items, ...second.items];
    expect(second.next).toBeUndefined();
    expect(Object.fromEntries(entries.map(({ narrative, minutes }) => [narrative, minutes]))).toEqual({
      "work t1": 120,
      "work t9": 30,
    });
    expect(entries[0]).toMatchObject({ line: 1, worker: "Ann", project: "Project 1", workedOn: "2026-10-05" });
    await api.as(firm, "auditor").get(`/v1/invoices/${issued}/entries?cursor=x`).expect(422);
  });
});

describe("GET /v1/invoices/{invoiceId}/documents/{format}", () => {
  it("gives the bytes that were kept, under the invoice's number", async () => {
    const answer = await api.as(firm, "auditor").get(`/v1/invoices/${issued}/documents/pdf`).expect(200);
    expect(answer.headers).toMatchObject({
      "content-type": "application/pdf",
      etag: `"${sha256(pdf)}"`,
      "content-disposition": "attachment; filename*=UTF-8''F-2026-00001.pdf",
    });
    expect(Buffer.compare(answer.body, pdf)).toBe(0);
    const again = await api
      .as(firm, "auditor")
      .get(`/v1/invoices/${issued}/documents/pdf`)
      .set("if-none-match", `"${sha256(pdf)}"`);
    expect([again.status, again.headers["etag"]]).toEqual([304, `"${sha256(pdf)}"`]);
  });

  it("says that a draft has none, nor an invoice one that is not made yet", async () => {
    for (const path of [`${draft}/documents/pdf`, `${issued}/documents/html`]) {
      const { body } = await api.as(firm, "auditor").get(`/v1/invoices/${path}`).expect(404);
      expect(body.type).toBe("/problems/document-not-found");
    }
    const { body } = await api.as(firm, "auditor").get(`/v1/invoices/${issued}/documents/exe`).expect(422);
    expect(body.errors[0].field).toBe("format");
  });
});

describe("an invoice of another firm", () => {
  it("is answered like one that does not exist", async () => {
    const other = await newFirm(api.database.current.pool);
    for (const part of ["", "/timeline", "/entries", "/documents/pdf"]) {
      const answers = [];
      for (const id of [issued, newId()]) {
        const { status, body } = await api.as(other, "auditor").get(`/v1/invoices/${id}${part}`);
        answers.push({ status, ...body, instance: undefined, requestId: undefined });
      }
      expect(answers[0]).toMatchObject({ status: 404, type: "/problems/invoice-not-found" });
      expect(answers[0]).toEqual(answers[1]);
    }
  });

  it("is not shown without the permission", async () => {
    await api.database.current.admin.query(
      "update memberships set roles = '{consultant}' where tenant_id = $1 and key like 'othermanager%'",
      [firm.tenantId],
    );
    for (const part of ["", "/timeline", "/entries", "/documents/pdf"]) {
      const { status } = await api.as(firm, "otherManager").get(`/v1/invoices/${issued}${part}`);
      expect(status).toBe(403);
    }
  });
});
