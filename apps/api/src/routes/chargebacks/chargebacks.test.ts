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
let payment: string;
let invoice: IssuedInvoice;
beforeAll(async () => {
  const issued = await issuedFirm(api.database.current.pool);
  firm = issued.firm;
  invoice = issued.invoices[0] as IssuedInvoice;
  const { rows } = await api.database.current.admin.query("select id from legal_entities where tenant_id = $1", [
    firm.tenantId,
  ]);
  const said = { clientId: invoice.client, legalEntityId: rows[0].id, amount: eur("238.00"), receivedOn: today };
  const { body } = await collector()
    .post("/v1/payments", { ...said, reference: "card", apply: "oldest_first" })
    .expect(201);
  payment = body.id;
});
const collector = () => api.as(firm, "collector");
const input = (more: object = {}) => ({
  scheme: "card",
  caseReference: "CB-1",
  reason: "Service not received",
  answerBy: "2099-12-31",
  ...more,
});
const evidence = { document: "sheet.pdf", sha256: "e".repeat(64) };

describe("a chargeback", () => {
  it("is opened once per key, answered and decided, and its invoice is owed again when it is lost", async () => {
    const key = newId();
    const path = `/v1/payments/${payment}/chargebacks`;
    const opened = await collector().post(path, input(), key).expect(201);
    expect(opened.body).toMatchObject({
      amount: eur("238.00"),
      state: "open",
      daysLeft: expect.any(Number),
      missed: false,
    });
    expect((await collector().post(path, input(), key).expect(201)).body).toEqual(opened.body);
    const { body: again } = await collector().post(path, input()).expect(422);
    expect(again.type).toBe("/problems/chargeback-refused");
    const at = `/v1/chargebacks/${opened.body.id}`;
    expect(opened.headers["location"]).toBe(at);
    const { body: pipeline } = await collector().get("/v1/pipeline").expect(200);
    expect(pipeline.cash).toMatchObject({
      bankEntries: 0,
      chargebacks: { count: 1, missed: 0, atStake: [eur("238.00")] },
    });
    expect((await api.as(firm, "coordinator").get("/v1/pipeline").expect(200)).body.cash).toBeUndefined();
    await collector().post(`${at}/answer`, { evidence }).expect(201);
    const lost = { outcome: "lost", reason: "The bank says so" };
    expect((await collector().post(`${at}/decision`, lost).expect(201)).body).toMatchObject({
      state: "lost",
      evidence,
    });
    const { body } = await collector().get(`/v1/invoices/${invoice.id}/receivable`).expect(200);
    expect(body).toMatchObject({ open: eur("238.00"), collection: "open" });
    expect((await collector().post(`${at}/decision`, lost).expect(409)).body.type).toBe("/problems/chargeback-decided");
    expect((await collector().get("/v1/chargebacks?state=lost").expect(200)).body.items).toHaveLength(1);
  });

  it("is for those who may, of their own firm, and takes no unknown member", async () => {
    const path = `/v1/payments/${payment}/chargebacks`;
    await api.as(firm, "auditor").post(path, input()).expect(403);
    await collector()
      .post(path, input({ state: "won" }))
      .expect(422);
    await collector()
      .post(path, input({ answerBy: "soon" }))
      .expect(422);
    const other = await newFirm(api.database.current.pool);
    for (const [who, id] of [
      [api.as(other, "collector"), payment],
      [collector(), newId()],
    ] as const) {
      expect((await who.post(`/v1/payments/${id}/chargebacks`, input()).expect(404)).body.type).toBe(
        "/problems/payment-not-found",
      );
      expect((await who.get(`/v1/chargebacks/${id}`).expect(404)).body.type).toBe("/problems/chargeback-not-found");
      await who.post(`/v1/chargebacks/${id}/answer`, { evidence }).expect(404);
      await who.post(`/v1/chargebacks/${id}/decision`, { outcome: "won", reason: "x" }).expect(404);
    }
  });
});
