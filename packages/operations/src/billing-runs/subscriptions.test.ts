import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { releaseRevenue } from "../ledger/release-revenue.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const month = (text: string) => monthPeriod(text) as Period;
let now = new Date();

const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };
const helpdesk = {
  subscription_key: "s1",
  engagement_key: "e1",
  name: "Helpdesk",
  starts_on: "2026-10-01",
  price: "25.00",
  quantity: "10",
  unit: "seat",
};
type Row = Readonly<Record<string, string>>;

async function firmWith(subscription: Row): Promise<Firm> {
  now = new Date("2026-11-03T10:00:00Z");
  const firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("engagements", [engagement]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Care" }]);
  expect(await firm.take("subscriptions", [subscription])).toMatchObject({ added: 1, quarantined: 0 });
  return firm;
}

async function close(firm: Firm, text: string, on = now.toISOString()) {
  now = new Date(on);
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: month(text),
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  await mustRecompute(await firm.as("auditor"));
  return closed;
}

const rows = async <T>(firm: Firm, sql: string) =>
  (await database.current.admin.query(sql, [firm.tenantId])).rows as T[];
const lines = async (firm: Firm) =>
  (
    await rows<{ description: string; net: string }>(
      firm,
      `select l.description, l.net_minor as net from invoices i
         join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        where i.tenant_id = $1 and i.number is not null order by i.number, l.position`,
    )
  ).map(({ description, net }) => `${description}: ${net}`);
const booked = async (firm: Firm) =>
  (
    await rows<{ on: string; fact: string; account: string; minor: string }>(
      firm,
      `select e.booked_on::text as "on", e.fact, p.account, p.amount_minor as minor
         from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
        where e.tenant_id = $1 and p.account in ('revenue', 'deferred_revenue') order by e.booked_on, e.id, p.position`,
    )
  ).map(({ on, fact, account, minor }) => `${on} ${fact} ${account} ${minor}`);
const refusals = async (firm: Firm) =>
  (
    await rows<{ issues: { field: string; reason: string }[] }>(
      firm,
      "select issues from quarantined_rows where tenant_id = $1 order by id",
    )
  ).flatMap(({ issues }) => issues.map(({ field, reason }) => `${field}: ${reason}`));

describe("a subscription", () => {
  it("is billed period by period, each once however often a run looks", async () => {
    const firm = await firmWith(helpdesk);
    await close(firm, "2026-10");
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 0 });
    await close(firm, "2026-11", "2026-12-01T10:00:00Z");
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 0 });
    expect(await lines(firm)).toEqual([
      "Helpdesk, 2026-10-01 to 2026-10-31: 25000",
      "Helpdesk, 2026-11-01 to 2026-11-30: 25000",
    ]);
  });

  it("takes more seats after it was billed, and refuses to change what was", async () => {
    const firm = await firmWith(helpdesk);
    await close(firm, "2026-10");
    const more = { ...helpdesk, quantity: "10 | 13 from 2026-10-20" };
    expect(await firm.take("subscriptions", [more])).toMatchObject({ changed: 1 });
    await close(firm, "2026-11");
    expect((await lines(firm)).toSorted()).toEqual([
      "Helpdesk, 2026-10-01 to 2026-10-31: 25000",
      "Helpdesk, 2026-10-20 to 2026-10-31: 2903",
      "Helpdesk, 2026-11-01 to 2026-11-30: 32500",
    ]);
    const changes = [
      { ...more, quantity: "9 | 13 from 2026-10-20" },
      { ...more, price: "24.00" },
      { ...more, cancelled_from: "2026-10-15" },
    ];
    for (const change of changes) expect(await firm.take("subscriptions", [change])).toMatchObject({ quarantined: 1 });
    const billed =
      "was billed at 250.00 EUR on invoice F-2026-00001 and must stay: let the change begin after it, or credit it first";
    expect(await refusals(firm)).toEqual([
      `quantity: the part from 2026-10-01 to 2026-10-31 ${billed}`,
      `price: the part from 2026-10-01 to 2026-10-31 ${billed}`,
      `cancelled_from: the part from 2026-10-01 to 2026-10-31 ${billed}`,
    ]);
    expect(await firm.take("subscriptions", [{ ...more, cancelled_from: "2026-12-01" }])).toMatchObject({ changed: 1 });
    expect(await close(firm, "2026-12")).toMatchObject({ drafted: 0 });
  });

  it("that changes under a draft makes the draft out of date, and is billed as it is now", async () => {
    const firm = await firmWith(helpdesk);
    const [coordinator, runner] = [await firm.as("coordinator"), await firm.as("billing-runner")];
    const billingRunId = await coordinator((scope) => startBillingRun(scope, { period: month("2026-10") }));
    await runBilling(runner, { billingRunId });
    await firm.take("subscriptions", [{ ...helpdesk, cancelled_from: "2026-10-11" }]);
    const stale = await rows(
      firm,
      `select 1 from claims c join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
        where c.tenant_id = $1 and not w.current`,
    );
    expect(stale).toHaveLength(1);
  });

  it("is refused with its column when it contradicts itself", async () => {
    const firm = await firmWith(helpdesk);
    const bad = [
      { ...helpdesk, subscription_key: "s2", renews: "no" },
      { ...helpdesk, subscription_key: "s3", price: "25.00 | 26.00" },
      { ...helpdesk, subscription_key: "s4", billed_through: "2026-10-15" },
      {
        ...helpdesk,
        subscription_key: "s5",
        term_months: "12",
        renewal_uplift_percent: "3%",
        price: "25.00 | 26.00 from 2027-10-01",
      },
    ];
    expect(await firm.take("subscriptions", bad)).toMatchObject({ quarantined: 4 });
    expect(await refusals(firm)).toEqual([
      "renews: says that it ends with its term, and no term was agreed",
      "price: “26.00” is not an amount in EUR, with “from” and a date after the first one",
      "billed_through: 2026-10-15 is not the last day of a period",
      "renewal_uplift_percent: cannot be added to prices that were given for later days",
    ]);
  });

  it("covers the time that is part of it, on its days", async () => {
    const firm = await firmWith({ ...helpdesk, covers_time: "yes", starts_on: "2026-10-05" });
    await firm.take("workers", [{ worker_key: "w1", name: "Wendy" }]);
    const entry = { worker_key: "w1", project_key: "p1", hours: "2", status: "approved" };
    await firm.take("time_entries", [
      { ...entry, entry_key: "t1", work_date: "2026-10-06" },
      { ...entry, entry_key: "t2", work_date: "2026-10-02" },
    ]);
    await close(firm, "2026-10");
    const minutes = await (await firm.as("coordinator"))(conserveMinutes);
    // Before it began there is neither a subscription nor a rate: that waits for a person.
    expect(minutes).toMatchObject({ covered: 120, held: 120, billed: 0 });
  });
});

describe("what is billed in advance", () => {
  const yearly = { ...helpdesk, every: "quarter", price: "92.00", quantity: "1", unit: "each" };

  it("is deferred at issue and released month by month, each once", async () => {
    const firm = await firmWith(yearly);
    await close(firm, "2026-10");
    const issue = ["2026-11-03 invoice_issued deferred_revenue -9200"];
    expect(await booked(firm)).toEqual(issue);
    await close(firm, "2026-11", "2026-12-01T10:00:00Z");
    const october = ["2026-11-03 revenue_released deferred_revenue 3100", "2026-11-03 revenue_released revenue -3100"];
    const november = ["2026-11-30 revenue_released deferred_revenue 3000", "2026-11-30 revenue_released revenue -3000"];
    expect(await booked(firm)).toEqual([...issue, ...october, ...november]);
    const controller = await firm.as("controller");
    const release = (through: string) =>
      controller((scope) => releaseRevenue(scope, { through: through as LocalDate }));
    expect(await release("2026-12-30")).toEqual({ releases: 0 });
    expect(await Promise.all([release("2026-12-31"), release("2026-12-31")])).toEqual(
      expect.arrayContaining([{ releases: 1 }, { releases: 0 }]),
    );
    expect(await controller(listLedgerFaults)).toEqual([]);
    const [left] = await rows(
      firm,
      "select sum(amount_minor) as minor from ledger_postings where tenant_id = $1 and account = 'deferred_revenue'",
    );
    expect(left).toEqual({ minor: "0" });
  });

  it("is released by those who may", async () => {
    const firm = await firmWith(yearly);
    const coordinator = await firm.as("coordinator");
    await expect(
      coordinator((scope) => releaseRevenue(scope, { through: "2026-12-31" as LocalDate })),
    ).rejects.toMatchObject({ kind: "permission-missing" });
  });
});
