import { describe, expect, it } from "vitest";
import { money } from "@plumbline/domain/money/money";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { listRepricing } from "../repricing/list-repricing.ts";
import { writeDownLine } from "../write-downs/write-down-line.ts";
import { entry, splitFirm, thirds } from "./test-kit.ts";

const database = useTestDatabase();
const open = (parts: string, given: Parameters<typeof splitFirm>[2] = {}) =>
  splitFirm(database.current.pool, parts, given);

describe("what is divided besides time", () => {
  it("passes money on in parts that are what was paid, and takes each back by itself", async () => {
    const firm = await open(thirds);
    await firm.firm.take("expenses", [
      {
        expense_key: "x1",
        project_key: "p1",
        worker_key: "w1",
        spent_on: "2026-10-06",
        category: "Court",
        description: "Fee",
        paid: "50.00",
        currency: "EUR",
        as_agent: "yes",
        receipt: "court.pdf",
        receipt_sha256: "5f2c9a7d0e4b8163".repeat(4),
        status: "approved",
      },
    ]);
    await firm.bill();
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 16.67 + 0.00, 0 min",
      "Client 2 invoice 16.67 + 0.00, 0 min",
      "Client 3 invoice 16.66 + 0.00, 0 min",
    ]);
    await firm.close();
    await firm.credit(await firm.invoiceOf("Client 3"));
    await firm.close();
    await firm.bill();
    expect((await firm.invoices()).filter((said) => !said.includes("issued"))).toEqual([
      "Client 3 invoice 16.66 + 0.00, 0 min",
    ]);
    await mustRecompute(firm.coordinator);
  });

  it("lets one payer off a tenth, and the others nothing", async () => {
    const firm = await open(thirds);
    await firm.firm.take("time_entries", [entry("t1", "1.67")]);
    await firm.bill();
    const lead = await firm.firm.as("lead");
    const invoiceId = await firm.invoiceOf("Client 2");
    await firm.coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
    await lead((scope) => writeDownLine(scope, { invoiceId, line: 1, take: { basisPoints: 1000 }, reason: "slow" }));
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 33.34 + 6.33, 34 min",
      "Client 2 invoice 30.00 + 5.70, 33 min",
      "Client 3 invoice 33.33 + 6.33, 33 min",
    ]);
    const other = await firm.invoiceOf("Client 3");
    await firm.coordinator((scope) => submitInvoices(scope, { invoiceIds: [other] }));
    const amount = money(1_000n, "EUR");
    await lead((scope) => writeDownLine(scope, { invoiceId: other, line: 1, take: { amount }, reason: "slow" }));
    expect(await firm.invoices()).toContain("Client 3 invoice 23.33 + 4.43, 33 min");
    await firm.close();
    expect(await firm.minutes()).toEqual({ billed: 100 });
    await mustRecompute(firm.coordinator);
  });
});

describe("a day that is rounded up", () => {
  it("is rounded once for all who bear it, and again to the same when one part comes back", async () => {
    const firm = await open(thirds, { engagement: { increment_minutes: "15", increment_per: "day" } });
    await firm.firm.take("time_entries", [entry("t1", "0.10"), entry("t2", "0.07")]);
    await firm.bill();
    const each = (payer: number) => `Client ${payer} invoice 5.00 + 0.95, 5 min`;
    expect(await firm.invoices()).toEqual([1, 2, 3].map(each));
    await firm.close();
    await firm.credit(await firm.invoiceOf("Client 2"));
    await firm.close();
    await firm.bill();
    expect((await firm.invoices()).filter((said) => !said.includes("issued"))).toEqual([each(2)]);
    await mustRecompute(firm.coordinator);
  });
});

describe("a rate that changes for work of the past", () => {
  it("is proposed to each payer as its part of the difference, to the cent", async () => {
    const firm = await open(thirds);
    await firm.firm.take("time_entries", [entry("t1", "1.67")]);
    await firm.bill();
    await firm.close();
    await firm.firm.take("rates", [{ card_key: "std", role: "Senior", price: "66.00", effective_from: "2020-01-01" }]);
    const { items } = await firm.coordinator((scope) => listRepricing(scope, { limit: 10 }));
    expect(items.map(({ net }) => net.difference.amount).toSorted()).toEqual(["3.33", "3.33", "3.34"]);
  });
});

describe("how each payer is sent its invoice", () => {
  it("groups, words and renders each as that payer's own profile says", async () => {
    const firm = await open("c1: 50%, profile brief | c2: 50%", { clients: { c2: { language: "de" } }, agreed: 0 });
    await firm.firm.take("delivery_profiles", [
      { client_key: "c1", profile: "brief", template: "summary", annex: "no" },
    ]);
    const parts = "c1: 50%, profile brief | c2: 50%";
    await firm.firm.take("splits", [{ split_key: "s1", engagement_key: "e1", parts }]);
    await firm.firm.take("time_entries", [entry("t1", "1.00")]);
    await firm.bill();
    await firm.close();
    const issued = await firm.rows(
      `select s.snapshot::jsonb #>> '{template,id}' as template, s.snapshot::jsonb ->> 'language' as language,
              jsonb_array_length(s.snapshot::jsonb -> 'annex') as annex
         from invoice_snapshots s order by 1`,
    );
    expect(issued).toEqual([
      { template: "invoice", language: "de", annex: 1 },
      { template: "summary", language: "en", annex: 0 },
    ]);
    await mustRecompute(firm.coordinator);
  });
});

describe("when a split holds", () => {
  it("divides the work of its days and its project, and leaves the rest to who pays it all", async () => {
    const firm = await open("c1: 50% | c2: 50%", { split: { starts_on: "2026-10-10", project_key: "p1" } });
    await firm.firm.take("projects", [{ project_key: "p2", engagement_key: "e1", name: "Other" }]);
    await firm.firm.take("time_entries", [
      entry("t1", "1.00"),
      entry("t2", "1.00", { work_date: "2026-10-10" }),
      entry("t3", "1.00", { work_date: "2026-10-10", project_key: "p2" }),
    ]);
    await firm.bill();
    expect(await firm.invoices()).toEqual([
      "Client 1 invoice 150.00 + 28.50, 150 min",
      "Client 2 invoice 30.00 + 5.70, 30 min",
    ]);
    await firm.close();
    await mustRecompute(firm.coordinator);
  });

  it("goes on by the former one for what that divided, though another took its place", async () => {
    const firm = await open("c1: 50% | c2: 50%");
    await firm.firm.take("time_entries", [entry("t1", "1.00")]);
    await firm.bill();
    await firm.close();
    await firm.firm.take("splits", [{ split_key: "s1", engagement_key: "e1", parts: "c1: 25% | c3: 75%" }]);
    await firm.credit(await firm.invoiceOf("Client 2"));
    await firm.close();
    await firm.firm.take("time_entries", [entry("t2", "2.00", { work_date: "2026-10-07" })]);
    await firm.bill();
    expect((await firm.invoices()).filter((said) => !said.includes("issued"))).toEqual([
      "Client 1 invoice 30.00 + 5.70, 30 min",
      "Client 2 invoice 30.00 + 5.70, 30 min",
      "Client 3 invoice 90.00 + 17.10, 90 min",
    ]);
    await mustRecompute(firm.coordinator);
  });
});
