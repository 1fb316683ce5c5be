import { describe, expect, it } from "vitest";
import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { findRebill } from "../credits/find-rebill.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { countSums } from "../work/count-sums.ts";
import { entry, splitFirm, thirds } from "./test-kit.ts";

const database = useTestDatabase();
const open = (parts: string, given: Parameters<typeof splitFirm>[2] = {}) =>
  splitFirm(database.current.pool, parts, given);

describe("split payers", () => {
  it("bills the same work to each, to the cent and to the minute, and each for itself", async () => {
    const firm = await open(thirds, {
      clients: { c3: { country: "FR", tax_id: "FR3", vat_id_checked_on: "2026-10-01", vat_id_valid: "yes" } },
    });
    await firm.firm.take("time_entries", [entry("t1", "1.00"), entry("t2", "0.67")]);
    await firm.firm.take("milestones", [
      {
        milestone_key: "m1",
        engagement_key: "e1",
        name: "Survey",
        amount: "0.01",
        due_date: "2026-10-06",
        accepted_on: "2026-10-06",
        accepted_by: "Dana",
        evidence: "x.pdf",
        evidence_sha256: "5f2c9a7d0e4b8163".repeat(4),
      },
    ]);
    await firm.bill();
    const drafted = await firm.invoices();
    expect(drafted).toEqual([
      "Client 1 invoice 33.35 + 6.34, 34 min",
      "Client 2 invoice 33.33 + 6.33, 33 min",
      "Client 3 invoice 33.33 + 0.00, 33 min",
    ]);
    expect(await firm.minutes()).toEqual({ drafted: 100 });
    await firm.bill();
    expect(await firm.invoices()).toEqual(drafted);
    expect(await firm.close()).toMatchObject({ issued: 3 });
    await mustRecompute(firm.coordinator);
  });

  it("gives a part back to who bore it: credited, it is billed to the same payer again and to nobody else", async () => {
    const firm = await open(thirds);
    await firm.firm.take("time_entries", [entry("t1", "1.00"), entry("t2", "0.67")]);
    await firm.bill();
    await firm.close();
    const invoiceId = await firm.invoiceOf("Client 2");
    await firm.credit(invoiceId);
    await firm.close();
    expect(await firm.minutes()).toEqual({ billed: 67, unbilled: 33 });
    await firm.bill();
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 33.34 + 6.33, 34 min, issued",
      "Client 2 credit_note -33.33 + -6.33, -33 min, issued",
      "Client 2 invoice 33.33 + 6.33, 33 min",
      "Client 2 invoice 33.33 + 6.33, 33 min, issued",
      "Client 3 invoice 33.33 + 6.33, 33 min, issued",
    ]);
    expect(await firm.minutes()).toEqual({ billed: 67, drafted: 33 });
    await mustRecompute(firm.coordinator);
  });

  it("rebills one payer in one action, though the others were credited before", async () => {
    const firm = await open(thirds);
    await firm.firm.take("time_entries", [entry("t1", "1.67")]);
    await firm.bill();
    await firm.close();
    await firm.credit(await firm.invoiceOf("Client 1"));
    await firm.close();
    const { id } = await firm.credit(await firm.invoiceOf("Client 3"), { rebills: true });
    const before = await firm.coordinator((scope) => findRebill(scope, { invoiceId: id }));
    expect(before.total.difference.amount).toBe("0.00");
    await firm.close();
    const after = await firm.coordinator((scope) => findRebill(scope, { invoiceId: id }));
    expect(after).toMatchObject({ total: { difference: { amount: "0.00" } } });
    expect(await firm.minutes()).toEqual({ billed: 33, drafted: 33, unbilled: 34 });
    await firm.bill();
    expect(await firm.minutes()).toEqual({ billed: 33, drafted: 67 });
    await mustRecompute(firm.coordinator);
  });

  it("keeps what one payer was let off: conceded, it is billed to nobody", async () => {
    const firm = await open("c1: 40% | c2: 60%", {
      engagement: { fee_amount: "100.00", fee_instalments: "100% on 2026-10-05", flat_rate: "yes" },
    });
    await firm.bill();
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 40.00 + 7.60, 0 min",
      "Client 2 invoice 60.00 + 11.40, 0 min",
    ]);
    await firm.close();
    await firm.credit(await firm.invoiceOf("Client 2"), { lines: "concession" });
    await firm.close();
    await firm.bill();
    expect(await firm.invoices()).toHaveLength(3);
    expect(await firm.coordinator(countSums)).toEqual([
      { kind: "fee", bucket: "billed", count: 1, amounts: [{ minor: 4000n, currency: "EUR" }] },
      { kind: "fee", bucket: "written_off", count: 1, amounts: [{ minor: 6000n, currency: "EUR" }] },
    ]);
    await mustRecompute(firm.coordinator);
  });

  it("takes late time into one draft, and what the others bear of it onto their next", async () => {
    const firm = await open("c1: 50% | c2: 50%");
    await firm.firm.take("time_entries", [entry("t1", "1.00")]);
    await firm.bill();
    const invoiceId = await firm.invoiceOf("Client 1");
    await firm.coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
    await firm.firm.take("time_entries", [entry("t2", "2.00")]);
    await firm.coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "late time" }));
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 90.00 + 17.10, 90 min",
      "Client 2 invoice 30.00 + 5.70, 30 min",
    ]);
    expect(await firm.minutes()).toEqual({ drafted: 120, unbilled: 60 });
    await firm.bill();
    expect(await firm.invoices()).toContain("Client 2 invoice 60.00 + 11.40, 60 min");
    await firm.coordinator(async (scope) =>
      discardInvoices(scope, { invoiceIds: [await firm.invoiceOf("Client 2")], reason: "again" }),
    );
    await firm.bill();
    expect(await firm.minutes()).toEqual({ drafted: 180 });
    await mustRecompute(firm.coordinator);
  });

  it("divides what a cap lets through, and what it held when there is room", async () => {
    const firm = await open(thirds, { engagement: { cap_amount: "100.00" } });
    await firm.firm.take("time_entries", [entry("t1", "2.50")]);
    await firm.bill();
    expect(await firm.minutes()).toEqual({ drafted: 100, held: 50 });
    await firm.close();
    await firm.firm.take("engagements", [{ ...firm.terms, cap_amount: "200.00" }]);
    await firm.credit(await firm.invoiceOf("Client 1"));
    await firm.close();
    await firm.bill();
    expect((await firm.invoices()).filter((said) => !said.includes("issued"))).toEqual([
      "Client 1 invoice 50.01 + 9.50, 51 min",
      "Client 2 invoice 16.67 + 3.17, 17 min",
      "Client 3 invoice 16.66 + 3.17, 16 min",
    ]);
    expect(await firm.minutes()).toEqual({ billed: 66, drafted: 84 });
    await mustRecompute(firm.coordinator);
  });
});

describe("split orders and cost centres", () => {
  it("bills each order its share, reserves it there, and puts cost centres on lines", async () => {
    const firm = await open(
      "c1: 50%, order PO-1, cost centre K1 | c1: 30%, order PO-1, cost centre K2 | c1: 20%, order PO-2",
      {
        engagement: { po_number: "PO-1", po_amount: "1000.00" },
        agreed: 0,
      },
    );
    await firm.firm.take("engagements", [{ ...firm.terms, po_number: "PO-2", po_amount: "15.00" }]);
    const row = { split_key: "s1", engagement_key: "e1" };
    const parts = "c1: 50%, order PO-1, cost centre K1 | c1: 30%, order PO-1, cost centre K2 | c1: 20%, order PO-2";
    await firm.firm.take("splits", [{ ...row, parts }]);
    await firm.firm.take("time_entries", [
      entry("t1", "1.00"),
      entry("t2", "0.50", { work_date: "2026-10-06", role: "Senior", task: "Travel" }),
    ]);
    await firm.bill();
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 12.00 + 2.28, 12 min, PO-2",
      "Client 1 invoice 72.00 + 13.68, 72 min, PO-1",
    ]);
    const lines = await firm.rows("select distinct cost_centre from invoice_lines order by 1");
    expect(lines).toEqual([{ cost_centre: "K1" }, { cost_centre: "K2" }, { cost_centre: null }]);
    expect(
      await firm.rows(
        "select o.number, l.used from limits l join purchase_orders o on o.id = l.purchase_order_id order by 1",
      ),
    ).toEqual([
      { number: "PO-1", used: "7200" },
      { number: "PO-2", used: "1200" },
    ]);
    const held = await firm.rows("select message, amount_minor from exceptions where state = 'open'");
    expect(held).toEqual([
      {
        message:
          "The purchase order of 15.00 EUR has no room for all of a part that it pays, and a part is not divided again. Record the order with a larger amount, and the next run bills what waits.",
        amount_minor: "600",
      },
    ]);
    await firm.close();
    await firm.firm.take("engagements", [{ ...firm.terms, po_number: "PO-2", po_amount: "100.00" }]);
    await firm.bill();
    await firm.close();
    expect(await firm.minutes()).toEqual({ billed: 90 });
    const [{ id }] = (await firm.rows<{ id: InvoiceId }>(
      "select i.id from invoices i join purchase_orders o on o.id = i.purchase_order_id where o.number = 'PO-1'",
    )) as [{ id: InvoiceId }];
    const note = await firm.credit(id);
    await firm.close();
    const snapshots = await firm.rows<{ snapshot: string }>(
      "select snapshot from invoice_snapshots s join invoices i on i.id = s.invoice_id where i.kind = 'credit_note'",
    );
    const { purchaseOrder, lines: credited } = JSON.parse(snapshots[0]?.snapshot ?? "") as InvoiceSnapshot;
    expect(purchaseOrder).toBe("PO-1");
    expect(credited.map(({ costCentre }) => costCentre)).toEqual(["K1", "K2", "K1", "K2"]);
    expect(credited[0]?.because).toMatch(
      /^Takes back from line 1 of invoice F-\S+ \(order PO-1, cost centre K1\): all/,
    );
    expect(await firm.coordinator((scope) => findInvoice(scope, { invoiceId: note.id }))).toMatchObject({
      purchaseOrder: "PO-1",
    });
    await mustRecompute(firm.coordinator);
  });
});
