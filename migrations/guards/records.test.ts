import { beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { advance, draftInvoice, refusal, workFor } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
  await advance(ledger, await draftInvoice(ledger), "issued");
});

describe.each([
  ["invoice_lines", "net_minor = net_minor"],
  ["tax_determinations", "tax_minor = tax_minor"],
  ["approvals", "decided_at = decided_at"],
  ["invoice_snapshots", "hash = hash"],
  ["documents", "hash = hash"],
  ["audit_entries", "action = action"],
  ["policy_decisions", "rulings = rulings"],
  ["policy_bundles", "packs = packs"],
  ["brandings", "brand = brand"],
  ["evidence", "facts = facts"],
  ["time_entries", "narrative = narrative"],
  ["outbox", "data = data"],
])("%s", (table, set) => {
  it.each([`update ${table} set ${set}`, `delete from ${table}`, `truncate ${table} cascade`])(
    "is never changed: %s",
    async (sql) => {
      expect(await refusal(ledger.run("controller", sql))).toBe("42501");
    },
  );
});

it.each(["invoices", "claims", "work_items", "number_series", "memberships", "exceptions", "jobs"])(
  "%s is never deleted from",
  async (table) => {
    expect(await refusal(ledger.run("controller", `delete from ${table}`))).toBe("42501");
  },
);

describe("a version of a work item", () => {
  it.each([
    "minutes = 1",
    "worked_on = worked_on + 1",
    "project_id = gen_random_uuid()",
    "engagement_id = gen_random_uuid()",
    "version = 2",
    "id = gen_random_uuid()",
  ])("is as recorded: %s", async (set) => {
    const work = await workFor(ledger);
    const sql = `update work_items set ${set} where id = :work`;
    expect(await refusal(ledger.run("coordinator", sql, { work }))).toBe("PL021");
  });

  const retire = "update work_items set current = false where id = :work and current";

  it("gives way to a successor, and never comes back", async () => {
    const work = await workFor(ledger);
    const succeed = `insert into work_items (id, version, kind, engagement_id, project_id, worked_on, minutes, status)
      select id, version + 1, kind, engagement_id, project_id, worked_on, 30, status from work_items where id = :work`;
    const corrected = ledger.as("coordinator", async (tx) => {
      await say(tx, retire, { work });
      await say(tx, succeed, { work });
    });
    expect(await refusal(corrected)).toBe("allowed");
    const revive = "update work_items set current = true where id = :work and version = 1";
    expect(await refusal(ledger.run("coordinator", revive, { work }))).toBe("PL021");
  });
});
