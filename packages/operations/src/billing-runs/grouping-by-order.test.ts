import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

type Scenario = {
  readonly title: string;
  readonly rule: string;
  readonly given: {
    readonly client?: Readonly<Record<string, string>>;
    /** Number and amount of the order of each; nothing where there is none. */
    readonly engagements: Readonly<Record<string, string>>;
    readonly work: readonly string[];
    readonly late?: readonly string[];
  };
  readonly expect: { readonly invoices: readonly string[]; readonly orders: readonly string[] };
};

const database = useTestDatabase();
const file = new URL("../../../domain/src/invoice/scenarios/grouping-by-order.yaml", import.meta.url);
const scenarios = parse(readFileSync(file, "utf8")) as readonly Scenario[];
const period = monthPeriod("2026-10") as Period;

async function open({ given }: Scenario): Promise<Firm> {
  const firm = await newFirm(database.current.pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
  await firm.take("clients", [billableClient("c1", { grouping: "po", ...given.client })]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  const keys = Object.keys(given.engagements);
  const taken = await firm.take(
    "engagements",
    Object.entries(given.engagements).map(([key, order]) => {
      const [po_number = "", po_amount = ""] = order.split(" ");
      return {
        engagement_key: key,
        client_key: "c1",
        code: `E-${key}`,
        card_key: "std",
        approver_email: "manager@firm.example",
        po_number,
        po_amount,
      };
    }),
  );
  expect(taken.quarantined).toBe(0);
  await firm.take(
    "projects",
    keys.map((key) => ({ project_key: `p-${key}`, engagement_key: key, name: `Project ${key}` })),
  );
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.00", effective_from: "2020-01-01" }]);
  return firm;
}

const work = (firm: Firm, entries: readonly string[], first: string) =>
  firm.take(
    "time_entries",
    entries.map((text, index) => {
      const [key = "", work_date = "", hours = ""] = text.split(" ");
      return {
        entry_key: `${first}${index}`,
        worker_key: "w1",
        project_key: `p-${key}`,
        work_date,
        hours,
        role: "Senior",
        status: "approved",
        narrative: text,
      };
    }),
  );

const invoicesSql = `
  select coalesce(o.number, 'none') || ': ' || string_agg(p.said, ', ' order by p.said) ||
         coalesce((select ', waits for ' || min(x.code) from exceptions x where x.invoice_id = i.id and x.state = 'open'), '') as said
    from invoices i left join purchase_orders o on o.id = i.purchase_order_id
   cross join lateral (
     select e.code || ' ' || round(sum(l.net_minor) / 100, 2) as said
       from invoice_lines l join engagements e on e.id = l.engagement_id
      where l.invoice_id = i.id and l.content_version = i.content_version group by e.code) p
   group by i.tenant_id, i.id, o.number order by 1`;
const ordersSql = `
  select e.code || ' ' || o.number || ': ' || l.used || ' of ' || l.total as said
    from limits l join purchase_orders o on o.id = l.purchase_order_id join engagements e on e.id = o.engagement_id order by 1`;

it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_title, scenario) => {
  const firm = await open(scenario);
  await work(firm, scenario.given.work, "t");
  const [runner, coordinator] = [await firm.as("billing-runner"), await firm.as("coordinator")];
  const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
  await runBilling(runner, { billingRunId });
  if (scenario.given.late !== undefined) {
    const [draft] = await coordinator((scope) =>
      query<{ id: InvoiceId }>(scope.tx, "select id from invoices where engagement_id is null"),
    );
    const invoiceId = (draft as { id: InvoiceId }).id;
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
    await work(firm, scenario.given.late, "l");
    await coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "late time" }));
  }
  const said = (sql: string) =>
    coordinator(async (scope) => (await query<{ said: string }>(scope.tx, sql)).map((row) => row.said));
  await closeMonth(await closersOf(firm), { period });
  expect(await said(invoicesSql)).toEqual(scenario.expect.invoices);
  expect(await said(ordersSql)).toEqual(scenario.expect.orders);
  const [waiting] = await said("select count(*)::text as said from invoices where number is null");
  expect(waiting).toBe(scenario.expect.invoices.some((text) => text.includes("waits")) ? "1" : "0");
  await mustRecompute(await firm.as("auditor"));
});
