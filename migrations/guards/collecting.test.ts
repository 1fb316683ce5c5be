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

describe("a promise", () => {
  const promise = (minor: number, id: string = newId()) =>
    ledger.as("controller", async (tx) => {
      const values = { ...ledger.ids, id, item: newId(), invoice, minor };
      await say(
        tx,
        `insert into promises (id, legal_entity_id, client_id, currency, amount_minor, made_on, due_on, said)
         values (:id, :entity, :client, 'EUR', :minor, '2026-12-31', '2027-01-31', 'by telephone')`,
        values,
      );
      await say(tx, "insert into promise_items (id, promise_id, invoice_id) values (:item, :id, :invoice)", values);
    });

  it("is about no more than its invoices owe", async () => {
    expect(await refusal(promise(10 ** 9))).toBe("PL204");
    expect(await refusal(promise(100))).toBe("allowed");
  });

  it("is withdrawn once, in the own name, and changes in nothing else", async () => {
    const id = newId();
    await promise(100, id);
    const change = (set: string) =>
      refusal(ledger.run("controller", `update promises set ${set} where id = :id`, { id }));
    const withdraw = "withdrawn_on = '2026-12-31', withdrawn_reason = 'x', withdrawn_at = now(), withdrawn_by =";
    expect(await change("amount_minor = 50")).toBe("PL205");
    expect(await change(`${withdraw} '${ledger.actorOf("finance")}'`)).toBe("PL205");
    expect(await change(`${withdraw} app.actor()`)).toBe("allowed");
    expect(await change(`${withdraw} app.actor()`)).toBe("PL205");
  });
});

describe("a claim of interest", () => {
  type Days = { readonly from: string; readonly until: string; readonly compensation?: number };
  const claim = ({ from, until, compensation = 0 }: Days, id: string = newId()) =>
    ledger.run(
      "controller",
      `insert into interest_claims (id, invoice_id, legal_entity_id, client_id, currency, from_on, until_on, interest_minor,
         compensation_minor, lines, terms)
       values (:id, :invoice, :entity, :client, 'EUR', :from, :until, 50, :compensation, '[]', '{}')`,
      { ...ledger.ids, id, invoice, from, until, compensation },
    );
  const waive = (id: string) =>
    ledger.run(
      "controller",
      `update interest_claims set state = 'waived', reason = 'x', decided_by = app.actor(), decided_at = now() where id = :id`,
      { id },
    );

  it("claims no day twice, no compensation twice, and none before the invoice is due", async () => {
    expect(await refusal(claim({ from: "2020-01-01", until: "2020-02-01" }))).toBe("PL208");
    const id = newId();
    await claim({ from: "2027-03-01", until: "2027-04-01", compensation: 4_000 }, id);
    await waive(id);
    expect(await refusal(claim({ from: "2027-03-31", until: "2027-05-01" }))).toBe("PL206");
    expect(await refusal(claim({ from: "2027-04-01", until: "2027-05-01", compensation: 4_000 }))).toBe("PL206");
    expect(await refusal(claim({ from: "2027-04-01", until: "2027-05-01" }))).toBe("allowed");
  });

  it("is decided once, and charged with the ledger alone", async () => {
    const id = newId();
    await ledger.run(
      "controller",
      "update interest_claims set state = 'replaced', decided_by = app.actor(), decided_at = now() where state = 'proposed'",
    );
    await claim({ from: "2027-06-01", until: "2027-07-01" }, id);
    const change = (set: string) =>
      refusal(ledger.run("controller", `update interest_claims set ${set} where id = :id`, { id }));
    expect(await change("interest_minor = 1")).toBe("PL207");
    expect(
      await change(
        "state = 'charged', entry_id = (select id from ledger_entries limit 1), decided_by = app.actor(), decided_at = now()",
      ),
    ).toBe("PL208");
    await waive(id);
    expect(await refusal(waive(id))).toBe("PL207");
  });
});
