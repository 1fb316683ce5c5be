import { expect, it } from "vitest";
import type { PipelineWire } from "@plumbline/contract/billing-run";
import type { InvoiceId } from "@plumbline/domain/id";
import { invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const look = async (firm: Firm, who = "auditor"): Promise<PipelineWire> =>
  (await api.as(firm, who).get("/v1/pipeline").expect(200)).body;

it("counts invoices, money, age and what holds them up, stage by stage", async () => {
  const { pool, admin } = api.database.current;
  const { firm, ids } = await billedFirm(pool, { clients: 3, client: { po_required: "yes" } });
  const [first, second] = ids as [InvoiceId, InvoiceId, InvoiceId];
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: [first] }));
  await admin.query("set session_replication_role = replica");
  await admin.query("update invoices set stage_since = '2026-01-02T03:04:05Z' where id = $1", [second]);
  await admin.query("update clocks set since = '2026-01-02T03:04:05Z' where invoice_id = $1", [second]);
  await admin.query("set session_replication_role = origin");
  const { stages, causes, latestPeriod } = await look(firm);
  expect(stages.map(({ stage }) => stage)).toEqual(invoiceStages);
  expect(stages[0]).toEqual({
    stage: "draft",
    title: "Draft",
    count: 2,
    totals: [{ amount: "476.00", currency: "EUR" }],
    oldestSince: "2026-01-02T03:04:05.000Z",
    late: 1,
    blocked: 2,
  });
  expect(stages[1]).toMatchObject({ stage: "validation_pending", count: 1, late: 0, blocked: 1 });
  expect(stages[2]).toEqual({
    stage: "manager_approved",
    title: "Manager approved",
    count: 0,
    totals: [],
    late: 0,
    blocked: 0,
  });
  expect(causes).toMatchObject([{ code: "po-required", count: 3, atStake: [{ amount: "600.00", currency: "EUR" }] }]);
  expect(latestPeriod).toEqual({ start: "2026-10-01", end: "2026-11-01" });
});

it("adds no two currencies", async () => {
  const { pool, admin } = api.database.current;
  const { firm, ids } = await billedFirm(pool, { clients: 2 });
  await admin.query("set session_replication_role = replica");
  await admin.query("update invoices set currency = 'CHF' where id = $1", [ids[0]]);
  await admin.query("set session_replication_role = origin");
  expect((await look(firm)).stages[0]).toMatchObject({
    count: 2,
    totals: [
      { amount: "238.00", currency: "CHF" },
      { amount: "238.00", currency: "EUR" },
    ],
  });
});

it("is empty for a firm without invoices, and closed to whoever may not see them", async () => {
  const firm = await newFirm(api.database.current.pool);
  const { stages, causes, latestPeriod } = await look(firm);
  expect(stages.map(({ count }) => count)).toEqual(invoiceStages.map(() => 0));
  expect([causes, latestPeriod]).toEqual([[], undefined]);
  await api.database.current.admin.query(
    "update memberships set roles = '{consultant}' where tenant_id = $1 and key like 'auditor%'",
    [firm.tenantId],
  );
  await api.as(firm, "auditor").get("/v1/pipeline").expect(403);
  await api.as(firm, "manager").get("/v1/pipeline?stage=draft").expect(422);
});
