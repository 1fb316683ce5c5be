import { beforeEach, describe, expect, it } from "vitest";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const october = { start: "2026-10-01", end: "2026-11-01" } as Parameters<typeof closeMonth>[1]["period"];
let firm: Firm;
let id = "";

beforeEach(async () => {
  const issued = await issuedFirm(api.database.current.pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
  firm = issued.firm;
  id = issued.invoices[0]?.id ?? "";
});

const credit = (body: object, who = "coordinator") => api.as(firm, who).post(`/v1/invoices/${id}/credit-notes`, body);
const rest = (treatment: string) => ({ lines: [{ line: 1, treatment, take: "rest" }] });
const why = { code: "goodwill", reason: "Half of the workshop" };

describe("POST /v1/invoices/{id}/credit-notes", () => {
  it("drafts a credit note that is approved and numbered by itself, and tells both documents of each other", async () => {
    const part = { line: 1, treatment: "concession", take: { quantity: "60" } };
    const drafted = (await credit({ ...why, lines: [part] }).expect(201)).body;
    expect(drafted).toMatchObject({ stage: "draft", corrects: { id }, total: { amount: "-119.00" } });
    expect((await closeMonth(await closersOf(firm), { period: october })).issued).toBe(1);

    const note = (await api.as(firm, "auditor").get(`/v1/invoices/${drafted.id}`).expect(200)).body;
    expect(note).toMatchObject({
      number: "CN-F-2026-00001",
      correction: why,
      lines: [{ credits: { line: 1, treatment: "concession" }, net: { amount: "-100.00" } }],
    });
    const corrected = (await api.as(firm, "auditor").get(`/v1/invoices/${id}`).expect(200)).body;
    expect(corrected.creditNotes).toEqual([
      { id: drafted.id, number: "CN-F-2026-00001", stage: "issued", total: { amount: "-119.00", currency: "EUR" } },
    ]);
    expect(corrected.lines[0].left).toEqual({ quantity: "60", net: { amount: "100.00", currency: "EUR" } });
    const timeline = (await api.as(firm, "auditor").get(`/v1/invoices/${id}/timeline`).expect(200)).body;
    expect((timeline.items as readonly unknown[]).slice(-2)).toMatchObject([
      { what: "invoice.credit_drafted", by: "Cora Coordinator", reason: why.reason },
      { what: "invoice.credited", by: "Finn Finance", reason: why.reason },
    ]);
    const receivable = (await api.as(firm, "collector").get(`/v1/invoices/${id}/receivable`).expect(200)).body;
    expect(receivable).toMatchObject({ open: { amount: "119.00" }, collection: "partial" });
  });

  it("bills anew what it took back, and says what that changes", async () => {
    const { body: note } = await credit({ ...why, ...rest("rebillable"), rebill: true }).expect(201);
    const rebill = () => api.as(firm, "auditor").get(`/v1/invoices/${note.id}/rebill`);
    const { body: expected } = await rebill().expect(200);
    expect(expected).toMatchObject({ expected: true, total: { difference: { amount: "0.00", currency: "EUR" } } });
    await closeMonth(await closersOf(firm), { period: october });
    const { body: drafted } = await rebill().expect(200);
    expect(drafted).toEqual({ ...expected, expected: false, invoices: [{ id: expect.any(String) as string }] });
    const anew = (await api.as(firm, "auditor").get(`/v1/invoices/${drafted.invoices[0].id}`).expect(200)).body;
    expect(anew).toMatchObject({ stage: "draft", replaces: { id: note.id, number: "CN-F-2026-00001" } });
    await api.as(firm, "auditor").get("/v1/invoices/0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00/rebill").expect(404);
  });

  it("refuses who has no authority, and separates who drafts from who approves", async () => {
    for (const who of ["manager", "finance", "controller", "auditor"]) {
      await credit({ ...why, ...rest("concession") }, who).expect(403);
    }
    expect((await credit({ ...why, ...rest("concession") }, "collector")).status).toBe(201);
  });

  it("refuses more than is left with a reason for each line, and a request that names no line", async () => {
    await credit({ ...why, ...rest("rebillable") }).expect(201);
    const { body } = await credit({ ...why, ...rest("concession") }).expect(422);
    expect(body).toMatchObject({ type: "/problems/credit-refused", errors: [{ line: 1, code: "nothing_left" }] });
    await credit(why).expect(422);
  });

  it("is not revised and credits no draft and no credit note", async () => {
    const { body: note } = await credit({ ...why, ...rest("rebillable") }).expect(201);
    const coordinator = api.as(firm, "coordinator");
    await coordinator.post(`/v1/invoices/${note.id}/submission`, {}).expect(200);
    const revised = await coordinator.post(`/v1/invoices/${note.id}/revision`, { reason: "x" }).expect(409);
    expect(revised.body.type).toBe("/problems/revision-refused");
    const again = await coordinator.post(`/v1/invoices/${note.id}/credit-notes`, { ...why, ...rest("rebillable") });
    expect([again.status, again.body.detail]).toEqual([422, "Only an invoice that was issued can be credited."]);
    await coordinator.post(`/v1/invoices/${note.id}/discard`, { reason: "not so" }).expect(200);
    await credit({ ...why, ...rest("rebillable") }).expect(201);
  });
});
