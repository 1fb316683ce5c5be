import { existsSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, firmFolder, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { recomputeInvoices } from "../recompute/recompute-invoices.ts";
import { runBilling } from "./run-billing.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T18:00:00Z");
const october = monthPeriod("2026-10") as Period;
let firm: Firm;

const rate = (on: string, units: string, source = "ECB") => ({
  base_currency: "EUR",
  quote_currency: "USD",
  rate_date: on,
  rate: units,
  source,
});
const expense = (key: string, on: string, more: Readonly<Record<string, string>> = {}) => ({
  expense_key: key,
  project_key: "p1",
  spent_on: on,
  category: "Travel",
  description: `taxi ${key}`,
  paid: "100.00",
  currency: "USD",
  receipt: `${key}.pdf`,
  receipt_sha256: "b".repeat(64),
  status: "approved",
  ...more,
});
const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };

async function open(takesRates: boolean): Promise<void> {
  const { tenant } = await firmFolder("any");
  const [entity] = tenant.legalEntities as [(typeof tenant.legalEntities)[number]];
  const fx = { fixedAt: "tax_point", source: "ECB" } as const;
  firm = await newFirm(database.current.pool, {
    clock,
    folder: { legalEntities: [{ ...entity, ...(takesRates && { fx }) }] },
  });
  await firm.take("clients", [billableClient("c1")]);
  await firm.take("rate_cards", [{ card_key: "usd", currency: "USD" }]);
  await firm.take("engagements", [engagement]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Audit" }]);
}

/** Ten hours of a senior, at what the card in dollars says. */
async function work(price: string): Promise<void> {
  await firm.take("engagements", [{ ...engagement, card_key: "usd" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }]);
  await firm.take("rates", [{ card_key: "usd", role: "Senior", price, effective_from: "2026-01-01" }]);
  const entry = { entry_key: "t1", worker_key: "w1", project_key: "p1", work_date: "2026-10-05", hours: "10" };
  await firm.take("time_entries", [{ ...entry, status: "approved", narrative: "Audit of the plan" }]);
}

const close = async () =>
  closeMonth(await closersOf(firm), {
    period: october,
    bill: async (billingRunId) => void (await runBilling(await firm.as("billing-runner"), { billingRunId })),
  });
const rows = async <Row>(sql: string): Promise<Row[]> =>
  (await firm.as("coordinator"))((scope) => query<Row>(scope.tx, sql));
const lines = () =>
  rows<{ price: string; because: string }>(
    "select price_minor as price, because from invoice_lines order by invoice_id, content_version, position",
  );
const held = () => rows("select code from exceptions where state = 'open' order by code");
const invoiceIds = async () =>
  (await rows<{ id: InvoiceId }>("select id from invoices where kind = 'invoice' order by id")).map(({ id }) => id);
const differences = async () => {
  const ids = await invoiceIds();
  const found = await (await firm.as("auditor"))((scope) => recomputeInvoices(scope, { invoiceIds: ids }));
  expect(found).toHaveLength(1);
  return found.flatMap((each) => each.differences);
};

describe("an expense in another currency", () => {
  beforeEach(() => open(true));

  it("has the rate of its day from the entity's source, and keeps it, as does its credit", async () => {
    // The eleventh is a Sunday: the rate of Friday holds. Whoever recorded one with it is not overruled.
    await firm.take("fx_rates", [
      rate("2026-10-09", "1.25"),
      rate("2026-10-12", "1.6"),
      rate("2026-10-12", "2", "Bank"),
    ]);
    await firm.take("expenses", [
      expense("a", "2026-10-11"),
      expense("b", "2026-10-12"),
      expense("c", "2026-10-12", { exchange_rate: "0.9", exchange_on: "2026-10-12", exchange_source: "card" }),
    ]);
    expect(await close()).toMatchObject({ issued: 1 });
    const because = (key: string, on: string, by: string) => `100.00 USD paid on ${on}; at ${by}; receipt ${key}.pdf`;
    expect(await lines()).toEqual(
      expect.arrayContaining([
        { price: "8000", because: because("a", "2026-10-11", "1.25 USD for 1 EUR (ECB, 2026-10-09)") },
        { price: "6250", because: because("b", "2026-10-12", "1.6 USD for 1 EUR (ECB, 2026-10-12)") },
        { price: "9000", because: because("c", "2026-10-12", "0.9 EUR for 1 USD (card, 2026-10-12)") },
      ]),
    );

    // A corrected rate is for what comes.
    await firm.take("fx_rates", [rate("2026-10-09", "5")]);
    expect(await differences()).toEqual([]);
    const [invoiceId] = (await invoiceIds()) as [InvoiceId];
    await (
      await firm.as("coordinator")
    )((scope) =>
      createCreditNote(scope, {
        invoiceId,
        lines: [{ position: 1, quantity: "1", treatment: "concession" }],
        code: "quality",
        reason: "Agreed by telephone",
      }),
    );
    const credited = await rows("select net_minor as net from invoices where kind = 'credit_note'");
    expect(credited).toEqual([{ net: "-8000" }]);
  });

  it("waits while no rate of its days is known, and is billed by the next run once there is one", async () => {
    await firm.take("fx_rates", [rate("2026-10-05", "1.25"), rate("2026-10-12", "2", "Bank")]);
    await firm.take("expenses", [expense("a", "2026-10-12")]);
    await close();
    expect(await held()).toEqual([{ code: "exchange-rate-missing" }]);
    await firm.take("fx_rates", [rate("2026-10-06", "1.25")]);
    expect(await close()).toMatchObject({ issued: 1 });
    expect(await lines()).toMatchObject([{ price: "8000" }]);
    expect(await held()).toEqual([]);
  });

  it("names a rate that was changed behind the database's back", async () => {
    await firm.take("fx_rates", [rate("2026-10-12", "1.6")]);
    await firm.take("expenses", [expense("b", "2026-10-12")]);
    await close();
    await database.current.admin.query("update fx_rates set rate = 3 where tenant_id = $1", [firm.tenantId]);
    expect(await differences()).toMatchObject([{ where: expect.stringContaining("fx rate"), member: "rate" }]);
  });
});

describe("a rate card in another currency", () => {
  it("is converted at the rate of the last day of the period, kept, and made again", async () => {
    await open(true);
    await firm.take("fx_rates", [rate("2026-10-05", "1.1"), rate("2026-10-30", "1.1684"), rate("2026-11-02", "2")]);
    await work("120.00");
    expect(await close()).toMatchObject({ issued: 1 });
    const card = "120.00 USD per hour from the engagement's rate card “usd”, in force since 2026-01-01";
    const because = `${card}; 102.70 EUR at 1.1684 USD for 1 EUR (ECB, 2026-10-30); 1 entry on 2026-10-05`;
    expect(await lines()).toEqual([{ price: "10270", because }]);
    await firm.take("fx_rates", [rate("2026-10-30", "5")]);
    await firm.take("rates", [{ card_key: "usd", role: "Senior", price: "1.00", effective_from: "2026-01-01" }]);
    expect(await differences()).toEqual([]);
  });

  it("holds its hours while no rate is known", async () => {
    await open(true);
    await work("120.00");
    await close();
    expect(await held()).toEqual([{ code: "rate-missing" }]);
    expect(await lines()).toEqual([]);
  });

  it("is refused for an entity that takes no rates, naming both currencies", async () => {
    await open(false);
    expect(await firm.take("engagements", [{ ...engagement, card_key: "usd" }])).toMatchObject({ quarantined: 1 });
    const reason =
      "the rate card is in USD, the engagement in EUR, and its legal entity names no source of exchange rates";
    expect(await rows("select issues from quarantined_rows")).toEqual([{ issues: [{ field: "card_key", reason }] }]);
  });
});

const published = new URL("../../../../../shared/data/fx/ecb-reference-rates-2014-2026.csv", import.meta.url);

describe.skipIf(!existsSync(published))("rates as they are published (skipped without ../shared/data)", () => {
  it("give each expense of a year that of its day, or of the working day before", async () => {
    const [header = "", ...days] = readFileSync(published, "utf8").trim().split("\n");
    const column = header.split(",").indexOf("USD");
    const year = days
      .map((row) => row.split(","))
      .map((cells) => ({ on: cells[0] ?? "", units: cells[column] ?? "" }))
      .filter(({ on, units }) => on.startsWith("2025-") && /^\d/.test(units));
    await open(true);
    const taken = await firm.take(
      "fx_rates",
      year.map(({ on, units }) => rate(on, units)),
    );
    expect(taken).toMatchObject({ added: year.length });
    const dayOf = (index: number) => new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);
    const spent = Array.from({ length: 365 }, (_, index) => dayOf(index));
    await firm.take(
      "expenses",
      spent.map((on) => expense(on, on, { paid: "1000.00" })),
    );
    await close();
    const billed = await lines();
    // The year begins with a holiday, before its first rate.
    expect(billed).toHaveLength(364);
    const wrong = billed.filter(({ price, because }) => {
      const on = /paid on (\S+);/.exec(because)?.[1] ?? "";
      const used = year.filter((each) => each.on <= on).toSorted((left, right) => (left.on < right.on ? 1 : -1))[0];
      const [whole = "", fraction = ""] = (used?.units ?? "").split(".");
      const off = 100_000n * 10n ** BigInt(fraction.length) - BigInt(price) * BigInt(whole + fraction);
      return !because.includes(`(ECB, ${used?.on})`) || 2n * (off < 0n ? -off : off) > BigInt(whole + fraction);
    });
    expect(wrong).toEqual([]);
  });
});
