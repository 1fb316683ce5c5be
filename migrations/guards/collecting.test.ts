import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { advance, draftInvoice, issue, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
let invoice: string;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
  const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
  await issue(ledger, draft);
  invoice = draft.id;
});

type Said = Readonly<Partial<Record<"level" | "total" | "open" | "fee", number>>>;

/** A notice about the invoice, as somebody might write it who is in a hurry. */
async function dun(said: Said, id: string = newId()): Promise<string> {
  const { level = 1, total = 100, open = 100, fee = 0 } = said;
  const values = {
    ...ledger.ids,
    id,
    item: newId(),
    invoice,
    level,
    total,
    open,
    fee,
    entry: fee > 0 ? newId() : null,
  };
  await ledger.as("controller", async (tx) => {
    if (fee > 0) {
      await say(
        tx,
        `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, reason)
         values (:entry, 'late_charged', :entity, :client, 'EUR', '2026-12-31', :invoice, 'fee')`,
        values,
      );
      await say(
        tx,
        `insert into ledger_postings (entry_id, position, account, amount_minor)
         values (:entry, 1, 'receivable', 1), (:entry, 2, 'late_charges', -1)`,
        values,
      );
    }
    await say(
      tx,
      `insert into dunning_notices (id, legal_entity_id, client_id, currency, dunned_on, level, text_key, language, total_minor, fee_minor, fee_entry_id)
       values (:id, :entity, :client, 'EUR', '2026-12-31', :level, 'firm', 'de', :total, :fee, :entry)`,
      values,
    );
    await say(
      tx,
      `insert into dunning_items (id, notice_id, invoice_id, level, open_minor, days_past_due)
       values (:item, :id, :invoice, :level, :open, 30)`,
      values,
    );
  });
  return id;
}

describe("a dunning notice", () => {
  it("asks for what its invoices owe, and its fee is in the ledger", async () => {
    expect(await refusal(dun({ open: 10 ** 9, total: 10 ** 9 }))).toBe("PL202");
    expect(await refusal(dun({ total: 99 }))).toBe("PL203");
    expect(await refusal(dun({ fee: 500 }))).toBe("PL203");
    expect(await refusal(dun({}))).toBe("allowed");
  });

  it("asks for no invoice at the same level twice, nor more mildly than before", async () => {
    await dun({ level: 3 });
    expect(await refusal(dun({ level: 3 }))).toBe("PL200");
    expect(await refusal(dun({ level: 2 }))).toBe("PL200");
    expect(await refusal(dun({ level: 4 }))).toBe("allowed");
  });

  it("is withdrawn once, in the own name, and changes in nothing else", async () => {
    const id = await dun({ level: 5 });
    const change = (set: string) =>
      refusal(ledger.run("controller", `update dunning_notices set ${set} where id = :id`, { id }));
    const withdraw = "withdrawn_on = '2026-12-31', withdrawn_reason = 'x', withdrawn_at = now(), withdrawn_by =";
    expect(await change("level = 6")).toBe("PL201");
    expect(await change(`${withdraw} '${ledger.actorOf("finance")}'`)).toBe("PL201");
    expect(await change(`${withdraw} app.actor()`)).toBe("allowed");
    expect(await change(`${withdraw} app.actor()`)).toBe("PL201");
    expect(await refusal(dun({ level: 5 }))).toBe("allowed");
  });
});
