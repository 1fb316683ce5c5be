import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const draft = `insert into change_orders (id, engagement_id, number, effective_from, reason, amends, description, amount_minor, currency)
  values (:order, :engagement, :number, '2026-10-15', 'more', '{}', 'Survey', 4000, 'EUR')`;
const sign = `update change_orders set state = 'signed', signed_on = '2026-10-12', evidence_id = :proof, signed_by = (select app.actor()), signed_at = now()
  where id = :order`;
const bill = `insert into work_items (id, kind, engagement_id, worked_on, amount_minor, currency, status)
  values (:order, 'change_order', :engagement, '2026-10-15', :amount, 'EUR', 'approved')`;

async function drafted() {
  const values = { ...ledger.ids, order: newId(), number: newId().slice(0, 30), proof: newId(), amount: 4000 };
  await ledger.run("coordinator", draft, values);
  const prove = `insert into evidence (id, kind, subject_id, facts, hash) values (:proof, 'change_order', :order, '{}', :number)`;
  await ledger.run("coordinator", prove, values);
  return values;
}

it("an order is signed in the own name by another person than who drafted it, and then stays", async () => {
  const values = await drafted();
  expect(await refusal(ledger.run("coordinator", sign, values))).toBe("PL134");
  const forNobody = sign.replace("(select app.actor())", "drafted_by");
  expect(await refusal(ledger.run("finance", forNobody, values))).toBe("PL134");
  expect(await refusal(ledger.run("finance", sign, values))).toBe("allowed");
  const later = "update change_orders set signed_on = '2026-10-13' where id = :order";
  expect(await refusal(ledger.run("finance", later, values))).toBe("PL134");
  const undone =
    "update change_orders set state = 'draft', signed_on = null, evidence_id = null, signed_by = null, signed_at = null where id = :order";
  expect(await refusal(ledger.run("finance", undone, values))).toBe("PL134");
  const count = (counted: boolean) =>
    ledger.run("finance", "update change_orders set counted = :counted where id = :order", { ...values, counted });
  expect(await refusal(count(true))).toBe("allowed");
  expect(await refusal(count(false))).toBe("PL134");
});

it("only a signed order is billed, and at its sum", async () => {
  const values = await drafted();
  expect(await refusal(ledger.run("coordinator", bill, values))).toBe("PL135");
  await ledger.run("finance", sign, values);
  expect(await refusal(ledger.run("coordinator", bill, { ...values, amount: 4001 }))).toBe("PL135");
  expect(await refusal(ledger.run("coordinator", bill, values))).toBe("allowed");
});

it("an order begins as a draft of who asks", async () => {
  const values = { ...ledger.ids, order: newId(), number: "1" };
  const forged = ledger.as("coordinator", async (tx) => {
    await say(tx, draft.replace("currency)", "currency, drafted_by)").replace("'EUR')", "'EUR', :entity)"), values);
  });
  expect(await refusal(forged)).not.toBe("allowed");
});
