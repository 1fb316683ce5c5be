import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let invoice: IssuedInvoice;
beforeAll(async () => {
  const issued = await issuedFirm(api.database.current.pool);
  firm = issued.firm;
  invoice = issued.invoices[0] as IssuedInvoice;
});
const collector = () => api.as(firm, "collector");
const input = { code: "hours", reason: "The workshop was shorter", lines: [1] };

describe("a dispute", () => {
  it("is opened once per key, told of its invoice, and decided with a credit note", async () => {
    const key = newId();
    const path = `/v1/invoices/${invoice.id}/disputes`;
    const opened = await collector().post(path, input, key).expect(201);
    expect(opened.body).toMatchObject({ amount: { amount: "238.00", currency: "EUR" }, state: "open" });
    expect((await collector().post(path, input, key).expect(201)).body).toEqual(opened.body);
    expect((await collector().post(path, input).expect(422)).body.type).toBe("/problems/dispute-refused");
    const at = `/v1/disputes/${opened.body.id}`;
    expect((await collector().get(`/v1/invoices/${invoice.id}`).expect(200)).body.disputed.amount).toBe("238.00");
    await collector().post(`${at}/acknowledgement`, {}).expect(201);
    await collector().post(`${at}/messages`, { saidBy: "client", body: "It was shorter" }).expect(201);
    const decision = { outcome: "upheld", rootCause: "time_recording", reason: "So it was" };
    expect((await collector().post(`${at}/decision`, decision).expect(422)).body.detail).toContain(
      "Say what is credited",
    );
    const credit = { code: "wrong_quantity", treatment: "concession", lines: [{ line: 1, take: "rest" }] };
    const { body } = await collector()
      .post(`${at}/decision`, { ...decision, credit })
      .expect(201);
    expect(body).toMatchObject({
      state: "resolved",
      messages: [{ saidBy: "client", body: "It was shorter", recordedBy: "Cleo Collector" }],
      decision: { outcome: "upheld", creditNote: { stage: "draft", total: { amount: "238.00" } } },
    });
    expect((await collector().get(at).expect(200)).body).toEqual(body);
    expect((await collector().get("/v1/disputes?state=open").expect(200)).body.items).toEqual([]);
    const { body: told } = await collector().get(`/v1/invoices/${invoice.id}/timeline`).expect(200);
    const ofDispute = ["dispute.opened", "dispute.acknowledged", "dispute.answered", "dispute.resolved"];
    expect(told.items).toEqual(
      expect.arrayContaining(ofDispute.map((what) => expect.objectContaining({ what }) as unknown)),
    );
  });

  it("is decided only by those who may", async () => {
    const { body } = await api
      .as(firm, "coordinator")
      .post(`/v1/invoices/${invoice.id}/disputes`, {
        ...input,
        lines: undefined,
        amount: { amount: "0.00", currency: "EUR" },
      })
      .expect(422);
    expect(body.errors).toMatchObject([{ field: "amount" }]);
    await api.as(firm, "coordinator").post(`/v1/disputes/${newId()}/decision`, {}).expect(403);
  });
});
