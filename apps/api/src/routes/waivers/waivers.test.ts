import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let invoice: { readonly id: string; readonly contentHash: string; readonly client: { readonly id: string } };
beforeAll(async () => {
  const billed = await billedFirm(api.database.current.pool, { client: { po_required: "yes" } });
  ({ firm } = billed);
  invoice = (await api.as(firm, "auditor").get(`/v1/invoices/${billed.ids[0]}`).expect(200)).body;
});
const said = { rule: "po-required", days: 30, reason: "The order is on its way" };

it("rules are waived for an invoice or a client, by who may, and everybody who reads invoices sees it", async () => {
  const body = { ...said, contentHash: invoice.contentHash };
  const at = `/v1/invoices/${invoice.id}/waivers`;
  await api.as(firm, "coordinator").post(at, body).expect(403);
  await api
    .as(firm, "controller")
    .post(at, { ...body, days: 400 })
    .expect(422);
  const waived = await api.as(firm, "controller").post(at, body).expect(201);
  expect(waived.body).toMatchObject({ rule: "po-required", invoiceId: invoice.id, isCurrent: true });
  const { checks } = (await api.as(firm, "auditor").get(`/v1/invoices/${invoice.id}`).expect(200)).body;
  expect(checks).toContainEqual(
    expect.objectContaining({
      rule: "po-required",
      outcome: "block",
      waived: { until: waived.body.until, by: "Carl Controller", because: said.reason },
    }),
  );
  await api.as(firm, "lead").post(`/v1/clients/${invoice.client.id}/waivers`, said).expect(201);
  const { items } = (await api.as(firm, "auditor").get("/v1/waivers").expect(200)).body;
  expect(items).toMatchObject([{ given: { by: "Lena Lead" } }, { given: { by: "Carl Controller" } }]);
  const refused = await api
    .as(firm, "controller")
    .post(at, { ...body, rule: "po-exhausted" })
    .expect(409);
  expect(refused.body.type).toBe("/problems/waiver-refused");
});

it("waivers are a firm's own, and take no unknown member", async () => {
  const body = { ...said, contentHash: invoice.contentHash };
  const unknown = await api
    .as(firm, "controller")
    .post(`/v1/invoices/${invoice.id}/waivers`, { ...body, force: true })
    .expect(422);
  expect(unknown.body.type).toBe("/problems/request-invalid");
  const other = await newFirm(api.database.current.pool);
  await api.as(other, "controller").post(`/v1/invoices/${invoice.id}/waivers`, body).expect(404);
  await api.as(firm, "controller").post(`/v1/invoices/${newId()}/waivers`, body).expect(404);
  await api.as(other, "controller").post(`/v1/clients/${invoice.client.id}/waivers`, said).expect(404);
  expect((await api.as(other, "auditor").get("/v1/waivers").expect(200)).body.items).toEqual([]);
});
