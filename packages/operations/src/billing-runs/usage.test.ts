import { describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { runBilling } from "./run-billing.ts";

const database = useTestDatabase();
let now = new Date();

const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", approver_email: "manager@firm.example" };
const calls = {
  meter_key: "m1",
  engagement_key: "e1",
  name: "API calls",
  starts_on: "2026-09-01",
  price: "0.10 | 0.08 above 1000",
  included: "100",
};
const reading = { usage_key: "u1", meter_key: "m1", used_on: "2026-10-03", quantity: "600" };
type Row = Readonly<Record<string, string>>;

async function firmWith(meter: Row, readings: readonly Row[]): Promise<Firm> {
  now = new Date("2026-11-03T10:00:00Z");
  const firm = await newFirm(database.current.pool, { clock: () => now });
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  await firm.take("engagements", [engagement]);
  expect(await firm.take("meters", [meter])).toMatchObject({ added: 1, quarantined: 0 });
  expect(await firm.take("usage", readings)).toMatchObject({ quarantined: 0 });
  return firm;
}

async function close(firm: Firm, month: string, on = now.toISOString()) {
  now = new Date(on);
  const runner = await firm.as("billing-runner");
  const closed = await closeMonth(await closersOf(firm), {
    period: monthPeriod(month) as Period,
    bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
  });
  await mustRecompute(await firm.as("auditor"));
  return closed;
}

const rows = async <T>(firm: Firm, sql: string) =>
  (await database.current.admin.query(sql, [firm.tenantId])).rows as T[];
const lines = async (firm: Firm) =>
  (
    await rows<{ description: string; quantity: string; net: string }>(
      firm,
      `select l.description, l.quantity, l.net_minor as net from invoices i
         join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        where i.tenant_id = $1 and i.number is not null order by i.number, l.position`,
    )
  ).map(({ description, quantity, net }) => `${description}: ${quantity} = ${net}`);
const refusals = async (firm: Firm) =>
  (
    await rows<{ issues: { field: string; reason: string }[] }>(
      firm,
      "select issues from quarantined_rows where tenant_id = $1 order by id",
    )
  ).flatMap(({ issues }) => issues.map(({ field, reason }) => `${field}: ${reason}`));

describe("use", () => {
  it("is billed when its period is over, tier by tier, once however often a run looks", async () => {
    const firm = await firmWith(calls, [reading, { ...reading, usage_key: "u2", quantity: "900.5" }]);
    await close(firm, "2026-10");
    expect(await close(firm, "2026-10")).toMatchObject({ drafted: 0 });
    expect(await lines(firm)).toEqual([
      "API calls, 2026-10-01 to 2026-10-31: 900 = 9000",
      "API calls, 2026-10-01 to 2026-10-31: 500.5 = 4004",
    ]);
  });

  it("that is reported or corrected after its period was billed counts in the next one", async () => {
    const firm = await firmWith(calls, [reading]);
    await close(firm, "2026-10");
    expect(
      await firm.take("usage", [
        { ...reading, quantity: "650" },
        { ...reading, usage_key: "late", used_on: "2026-10-31", quantity: "20" },
        { ...reading, usage_key: "u3", used_on: "2026-11-05", quantity: "300" },
      ]),
    ).toMatchObject({ added: 2, changed: 1 });
    await close(firm, "2026-11", "2026-12-01T10:00:00Z");
    expect(await lines(firm)).toEqual([
      "API calls, 2026-10-01 to 2026-10-31: 500 = 5000",
      "API calls, 2026-11-01 to 2026-11-30: 270 = 2700",
    ]);
  });

  it("keeps what a cap held of a period when the rest of it was billed", async () => {
    const firm = await firmWith(calls, [{ ...reading, quantity: "1500" }]);
    await firm.take("engagements", [{ ...engagement, cap_amount: "100.00" }]);
    await close(firm, "2026-10");
    expect(await lines(firm)).toEqual(["API calls, 2026-10-01 to 2026-10-31: 900 = 9000"]);
    await firm.take("engagements", [{ ...engagement, cap_amount: "200.00" }]);
    await close(firm, "2026-10");
    expect(await lines(firm)).toEqual([
      "API calls, 2026-10-01 to 2026-10-31: 900 = 9000",
      "API calls, 2026-10-01 to 2026-10-31: 500 = 4000",
    ]);
  });

  it("of nothing comes to the minimum, every period", async () => {
    const firm = await firmWith({ ...calls, minimum: "50.00", billed_through: "2026-09-30" }, [reading]);
    await close(firm, "2026-10");
    await close(firm, "2026-11", "2026-12-01T10:00:00Z");
    expect(await lines(firm)).toEqual([
      "API calls, 2026-10-01 to 2026-10-31: 500 = 5000",
      "API calls, minimum, 2026-11-01 to 2026-11-30: 1 = 5000",
    ]);
  });
});

describe("a count", () => {
  const seats = { ...calls, name: "Seats", unit: "seat", measure: "peak", price: "20.00", included: "" };

  it("holds until the next one, and is not changed in a period that was billed", async () => {
    const firm = await firmWith(seats, [{ ...reading, used_on: "2026-09-10", quantity: "5" }]);
    await close(firm, "2026-10");
    expect(await lines(firm)).toEqual([
      "Seats, 2026-09-01 to 2026-09-30: 5 = 10000",
      "Seats, 2026-10-01 to 2026-10-31: 5 = 10000",
    ]);
    const late = { ...reading, usage_key: "u2", used_on: "2026-10-20", quantity: "9" };
    expect(await firm.take("usage", [late])).toMatchObject({ quarantined: 1 });
    expect(await refusals(firm)).toEqual([
      "used_on: the period it counts in was billed on invoice F-2026-00001: credit that first",
    ]);
  });
});

it("bad rows are refused under their columns", async () => {
  const firm = await firmWith(calls, [reading]);
  await firm.take("meters", [
    { ...calls, meter_key: "m2", price: "0.10 | 0.08" },
    { ...calls, meter_key: "m3", price: "0.10 | 0.08 above 1000 | 0.06 above 900" },
    { ...calls, meter_key: "m4", billed_through: "2026-09-15" },
  ]);
  await firm.take("usage", [
    { ...reading, usage_key: "u2", quantity: "-5" },
    { ...reading, usage_key: "u3", used_on: "2026-08-31" },
    { ...reading, usage_key: "u4", used_through: "2026-11-02" },
    { ...reading, usage_key: "u5", quantity: "1.1234567" },
  ]);
  expect(await refusals(firm)).toEqual([
    "price: “0.08” is not an amount in EUR, with “above” and a number after the first one",
    "price: are not in the order of their bounds",
    "billed_through: 2026-09-15 is not the last day of a period",
    "quantity: “-5” is not a number such as 12 or 0.5, with up to six decimals",
    "used_on: is before 2026-09-01, the meter's first day",
    "used_through: runs into the meter's next period, which begins on 2026-11-01; report the two apart",
    "quantity: “1.1234567” is not a number such as 12 or 0.5, with up to six decimals",
  ]);
});
