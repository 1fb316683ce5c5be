import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let invoice: IssuedInvoice;
let ids: { readonly entity: string; readonly engagement: string };
beforeAll(async () => {
  const issued = await issuedFirm(api.database.current.pool);
  firm = issued.firm;
  invoice = issued.invoices[0] as IssuedInvoice;
  const { rows } = await api.database.current.admin.query(
    "select legal_entity_id as entity, engagement_id as engagement from invoices where id = $1",
    [invoice.id],
  );
  ids = rows[0];
});

const eur = (amount: string) => ({ amount, currency: "EUR" });
const today = todayInFirm();
const moved = (amount: string, more: object = {}) => ({
  engagementId: ids.engagement,
  amount: eur(amount),
  reference: "wire 1",
  reason: "On account of costs",
  authority: "Letter of engagement",
  evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
  ...more,
});

it("keeps money in trust, pays an issued invoice of it once per key, and reconciles", async () => {
  const [collector, controller, key] = [api.as(firm, "collector"), api.as(firm, "controller"), newId()];
  const received = await collector.post("/v1/trust-receipts", moved("300.00")).expect(200);
  expect(received.body).toMatchObject({ engagement: { id: ids.engagement }, balance: eur("300.00") });
  await collector.post("/v1/trust-refunds", moved("1.00")).expect(403);
  const transfer = moved("238.00", { invoiceId: invoice.id });
  const paid = await controller.post("/v1/trust-transfers", transfer, key).expect(200);
  expect(paid.body).toMatchObject({ transferred: eur("238.00"), balance: eur("62.00") });
  expect((await controller.post("/v1/trust-transfers", transfer, key).expect(200)).body).toEqual(paid.body);
  await controller.post("/v1/trust-transfers", transfer).expect(422);
  await controller.post("/v1/trust-refunds", moved("62.01")).expect(422);
  await controller.post("/v1/trust-refunds", moved("2.00")).expect(200);
  const { body } = await api.as(firm, "auditor").get("/v1/trust-matters").expect(200);
  expect(body.items).toMatchObject([{ refunded: eur("2.00"), balance: eur("60.00") }]);
  const statement = { legalEntityId: ids.entity, on: today, statementBalance: eur("60.00") };
  const reconciliation = await controller.post("/v1/trust-reconciliations", statement).expect(200);
  expect(reconciliation.body).toMatchObject({ agrees: true, ledger: eur("60.00"), matters: eur("60.00") });
});

it("asks for authority, reason and evidence, and answers for a foreign matter as for none", async () => {
  const collector = api.as(firm, "collector");
  for (const member of ["authority", "reason", "evidence"])
    await collector.post("/v1/trust-receipts", moved("1.00", { [member]: undefined })).expect(422);
  const other = api.as(await newFirm(api.database.current.pool), "collector");
  const of = async (engagementId: string) => {
    const { status, body } = await other.post("/v1/trust-receipts", moved("1.00", { engagementId }));
    return { status, type: body.type };
  };
  expect(await of(ids.engagement)).toEqual({ status: 404, type: "/problems/engagement-not-found" });
  expect(await of(newId())).toEqual(await of(ids.engagement));
});
