import { beforeAll, expect, it } from "vitest";
import { billableClient } from "@plumbline/testing/billable-client";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listAuditEntries } from "../audit/list-audit-entries.ts";
import { summariseBilling } from "../billing-runs/summarise-billing.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { findPipeline } from "../invoices/find-pipeline.ts";
import { listInvoices } from "../invoices/list-invoices.ts";
import { findReceivable } from "../payments/find-receivable.ts";
import { findRecomputation } from "../recompute/find-recomputation.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-10-02T10:00:00Z");
let firm: Firm;
beforeAll(async () => {
  firm = await newFirm(database.current.pool, { clock });
  await firm.take("clients", [billableClient("c1"), billableClient("c2", { language: "de" })]);
  await firm.take("opening_receivables", [
    {
      number: "A-17",
      client_key: "c1",
      payer_key: "c2",
      issued_on: "2026-09-01",
      due_on: "2026-10-01",
      gross: "1190.00",
      tax: "190.00",
      open: "690.00",
      cut_over_on: "2026-09-30",
    },
  ]);
});

it("shows an opening receivable as what it is, owed by who pays it", async () => {
  const auditor = await firm.as("auditor");
  const [listed] = (await auditor((scope) => listInvoices(scope, { limit: 10, number: "A-17" }))).items;
  expect(listed).toMatchObject({
    kind: "opening",
    stage: "posted",
    number: "A-17",
    issuedOn: "2026-09-01",
    minutes: 0,
  });
  if (listed === undefined) throw new Error("it is not listed");
  const invoiceId = listed.id as Parameters<typeof findInvoice>[1]["invoiceId"];
  expect(await auditor((scope) => findInvoice(scope, { invoiceId }))).toMatchObject({
    takenOver: { on: "2026-09-30", open: { amount: "690.00" } },
    payer: { name: "Client 2" },
    tax: { amount: "190.00" },
    total: { amount: "1190.00" },
    dueOn: "2026-10-01",
    paymentTermsDays: 30,
    lines: [],
    taxes: [],
    documents: [],
    moves: [],
  });
  expect(await auditor((scope) => findReceivable(scope, { invoiceId }))).toMatchObject({
    owed: { amount: "690.00" },
    open: { amount: "690.00" },
    collection: "open",
    overdue: true,
  });
  const { items } = await auditor((scope) => listAuditEntries(scope, { limit: 50, subjectId: invoiceId }));
  expect(items.map(({ action }) => action)).toEqual(["invoice.taken_over"]);
});

it("is nothing that was billed here: in no figure of the work, and nothing to make anew", async () => {
  const auditor = await firm.as("auditor");
  const [listed] = (await auditor((scope) => listInvoices(scope, { limit: 10 }))).items;
  const invoiceId = listed?.id as Parameters<typeof findInvoice>[1]["invoiceId"];
  expect(await auditor(summariseBilling)).toMatchObject({ issued: [], invoices: {} });
  expect((await auditor(findPipeline)).stages.filter(({ count }) => count > 0)).toEqual([]);
  await expect(auditor((scope) => findRecomputation(scope, { invoiceId }))).rejects.toMatchObject({
    kind: "invoice-not-found",
  });
});
