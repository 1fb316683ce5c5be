import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { camt, entry } from "@plumbline/testing/camt";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let invoices: readonly IssuedInvoice[];
const invoice = (index: number) => invoices[index] as IssuedInvoice;
const version = "08";
const on = todayInFirm();
beforeAll(async () => {
  ({ firm, invoices } = await issuedFirm(api.database.current.pool, { more: 1 }));
});

const send = (xml: string, options: { who?: string; key?: string; type?: string; firm?: Firm } = {}) =>
  api
    .as(options.firm ?? firm, options.who ?? "collector")
    .raw("post", "/v1/bank-statements")
    .set("idempotency-key", options.key ?? newId())
    .type(options.type ?? "application/xml")
    .send(xml);
const one = (amount: string, more: object) => entry({ version, amount, on, ...more });
const collector = () => api.as(firm, "collector");
const text = () =>
  camt({
    version,
    on,
    opening: "0.00",
    closing: "486.00",
    entries: [
      one("238.00", { reference: "a", text: invoice(0).number }),
      one("238.00", { reference: "b", text: "October" }),
      one("10.00", { reference: "c", text: "a loan" }),
    ],
  });

describe("POST /v1/bank-statements", () => {
  it("takes a file in once, and says what became of it", async () => {
    const key = newId();
    const sent = await send(text(), { key }).expect(201);
    expect(sent.body).toMatchObject({
      items: [
        {
          known: false,
          statement: { statementId: "S-1", entries: { settled: 1, open: 2 }, takenInBy: "Cleo Collector" },
        },
      ],
    });
    expect((await send(text(), { key }).expect(201)).body).toEqual(sent.body);
    expect((await send(text()).expect(201)).body.items).toMatchObject([{ known: true }]);
    expect((await collector().get("/v1/bank-statements").expect(200)).body.items).toHaveLength(1);
  });

  it("names line and element of what is wrong, and takes nothing else than XML of the firm's own account", async () => {
    const { body } = await send(text().replace("<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>IN</CdtDbtInd>")).expect(422);
    expect(body).toMatchObject({
      type: "/problems/bank-statement-refused",
      element: "CdtDbtInd",
      line: expect.any(Number),
      detail: expect.stringMatching(/^Line \d+, CdtDbtInd: is CRDT or DBIT, not “IN”\.$/),
    });
    await send(text(), { type: "text/csv" }).expect(415);
    expect((await send("").expect(422)).body.type).toBe("/problems/bank-statement-refused");
    const gap = camt({ version, on, id: "S-3", opening: "1.00", closing: "1.00", entries: [] });
    expect((await send(gap).expect(422)).body).toMatchObject({ element: "Bal/Amt" });
  });

  it("is for those who may", async () => {
    for (const who of ["coordinator", "auditor"])
      expect((await send(text(), { who }).expect(403)).body.type).toBe("/problems/permission-missing");
    const other = await newFirm(api.database.current.pool);
    expect((await api.as(other, "collector").get("/v1/bank-entries").expect(200)).body.items).toEqual([]);
  });
});

describe("an entry that waits", () => {
  const waiting = async (word: string) => {
    const { body } = await collector().get("/v1/bank-entries?state=open").expect(200);
    return (body.items as { id: string; text: string }[]).find((item) => item.text === word)?.id ?? "";
  };

  it("is proposed, settled by a person, and decided once", async () => {
    const id = await waiting("October");
    const found = await collector().get(`/v1/bank-entries/${id}`).expect(200);
    expect(found.body.proposals).toMatchObject([
      { invoice: { number: invoice(1).number, open: { amount: "238.00" } } },
    ]);
    const settled = await collector()
      .post(`/v1/bank-entries/${id}/settlement`, { clientId: invoice(1).client, apply: "oldest_first" })
      .expect(201);
    expect(settled.body).toMatchObject({ state: "settled", paymentId: expect.any(String), proposals: [] });
    const receivable = await collector()
      .get(`/v1/invoices/${invoice(1).id}/receivable`)
      .expect(200);
    expect(receivable.body).toMatchObject({ collection: "settled" });
    const again = await collector().post(`/v1/bank-entries/${id}/settlement`, { clientId: invoice(1).client });
    expect([again.status, again.body.type]).toEqual([409, "/problems/bank-entry-decided"]);
  });

  it("is set aside with a reason, by those who may, of their own firm", async () => {
    const id = await waiting("a loan");
    await collector().post(`/v1/bank-entries/${id}/setting-aside`, {}).expect(422);
    await api.as(firm, "auditor").post(`/v1/bank-entries/${id}/setting-aside`, { reason: "x" }).expect(403);
    const other = await newFirm(api.database.current.pool);
    for (const [who, named] of [
      [api.as(other, "collector"), id],
      [collector(), newId()],
    ] as const) {
      const { body } = await who.post(`/v1/bank-entries/${named}/setting-aside`, { reason: "x" }).expect(404);
      expect(body.type).toBe("/problems/bank-entry-not-found");
      await who.post(`/v1/bank-entries/${named}/return`, { paymentId: newId() }).expect(404);
    }
    const { body } = await collector().post(`/v1/bank-entries/${id}/setting-aside`, { reason: "A loan" }).expect(201);
    expect(body).toMatchObject({ state: "aside", because: "A loan" });
  });

  it("returns the payment that a person names", async () => {
    const back = one("238.00", { side: "DBIT", reversal: true, text: "back" });
    await send(camt({ version, on, id: "S-2", opening: "486.00", closing: "248.00", entries: [back] })).expect(201);
    const { body } = await collector().get("/v1/bank-entries?state=settled").expect(200);
    const paymentId = body.items[0].paymentId as string;
    const returned = await collector()
      .post(`/v1/bank-entries/${await waiting("back")}/return`, { paymentId })
      .expect(201);
    expect(returned.body).toMatchObject({ state: "returned", paymentId });
    const payment = await collector().get(`/v1/payments/${paymentId}`).expect(200);
    expect(payment.body).toMatchObject({ unapplied: { amount: "0.00" }, takenBack: { amount: "238.00" } });
  });
});
