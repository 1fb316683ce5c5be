import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let merged: string;
let survivor: string;
beforeAll(async () => {
  ({ firm } = await issuedFirm(api.database.current.pool, { clients: 2 }));
  const { body } = await api.as(firm, "auditor").get("/v1/clients").expect(200);
  [{ id: survivor }, { id: merged }] = body.items;
});

const accepts = ["legal_name", "tax_id"];

it("is planned by whoever may read what is owed, and made once per key by a controller who accepts what contradicts", async () => {
  const plan = await api.as(firm, "auditor").get(`/v1/clients/${merged}/merge-plan?into=${survivor}`).expect(200);
  expect(plan.body).toMatchObject({
    merged: { name: "Client 2" },
    mergeable: true,
    contradictions: [{ code: "legal_name" }, { code: "tax_id" }],
  });
  const body = { into: survivor, reason: "imported twice" };
  const [controller, key, at] = [api.as(firm, "controller"), newId(), `/v1/clients/${merged}/merge`];
  await api.as(firm, "coordinator").post(at, body).expect(403);
  const refused = await controller.post(at, body).expect(409);
  expect(refused.body).toMatchObject({
    type: "/problems/client-merge-refused",
    errors: [{ code: "legal_name" }, { code: "tax_id" }],
  });
  await controller.post(at, { ...body, accepts: ["everything"] }).expect(422);
  const done = await controller.post(at, { ...body, accepts }, key).expect(201);
  expect(done.body).toMatchObject({ merged: { id: merged }, survivor: { id: survivor }, by: "Carl Controller" });
  expect((await controller.post(at, { ...body, accepts }, key).expect(201)).body).toEqual(done.body);
  expect((await controller.post(at, { ...body, accepts }).expect(409)).body.type).toBe("/problems/client-merged");
});

it("leaves one client, which the other is read as, and which alone takes money", async () => {
  const auditor = api.as(firm, "auditor");
  expect((await auditor.get("/v1/clients?name=client 2").expect(200)).body.items).toMatchObject([
    { id: survivor, aliases: [{ client: { id: merged } }] },
  ]);
  expect((await auditor.get(`/v1/clients/${merged}`).expect(200)).body.mergedInto.id).toBe(survivor);
  const statement = `/v1/clients/${merged}/statement?start=2026-01-01&end=2026-12-31`;
  expect((await auditor.get(statement).expect(200)).body.client.id).toBe(survivor);
  const { rows } = await api.database.current.admin.query("select id from legal_entities where tenant_id = $1", [
    firm.tenantId,
  ]);
  const payment = {
    clientId: merged,
    legalEntityId: rows[0].id,
    amount: { amount: "1.00", currency: "EUR" },
    receivedOn: "2026-11-01",
    reference: "x",
  };
  expect((await api.as(firm, "collector").post("/v1/payments", payment).expect(409)).body).toMatchObject({
    type: "/problems/client-merged",
    detail: "Client 2 was merged into Client 1.",
  });
});

it("is a firm's own", async () => {
  const other = api.as(await newFirm(api.database.current.pool), "controller");
  await other.get(`/v1/clients/${merged}`).expect(404);
  await other.get(`/v1/clients/${survivor}/merge-plan?into=${merged}`).expect(404);
  const { body } = await other.post(`/v1/clients/${survivor}/merge`, { into: merged, reason: "x" }).expect(404);
  expect(body.type).toBe("/problems/client-not-found");
});
