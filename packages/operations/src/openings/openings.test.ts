import { beforeAll, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { draftChangeOrder } from "../change-orders/draft-change-order.ts";
import { signChangeOrder } from "../change-orders/sign-change-order.ts";
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

it("keeps what was billed before of a fee that a change order amends", async () => {
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take("engagements", [
    {
      engagement_key: "e1",
      client_key: "c1",
      code: "E-1",
      card_key: "std",
      fee_amount: "40000.00",
      fee_instalments: "50% on 2026-06-30 | 50% on 2026-12-31",
      fee_billed_before: "20000.00",
    },
  ]);
  const day = "2026-10-01" as LocalDate;
  const [coordinator, controller] = [await firm.as("coordinator"), await firm.as("controller")];
  const [engagement] = await coordinator(({ tx }) => query<{ id: EngagementId }>(tx, "select id from engagements"));
  if (engagement === undefined) throw new Error("it was refused");
  const amend = (number: string, first: string, rest: string) =>
    coordinator((scope) =>
      draftChangeOrder(scope, {
        engagementId: engagement.id,
        number,
        effectiveOn: day,
        reason: "more work",
        amends: {
          fee: {
            amountMinor: String(BigInt(first) + BigInt(rest)),
            instalments: [
              { dueOn: "2026-06-30" as LocalDate, amountMinor: first },
              { dueOn: "2026-12-31" as LocalDate, amountMinor: rest },
            ],
          },
        },
      }),
    );
  await expect(amend("1", "2500000", "2500000")).rejects.toMatchObject({
    detail:
      "fee keeps what was billed before, but 20000.00 EUR does not end with an instalment: the first ones come to 25000.00 EUR, 50000.00 EUR.",
  });
  const changeOrderId = await amend("2", "2000000", "3000000");
  const evidence = { document: "order.pdf", sha256: "a".repeat(64) };
  await controller((scope) => signChangeOrder(scope, { changeOrderId, signedOn: day, evidence }));
  const fees = await coordinator(({ tx }) =>
    query(tx, "select amount_minor::text as minor, status from work_items where current and kind = 'fee'"),
  );
  expect(fees).toEqual([{ minor: "3000000", status: "approved" }]);
});
