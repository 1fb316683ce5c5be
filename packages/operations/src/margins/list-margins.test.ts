import { beforeEach, describe, expect, it } from "vitest";
import type { MarginSubject } from "@plumbline/contract/margin";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issueOctober, mixedFirm } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { query } from "@plumbline/platform/sql";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { listQuarantinedRows } from "../imports/list-quarantined-rows.ts";
import { listMargins } from "./list-margins.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");
const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

let firm: Firm;

const time = (key: string, more: Readonly<Record<string, string>>) => ({
  entry_key: key,
  project_key: "p1",
  work_date: "2026-10-06",
  status: "approved",
  narrative: key,
  ...more,
});

/** Ann bills 100.00 an hour less 10 %, Bo 60.00; ten hours and five. */
beforeEach(async () => {
  firm = await newFirm(database.current.pool, { clock });
  const taken = async (...rows: Parameters<Firm["take"]>) =>
    expect(await firm.take(...rows)).toMatchObject({ quarantined: 0 });
  await taken("clients", [billableClient("c1", { name: "Bright" })]);
  await taken("rate_cards", [{ card_key: "std", currency: "EUR", is_default: "yes" }]);
  const engagement = { engagement_key: "e1", client_key: "c1", code: "E-1", name: "Rollout", card_key: "std" };
  await taken("engagements", [{ ...engagement, approver_email: "manager@firm.example", discounts: "10% per line" }]);
  await taken("projects", [{ project_key: "p1", engagement_key: "e1", name: "Rollout" }]);
  await taken("workers", [
    { worker_key: "w1", name: "Ann Lee" },
    { worker_key: "w2", name: "Bo Ray" },
  ]);
  await taken("worker_grades", [
    { worker_key: "w1", grade: "Senior", from_date: "2020-01-01" },
    { worker_key: "w2", grade: "Junior", from_date: "2020-01-01" },
  ]);
  await taken("rates", [
    { card_key: "std", role: "Senior", price: "100.00", effective_from: "2026-01-01" },
    { card_key: "std", role: "Junior", price: "60.00", effective_from: "2026-01-01" },
  ]);
  await taken("time_entries", [
    time("t1", { worker_key: "w1", hours: "10.00" }),
    time("t2", { worker_key: "w2", hours: "5.00" }),
    time("t3", { worker_key: "w2", hours: "2.00", status: "submitted" }),
  ]);
});

const margins = async (by: MarginSubject, who: Parameters<Firm["as"]>[0] = "controller") =>
  (await (await firm.as(who))((scope) => listMargins(scope, { limit: 50, by, ...october }))).items;
const cost = (more: Readonly<Record<string, string>>) => ({
  currency: "EUR",
  cost: "45.00",
  effective_from: "2026-01-01",
  ...more,
});

describe("margin and realisation", () => {
  it("hold what was asked for work against its worth and its cost", async () => {
    await firm.take("cost_rates", [cost({ worker_key: "w1" }), cost({ grade: "Senior", cost: "1.00" })]);
    await firm.take("cost_rates", [cost({ grade: "Junior", cost: "20.00" })]);
    await issueOctober(firm);
    const eur = (amount: string) => ({ amount, currency: "EUR" });
    const all = {
      minutes: 900,
      standard: eur("1300.00"),
      takenOff: eur("130.00"),
      credited: eur("0.00"),
      billed: eur("1170.00"),
      realisationBasisPoints: 9_000,
      cost: eur("550.00"),
      uncostedMinutes: 0,
      margin: eur("620.00"),
      marginBasisPoints: 5_299,
    };
    expect(await margins("engagement")).toMatchObject([{ subject: { name: "Rollout" }, ...all }]);
    expect(await margins("client")).toMatchObject([{ subject: { name: "Bright" }, ...all }]);
    const [ann, bo] = await margins("worker");
    expect(ann).toMatchObject({ subject: { name: "Ann Lee" }, billed: eur("900.00"), cost: eur("450.00") });
    expect(bo).toMatchObject({ subject: { name: "Bo Ray" }, billed: eur("270.00"), cost: eur("100.00") });
  });

  it("take what was conceded off, and count time that has no cost apart", async () => {
    await firm.take("cost_rates", [cost({ worker_key: "w1" })]);
    await issueOctober(firm);
    const coordinator = await firm.as("coordinator");
    await coordinator(async (scope) => {
      const [line] = await query<{ invoice: InvoiceId; position: number }>(
        scope.tx,
        "select invoice_id as invoice, position from invoice_lines where price_minor = 10000",
      );
      const { invoice: invoiceId, position } = line as { invoice: InvoiceId; position: number };
      await createCreditNote(scope, {
        invoiceId,
        lines: [{ position, treatment: "concession", quantity: "60" }],
        code: "not_agreed",
        reason: "A meeting too many",
      });
    });
    await closeMonth(await closersOf(firm), { period: october });
    expect(await margins("engagement")).toMatchObject([
      {
        standard: { amount: "1300.00" },
        credited: { amount: "90.00" },
        billed: { amount: "1080.00" },
        realisationBasisPoints: 8_308,
        uncostedMinutes: 300,
      },
    ]);
    expect((await margins("engagement"))[0]).not.toHaveProperty("margin");
  });

  it("stay the same when work is credited and billed anew", async () => {
    await issueOctober(firm);
    const before = await margins("engagement");
    const coordinator = await firm.as("coordinator");
    await coordinator(async (scope) => {
      const [invoice] = await query<{ id: InvoiceId }>(scope.tx, "select id from invoices");
      const invoiceId = (invoice as { id: InvoiceId }).id;
      const why = { code: "wrong_rate" as const, reason: "Last year's rates" };
      await createCreditNote(scope, { invoiceId, lines: "rebillable", rebills: true, ...why });
    });
    await closeMonth(await closersOf(firm), { period: october });
    expect(await margins("engagement")).toMatchObject([{ standard: { amount: "0.00" }, billed: { amount: "0.00" } }]);
    await closeMonth(await closersOf(firm), { period: october });
    expect(await margins("engagement")).toEqual(before);
  });

  it("take in what was spent, and the cost that held on the day", async () => {
    firm = await mixedFirm(database.current.pool, { clock });
    await firm.take("cost_rates", [
      cost({ grade: "Senior", cost: "50.00", effective_to: "2026-10-06" }),
      cost({ grade: "Senior", cost: "60.00", effective_from: "2026-10-07" }),
      cost({ grade: "Senior", currency: "USD", cost: "999.00" }),
    ]);
    await issueOctober(firm);
    // 3.10 h and 1.30 h at 50.00 on the 6th, 7.90 h at 60.00 on the 7th.
    const rows = await margins("engagement");
    expect(rows.map(({ subject: { name }, cost: { amount } }) => [name, amount])).toContainEqual(["E-1", "694.00"]);
    // Travel was paid in dollars, beside time whose cost is known in part.
    expect(rows.find(({ subject: { name } }) => name === "E-2")).toMatchObject({
      uncostedMinutes: 156,
      uncostedSpends: 1,
    });
  });

  it("are for those who may know what people cost, wherever they would see it", async () => {
    await firm.take("cost_rates", [cost({ worker_key: "w1", grade: "Senior" }), cost({ worker_key: "w9" })]);
    for (const who of ["coordinator", "manager", "lead", "admin", "collector", "auditor"] as const)
      await expect(margins("engagement", who)).rejects.toMatchObject({ kind: "permission-missing" });
    const rowsOf = async (who: "coordinator" | "admin") =>
      (await (await firm.as(who))((scope) => listQuarantinedRows(scope, { limit: 50, state: "open" }))).items;
    expect([await rowsOf("coordinator"), await rowsOf("admin")]).toEqual([[], []]);
  });

  it("refuse two costs of one day, and a cost of nobody", async () => {
    const faults = async (rows: readonly Readonly<Record<string, string>>[]) => {
      await firm.take("cost_rates", rows);
      const { rows: bad } = await database.current.admin.query<{ issues: { field: string; reason: string }[] }>(
        "select q.issues from quarantined_rows q where q.tenant_id = $1 order by q.id desc limit 1",
        [firm.tenantId],
      );
      return bad[0]?.issues.map(({ field, reason }) => `${field}: ${reason}`);
    };
    expect(
      await faults([
        cost({ grade: "Senior", effective_to: "2026-06-30" }),
        cost({ grade: "Senior", effective_from: "2026-06-01" }),
      ]),
    ).toEqual(["effective_from: overlaps the cost from 2026-01-01 to 2026-06-30"]);
    expect(await faults([cost({})])).toEqual([
      "row: names neither a worker nor a grade, or both: it is the cost of one of them",
    ]);
    expect(await faults([cost({ grade: "Senior", cost: "0.00" })])).toEqual([
      "cost: “0.00” is not an amount in EUR above zero",
    ]);
  });
});
