import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let invoice: IssuedInvoice;
let legalEntityId: string;
beforeAll(async () => {
  const issued = await issuedFirm(api.database.current.pool, { more: 1 });
  firm = issued.firm;
  invoice = issued.invoices[0] as IssuedInvoice;
  const { rows } = await api.database.current.admin.query("select id from legal_entities where tenant_id = $1", [
    firm.tenantId,
  ]);
  legalEntityId = rows[0].id;
});

const eur = (amount: string) => ({ amount, currency: "EUR" });
const today = todayInFirm();
const input = (more: object = {}) => ({
  clientId: invoice.client,
  legalEntityId,
  amount: eur("100.00"),
  receivedOn: today,
  reference: "wire 1",
  ...more,
});
const collector = () => api.as(firm, "collector");

describe("POST /v1/payments", () => {
  it("records what came in, applies it, and does so once per key", async () => {
    const key = newId();
    const first = await collector()
      .post("/v1/payments", input({ apply: "oldest_first" }), key)
      .expect(201);
    expect(first.body).toMatchObject({
      client: { name: "Client 1" },
      amount: eur("100.00"),
      unapplied: eur("0.00"),
      recordedBy: "Cleo Collector",
      applications: [{ invoice: { number: invoice.number }, amount: eur("100.00") }],
    });
    const again = await collector()
      .post("/v1/payments", input({ apply: "oldest_first" }), key)
      .expect(201);
    expect(again.body).toEqual(first.body);
    expect(
      (
        await collector()
          .get(first.headers["location"] ?? "")
          .expect(200)
      ).body,
    ).toEqual(first.body);
    expect((await collector().get("/v1/payments").expect(200)).body.items).toHaveLength(1);
    const receivable = await api.as(firm, "auditor").get(`/v1/invoices/${invoice.id}/receivable`).expect(200);
    expect(receivable.body).toMatchObject({ owed: eur("238.00"), open: eur("138.00"), collection: "partial" });
  });

  it("names every fault of what was said, and records nothing then", async () => {
    const application = { invoiceId: invoice.id, amount: eur("1000.00") };
    const applications = [application, { ...application, invoiceId: newId() }];
    const { body } = await collector()
      .post("/v1/payments", input({ amount: eur("2000.00"), applications }))
      .expect(422);
    expect(body).toMatchObject({
      type: "/problems/application-refused",
      errors: [{ invoiceId: invoice.id, code: "above_open" }, { code: "not_open" }],
    });
    expect((await collector().get("/v1/payments").expect(200)).body.items).toHaveLength(1);
  });

  it.each([
    [{ amount: eur("0.00") }, "amount"],
    [{ amount: eur("-1.00") }, "amount"],
    [{ amount: eur("1.001") }, "amount"],
    [{ amount: { amount: "1", currency: "XXX" } }, "amount"],
    [{ receivedOn: "yesterday" }, "receivedOn"],
    [{ recordedBy: "me" }, "recordedBy"],
  ])("refuses %j", async (more, field) => {
    const { body } = await collector().post("/v1/payments", input(more)).expect(422);
    expect(body.errors[0].field).toContain(field);
  });

  it("is for those who may", async () => {
    for (const who of ["coordinator", "controller", "auditor"]) {
      const { body } = await api.as(firm, who).post("/v1/payments", input()).expect(403);
      expect(body.type).toBe("/problems/permission-missing");
    }
    await api.as(firm, "coordinator").get("/v1/payments").expect(403);
  });
});

describe("a payment that was recorded", () => {
  let id: string;
  beforeAll(async () => {
    id = (
      await collector()
        .post("/v1/payments", input({ amount: eur("50.00") }))
        .expect(201)
    ).body.id;
  });

  it("is applied, taken back and refunded, each by who may", async () => {
    const residual = { kind: "disputed", amount: eur("1.00") };
    const applications = [{ invoiceId: invoice.id, amount: eur("40.00"), residual }];
    const applied = await collector().post(`/v1/payments/${id}/applications`, { applications }).expect(201);
    expect(applied.body).toMatchObject({ unapplied: eur("10.00"), applications: [{ residual }] });
    const application = applied.body.applications[0].id;
    const undo = `/v1/payments/${id}/applications/${application}/reversal`;
    const undone = await collector().post(undo, { reason: "wrong invoice" }).expect(201);
    expect(undone.body).toMatchObject({ unapplied: eur("50.00"), applications: [{ reversed: { on: today } }] });
    await collector().post(undo, { reason: "again" }).expect(409);
    const refund = { amount: eur("50.00"), reason: "not ours" };
    await collector().post(`/v1/payments/${id}/refunds`, refund).expect(403);
    const refunded = await api.as(firm, "controller").post(`/v1/payments/${id}/refunds`, refund).expect(201);
    expect(refunded.body).toMatchObject({ unapplied: eur("0.00"), refunded: eur("50.00") });
    await api.as(firm, "controller").post(`/v1/payments/${id}/refunds`, refund).expect(422);
    const left = await collector().get("/v1/payments?unapplied=true").expect(200);
    expect(left.body.items).toEqual([]);
  });

  it("is to another firm like one that never was", async () => {
    const other = await newFirm(api.database.current.pool);
    const ask = async (paymentId: string) => {
      const answers = [
        await api.as(other, "collector").get(`/v1/payments/${paymentId}`),
        await api.as(other, "collector").post(`/v1/payments/${paymentId}/applications`, {}),
        await api
          .as(other, "controller")
          .post(`/v1/payments/${paymentId}/refunds`, { amount: eur("1.00"), reason: "x" }),
      ];
      return answers.map(({ status, body }) => [status, body.type, body.detail]);
    };
    expect(await ask(id)).toEqual(await ask(newId()));
    expect((await ask(id))[0]).toEqual([404, "/problems/payment-not-found", undefined]);
  });
});

describe("POST /v1/invoices/{invoiceId}/write-off", () => {
  it("gives up what is open, by a controller, for a reason", async () => {
    const path = `/v1/invoices/${invoice.id}/write-off`;
    await collector().post(path, { reason: "insolvent" }).expect(403);
    await api.as(firm, "controller").post(path, {}).expect(422);
    const { body } = await api.as(firm, "controller").post(path, { reason: "insolvent" }).expect(201);
    expect(body).toMatchObject({ open: eur("0.00"), writtenOff: eur("138.00"), collection: "written_off" });
    const other = await newFirm(api.database.current.pool);
    for (const id of [invoice.id, newId()]) {
      const refused = await api.as(other, "controller").post(`/v1/invoices/${id}/write-off`, { reason: "x" });
      expect([refused.status, refused.body.type]).toEqual([404, "/problems/invoice-not-found"]);
      await api.as(other, "auditor").get(`/v1/invoices/${id}/receivable`).expect(404);
    }
  });
});

describe("POST /v1/nettings", () => {
  it("holds what is left of payments against what is owed, and says what it did", async () => {
    const { body: payment } = await collector()
      .post("/v1/payments", input({ amount: eur("20.00") }))
      .expect(201);
    const account = { clientId: invoice.client, legalEntityId, currency: "EUR" };
    const { body } = await collector().post("/v1/nettings", account).expect(201);
    expect(body).toMatchObject({ applied: [{ paymentId: payment.id, amount: eur("20.00") }], left: eur("0.00") });
    const again = await collector().post("/v1/nettings", account).expect(422);
    expect(again.body.type).toBe("/problems/netting-refused");
    await collector()
      .post("/v1/nettings", { ...account, currency: "XXX" })
      .expect(422);
    await collector()
      .post("/v1/nettings", { ...account, creditNoteIds: [] })
      .expect(422);
    await api.as(firm, "coordinator").post("/v1/nettings", account).expect(403);
    const other = await newFirm(api.database.current.pool);
    const foreign = await api.as(other, "collector").post("/v1/nettings", account).expect(404);
    expect(foreign.body.type).toBe("/problems/client-not-found");
  });
});
