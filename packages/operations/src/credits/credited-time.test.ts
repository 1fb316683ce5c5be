import { expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { runBilling } from "../billing-runs/run-billing.ts";
import { type CreditInput, createCreditNote } from "./create-credit-note.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
const rows = async (firm: Firm, sql: string) => (await database.current.admin.query(sql, [firm.tenantId])).rows;

const entry = (key: string, hours: string, on = "2026-10-05") => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: on,
  hours,
  role: "Senior",
  status: "approved",
  narrative: key,
});

/** A firm whose terms look back at what was billed, and whose October is issued. */
async function firmWith(terms: Readonly<Record<string, string>>, ...work: readonly ReturnType<typeof entry>[]) {
  const firm = await newFirm(database.current.pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };
  expect(await firm.take("engagements", [{ ...engagement, card_key: "std", ...terms }])).toMatchObject({ added: 1 });
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Care" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" }]);
  await firm.take("time_entries", work);
  await bill(firm);
  return firm;
}

async function bill(firm: Firm): Promise<void> {
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: october,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  await mustRecompute(await firm.as("auditor"));
}

async function credit(firm: Firm, lines: CreditInput["lines"]): Promise<void> {
  const [first] = await rows(
    firm,
    "select id from invoices where tenant_id = $1 and kind = 'invoice' order by id limit 1",
  );
  const invoiceId = first.id as InvoiceId;
  const why = { code: "wrong_quantity", reason: "Not so long" } as const;
  await (
    await firm.as("coordinator")
  )((scope) => createCreditNote(scope, { invoiceId, lines, ...why }));
  await closeMonth(await closersOf(firm), { period: october });
}

/** Lines of what was issued, in the order of their numbers. */
const lines = async (firm: Firm) =>
  (
    await rows(
      firm,
      `select l.quantity, l.price_minor, l.net_minor from invoices i
         join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        where i.tenant_id = $1 and i.number is not null and i.kind = 'invoice' order by i.number, l.position`,
    )
  ).map(({ quantity, price_minor: price, net_minor: net }) => `${Number(quantity)} at ${price} = ${net}`);

it("a day whose rounding was credited is rounded anew, and late time of it is not covered any more", async () => {
  const firm = await firmWith({ increment_minutes: "15", increment_per: "day" }, entry("a", "0.17"));
  expect(await lines(firm)).toEqual(["15 at 10000 = 2500"]);
  await credit(firm, "rebillable");
  await firm.take("time_entries", [entry("late", "0.05")]);
  await bill(firm);
  expect(await lines(firm)).toEqual(["15 at 10000 = 2500", "15 at 10000 = 2500"]);
});

it("what is billed anew of a day that was credited in part brings it to what it was rounded to, and not beyond", async () => {
  const firm = await firmWith({ increment_minutes: "15", increment_per: "day" }, entry("a", "1.67"));
  expect(await lines(firm)).toEqual(["105 at 10000 = 17500"]);
  await credit(firm, [{ position: 1, treatment: "rebillable", quantity: "30" }]);
  await bill(firm);
  expect(await lines(firm)).toEqual(["105 at 10000 = 17500", "30 at 10000 = 5000"]);
});

it("hours that were credited leave their volume, and the next ones cost what those cost", async () => {
  const firm = await firmWith({ volume_tiers: "90% from 8 h" }, entry("a", "8.00"));
  await credit(firm, [{ position: 1, treatment: "rebillable", quantity: "180" }]);
  await firm.take("time_entries", [entry("b", "2.00", "2026-10-06")]);
  await bill(firm);
  expect(await lines(firm)).toEqual(["480 at 10000 = 80000", "180 at 10000 = 30000", "120 at 9000 = 18000"]);
});
