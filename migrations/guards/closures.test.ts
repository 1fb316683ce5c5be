import { beforeEach, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger(database.current.pool);
});

const shut = `insert into closures (id, engagement_id, closed_on, reason, checklist, billing_run_id)
  values (:closure, :engagement, '2030-10-31', 'over', '[]', :run)`;
const reopen = `update closures set reopened_by = (select app.actor()), reopened_at = now(), reopening_reason = 'again'
  where id = :closure`;
const record = `insert into work_items (id, kind, engagement_id, worked_on, amount_minor, currency, status)
  values (:work, 'fee', :engagement, :day, 100, 'EUR', :status)`;

const values = () => ({ ...ledger.ids, closure: newId(), work: newId(), day: "2030-10-01", status: "approved" });

it("an engagement is reopened once, in the own name, by another person than who closed it", async () => {
  const ids = values();
  expect(await refusal(ledger.run("controller", shut, ids))).toBe("allowed");
  expect(await refusal(ledger.run("controller", shut, { ...ids, closure: newId() }))).toBe("23505");
  expect(await refusal(ledger.run("controller", reopen, ids))).toBe("PL136");
  const forged = reopen.replace("(select app.actor())", "closed_by");
  expect(await refusal(ledger.run("finance", forged, ids))).toBe("PL136");
  expect(await refusal(ledger.run("finance", reopen, ids))).toBe("allowed");
  expect(await refusal(ledger.run("finance", reopen, ids))).toBe("PL136");
  expect(await refusal(ledger.run("controller", shut, { ...ids, closure: newId() }))).toBe("allowed");
});

it("a closed engagement takes no work of any day, and none is closed that has work after its day", async () => {
  const ids = values();
  const after = { ...ids, work: newId(), day: "2030-11-01" };
  expect(await refusal(ledger.run("coordinator", record, after))).toBe("allowed");
  expect(await refusal(ledger.run("controller", shut, ids))).toBe("PL136");
  await ledger.as("coordinator", async (tx) => {
    await say(tx, "update work_items set current = false where id = :work", after);
    await say(tx, record.replace("(id,", "(version, id,").replace("(:work", "(2, :work"), {
      ...after,
      status: "rejected",
    });
  });
  await ledger.run("controller", shut, ids);
  expect(await refusal(ledger.run("coordinator", record, ids))).toBe("PL137");
  expect(await refusal(ledger.run("coordinator", record, { ...ids, status: "rejected" }))).toBe("allowed");
  await ledger.run("finance", reopen, ids);
  expect(await refusal(ledger.run("coordinator", record, { ...ids, work: newId() }))).toBe("allowed");
});
