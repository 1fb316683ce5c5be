import { beforeEach, describe, expect, it } from "vitest";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { billedFirm } from "@plumbline/testing/billed-firm";
import type { Firm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let at = "";

beforeEach(async () => {
  const billed = await billedFirm(api.database.current.pool);
  firm = billed.firm;
  at = `/v1/invoices/${billed.ids[0]}`;
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: billed.ids }));
});

const body = { line: 1, take: { basisPoints: 1000 }, reason: "Learning curve" };

describe("POST /v1/invoices/{id}/write-downs", () => {
  it("lowers a line, lists the decision with the invoice, and takes it back", async () => {
    const lead = api.as(firm, "lead");
    const { body: lowered } = await lead.post(`${at}/write-downs`, body).expect(201);
    expect(lowered).toMatchObject({ stage: "validation_pending", net: { amount: "180.00" } });
    const { body: invoice } = await api.as(firm, "auditor").get(at).expect(200);
    expect(invoice).toMatchObject({
      lines: [{ adjustments: [{ kind: "allowance", code: "95", amount: { amount: "20.00" }, basisPoints: 1000 }] }],
      writeDowns: [{ kind: "write_down", reason: "Learning curve", by: "Lena Lead", taken: { amount: "20.00" } }],
    });
    const [{ id }] = invoice.writeDowns;
    const { body: back } = await lead.post(`/v1/write-downs/${id}/withdrawal`, { reason: "Paid" }).expect(200);
    expect(back.net.amount).toBe("200.00");
    await lead.post(`/v1/write-downs/${id}/withdrawal`, { reason: "Paid" }).expect(404);
  });

  it("refuses who has no authority, more than all of it, and no measure at all", async () => {
    for (const who of ["coordinator", "manager", "finance", "controller", "collector", "auditor"]) {
      await api.as(firm, who).post(`${at}/write-downs`, body).expect(403);
    }
    const lead = api.as(firm, "lead");
    await lead.post(`${at}/write-downs`, { ...body, take: { basisPoints: 10_001 } }).expect(422);
    await lead.post(`${at}/write-downs`, { ...body, take: {} }).expect(422);
    const above = { ...body, take: { amount: { amount: "200.01", currency: "EUR" } } };
    expect((await lead.post(`${at}/write-downs`, above).expect(422)).body).toMatchObject({
      type: "/problems/write-down-refused",
      detail: "This is more than the line comes to.",
    });
  });
});
