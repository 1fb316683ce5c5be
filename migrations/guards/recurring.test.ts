import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { advance, draftInvoice, issue, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

describe("a recurring agreement", () => {
  const add = `insert into recurring_agreements (id, version, kind, engagement_id, terms)
    values (:id, :version, 'subscription', :engagement, '{}')`;
  const retire = "update recurring_agreements set current = false where id = :id and version = 1";

  it("gives way to its successor, and to nothing else", async () => {
    const values = { ...ledger.ids, id: newId(), version: 1 };
    await ledger.run("coordinator", add, values);
    expect(await refusal(ledger.run("coordinator", retire, values))).toBe("PL130");
    const succeed = ledger.as("coordinator", async (tx) => {
      await say(tx, retire, values);
      await say(tx, add, { ...values, version: 2 });
    });
    expect(await refusal(succeed)).toBe("allowed");
    const revive = ledger.as("coordinator", async (tx) => {
      await say(tx, "update recurring_agreements set current = false where id = :id and version = 2", values);
      await say(tx, "update recurring_agreements set current = true where id = :id and version = 1", values);
      await say(tx, add, { ...values, version: 3 });
    });
    expect(await refusal(revive)).not.toBe("allowed");
  });
});

it("a reading gives way to its successor, and to nothing else", async () => {
  const values = { ...ledger.ids, meter: newId(), reading: newId(), version: 1 };
  await ledger.run(
    "coordinator",
    "insert into recurring_agreements (id, version, kind, engagement_id, terms) values (:meter, 1, 'usage', :engagement, '{}')",
    values,
  );
  const add = `insert into usage_readings (id, version, meter_id, meter_version, read_on, quantity)
    values (:reading, :version, :meter, 1, '2026-10-01', 5)`;
  const retire = "update usage_readings set current = false where id = :reading and version = 1";
  await ledger.run("coordinator", add, values);
  expect(await refusal(ledger.run("coordinator", retire, values))).toBe("PL132");
  const succeed = ledger.as("coordinator", async (tx) => {
    await say(tx, retire, values);
    await say(tx, add, { ...values, version: 2 });
  });
  expect(await refusal(succeed)).toBe("allowed");
});

it("what a client keeps is released up to what it keeps and not beyond", async () => {
  const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
  await issue(ledger, draft);
  const release = ledger.as("finance", async (tx) => {
    const values = { ...ledger.ids, invoice: draft.id, entry: newId() };
    await say(
      tx,
      `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, due_on, invoice_id, reason)
       values (:entry, 'retention_released', :entity, :client, 'EUR', '2026-02-28', '2026-03-31', :invoice, 'x')`,
      values,
    );
    await say(
      tx,
      `insert into ledger_postings (entry_id, position, account, amount_minor)
       values (:entry, 1, 'receivable', 1), (:entry, 2, 'retention_receivable', -1)`,
      values,
    );
  });
  expect(await refusal(release)).toBe("PL133");
});

describe("deferred revenue", () => {
  it("is released up to what was deferred and not beyond", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
    await issue(ledger, draft);
    const release = ledger.as("finance", async (tx) => {
      const values = { ...ledger.ids, invoice: draft.id, entry: newId() };
      await say(
        tx,
        `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id)
         values (:entry, 'revenue_released', :entity, :client, 'EUR', '2026-02-28', :invoice)`,
        values,
      );
      await say(
        tx,
        `insert into ledger_postings (entry_id, position, account, amount_minor)
         values (:entry, 1, 'deferred_revenue', 1), (:entry, 2, 'revenue', -1)`,
        values,
      );
    });
    expect(await refusal(release)).toBe("PL131");
  });
});
