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
const ahead = (more: object = {}) => ({
  clientId: invoice.client,
  legalEntityId: ids.entity,
  engagementId: ids.engagement,
  amount: eur("500.00"),
  receivedOn: todayInFirm(),
  reference: "retainer",
  ...more,
});

it("takes money ahead, says where it stands, and settles it by somebody else, once per key", async () => {
  const paid = await api.as(firm, "collector").post("/v1/payments", ahead()).expect(201);
  expect(paid.body).toMatchObject({ retainerOf: ids.engagement, unapplied: eur("500.00") });
  const auditor = api.as(firm, "auditor");
  const { body } = await auditor.get("/v1/retainers").expect(200);
  expect(body.items).toMatchObject([
    { engagement: { id: ids.engagement }, balance: eur("500.00"), unused: "refunded" },
  ]);
  const path = `/v1/engagements/${ids.engagement}/retainer-settlement`;
  await api.as(firm, "collector").post(path, { reason: "it ended" }).expect(403);
  const [controller, key] = [api.as(firm, "controller"), newId()];
  await controller.post(path, { reason: "it ended", more: 1 }).expect(422);
  const settled = await controller.post(path, { reason: "it ended" }, key).expect(200);
  expect(settled.body).toMatchObject({ settled: eur("500.00"), as: "refunded", retainer: { balance: eur("0.00") } });
  expect((await controller.post(path, { reason: "it ended" }, key).expect(200)).body).toEqual(settled.body);
  await controller.post(path, { reason: "again" }).expect(422);
});

it("answers for a foreign engagement as for none", async () => {
  const other = await newFirm(api.database.current.pool);
  const controller = api.as(other, "controller");
  const of = async (id: string) => {
    const { status, body } = await controller.post(`/v1/engagements/${id}/retainer-settlement`, { reason: "x" });
    return { status, type: body.type };
  };
  expect(await of(ids.engagement)).toEqual({ status: 404, type: "/problems/engagement-not-found" });
  expect(await of(newId())).toEqual(await of(ids.engagement));
  const refused = await api
    .as(firm, "collector")
    .post("/v1/payments", ahead({ engagementId: newId() }))
    .expect(422);
  expect(refused.body).toMatchObject({ type: "/problems/retainer-refused" });
});
