import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const eur = (amount: string) => ({ amount, currency: "EUR" });
const today = todayInFirm();
let firm: Firm;
let invoice: IssuedInvoice;
let legalEntityId: string;
beforeAll(async () => {
  const issued = await issuedFirm(api.database.current.pool);
  firm = issued.firm;
  invoice = issued.invoices[0] as IssuedInvoice;
  const { rows } = await api.database.current.admin.query("select id from legal_entities where tenant_id = $1", [
    firm.tenantId,
  ]);
  legalEntityId = rows[0].id;
  const residual = { kind: "withholding_tax", amount: eur("30.00") };
  const applications = [{ invoiceId: invoice.id, amount: eur("208.00"), residual }];
  const said = { clientId: invoice.client, legalEntityId, amount: eur("208.00"), receivedOn: today, applications };
  await collector()
    .post("/v1/payments", { ...said, reference: "wire" })
    .expect(201);
});
const collector = () => api.as(firm, "collector");
const input = (more: object = {}) => ({
  clientId: invoice.client,
  legalEntityId,
  number: "CR-1",
  issuedOn: today,
  amount: eur("30.00"),
  ...more,
});
const path = "/v1/withholding-certificates";

describe("tax that a client kept", () => {
  it("is no debt of the client, is listed until a certificate proves it, once per key, and again when it is withdrawn", async () => {
    const { body: receivable } = await collector().get(`/v1/invoices/${invoice.id}/receivable`).expect(200);
    expect(receivable).toMatchObject({ collection: "settled", open: eur("0.00") });
    const listed = async () => (await collector().get("/v1/withheld-tax").expect(200)).body.items;
    expect(await listed()).toMatchObject([{ invoice: { number: invoice.number }, unproven: eur("30.00") }]);
    const tooMuch = await collector()
      .post(path, input({ amount: eur("31.00") }))
      .expect(422);
    expect(tooMuch.body).toMatchObject({
      type: "/problems/withholding-certificate-refused",
      errors: [{ code: "not_the_whole" }],
    });
    const key = newId();
    const evidence = { document: "cr-1.pdf", sha256: "c".repeat(64) };
    const recorded = await collector().post(path, input({ evidence }), key).expect(201);
    expect((await collector().post(path, input({ evidence }), key).expect(201)).body).toEqual(recorded.body);
    expect(recorded.body).toMatchObject({ number: "CR-1", evidence, invoices: [{ amount: eur("30.00") }] });
    expect(await listed()).toEqual([]);
    const at = recorded.headers["location"] ?? "";
    expect((await collector().get(at).expect(200)).body).toEqual(recorded.body);
    const { body } = await collector().post(`${at}/withdrawal`, { reason: "a copy" }).expect(201);
    expect(body.withdrawn).toEqual({ on: expect.any(String), reason: "a copy" });
    expect(await listed()).toHaveLength(1);
    expect((await collector().get(path).expect(200)).body.items).toHaveLength(1);
  });

  it("is for those who may, of their own firm, and takes no unknown member", async () => {
    await api.as(firm, "auditor").post(path, input()).expect(403);
    await collector()
      .post(path, input({ withdrawn: true }))
      .expect(422);
    const other = await newFirm(api.database.current.pool);
    for (const [who, id] of [
      [api.as(other, "collector"), invoice.client],
      [collector(), newId()],
    ] as const) {
      const { body } = await who.post(path, input({ clientId: id })).expect(404);
      expect(body.type).toBe("/problems/client-not-found");
      await who.get(`${path}/${id}`).expect(404);
      await who.post(`${path}/${id}/withdrawal`, { reason: "x" }).expect(404);
    }
  });
});
