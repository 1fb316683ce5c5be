import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
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
  ["ledger_entries", "booked_on = booked_on"],
  ["ledger_postings", "amount_minor = amount_minor"],
  ["draftings", "inputs = inputs"],
  ["drafted_contents", "content_version = content_version"],
  ["payments", "amount_minor = amount_minor"],
  ["payment_applications", "amount_minor = amount_minor"],
  ["recurring_agreements", "terms = terms"],
  ["recurring_pieces", "detail = detail"],
  ["usage_readings", "quantity = quantity"],
  ["revenue_releases", "month = month"],
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

  it.each(["recorded_at = recorded_at - interval '1 day'", "status = 'submitted'", "status = 'rejected'"])(
    "keeps its time and what was decided: %s",
    async (set) => {
      const work = await workFor(ledger);
      const sql = `update work_items set ${set} where id = :work`;
      expect(await refusal(ledger.run("coordinator", sql, { work }))).toBe("PL021");
    },
  );

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

  it("gives way to nothing else, or its minutes would vanish", async () => {
    expect(await refusal(ledger.run("coordinator", retire, { work: await workFor(ledger) }))).toBe("PL023");
  });
});

describe("what was agreed", () => {
  it.each(["update rates set price_minor = price_minor + 1", "update engagement_terms set terms = '{}'"])(
    "stays, to recompute an old invoice from: %s",
    async (sql) => {
      expect(await refusal(ledger.run("coordinator", sql))).toBe("42501");
    },
  );
});

describe("in another's name, or at another time,", () => {
  it.each([
    ["audit_entries (id, action, subject_id, actor_id)", "(:id, 'x', :id, :other)"],
    ["audit_entries (id, action, subject_id, occurred_at)", "(:id, 'x', :id, '2020-01-01')"],
    ["outbox (id, name, subject_id, sequence, data, actor_id)", "(:id, 'x', :id, 1, '{}', :other)"],
    ["outbox (id, name, subject_id, sequence, data, published_at)", "(:id, 'x', :id, 1, '{}', now())"],
    [
      "billing_runs (id, period_start, period_end, bundle_hash, state, started_by)",
      "(:id, '2026-01-01', '2026-02-01', :hash, 'done', :other)",
    ],
    ["imports (id, system, kind, file_name, started_by)", "(:id, 'x', 'x', 'x', :other)"],
  ])("nothing is put into %s", async (into, row) => {
    const values = { id: newId(), other: ledger.actorOf("manager"), hash: `hash-${ledger.ids.bundle}` };
    expect(await refusal(ledger.run("coordinator", `insert into ${into} values ${row}`, values))).toBe("42501");
  });
});

it("gives no row away to another tenant", async () => {
  const draft = await draftInvoice(ledger);
  const sql = "update invoices set tenant_id = gen_random_uuid(), version = version + 1 where id = :id";
  expect(await refusal(ledger.run("coordinator", sql, draft))).toMatch(/^(42501|PL03\d)$/);
});
