import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { advance, draftInvoice, issue, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const work = `insert into work_items (id, kind, engagement_id, worked_on, amount_minor, currency, status)
  values (:id, 'shortfall', :engagement, cast(:ends as date) - 1, :amount, 'EUR', 'approved')`;
const shortfall = `insert into shortfalls (id, version, engagement_id, starts_on, ends_on, minimum_minor, billed_minor, detail)
  values (:id, 1, :engagement, :starts, :ends, :minimum, :billed, '{}')`;

/** Both rows, as a run writes them. */
const make = (more: Readonly<Record<string, unknown>>, statements = [work, shortfall]) =>
  refusal(
    ledger.as("billing-runner", async (tx) => {
      const values = {
        ...ledger.ids,
        id: newId(),
        starts: "2026-01-01",
        ends: "2026-02-01",
        minimum: 1000,
        billed: 600,
        amount: 400,
        ...more,
      };
      for (const sql of statements) await say(tx, sql, values);
    }),
  );

it("a shortfall is what its period lacks, to the cent, on its last day", async () => {
  expect(await make({ amount: 401 })).toBe("PL230");
  expect(await make({}, [work])).toBe("PL230");
  expect(await make({ billed: 1000, amount: 1 })).toBe("23514");
  expect(await make({ ends: "2026-01-01" })).toBe("23514");
});

it("no day is committed twice, and a period has one shortfall", async () => {
  expect(await make({})).toBe("allowed");
  expect(await make({ starts: "2026-01-31", ends: "2026-03-01" })).toBe("PL231");
  expect(await make({ ends: "2026-01-15" })).toBe("23505");
  expect(await make({ starts: "2026-02-01", ends: "2026-03-01" })).toBe("allowed");
});

it("a shortfall is issued after what it counted", async () => {
  const [counted, charging] = [await draftInvoice(ledger), await draftInvoice(ledger)];
  const id = newId();
  expect(await make({ id, starts: "2026-03-01", ends: "2026-04-01" })).toBe("allowed");
  await ledger.run(
    "billing-runner",
    `insert into claims (id, work_item_id, work_item_version, minutes, line_id, billing_run_id)
     values (:claim, :id, 1, 0, :line, :run)`,
    { ...ledger.ids, claim: newId(), id, line: charging.line },
  );
  await advance(ledger, charging, "finance_approved");
  expect(await refusal(issue(ledger, charging))).toBe("PL232");
  await advance(ledger, counted, "issued");
  expect(await refusal(issue(ledger, charging))).toBe("allowed");
});
