import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
const fix = (day: string) => ledger.run("coordinator", "update legal_entities set cut_over_on = :day", { day });

type Said = Readonly<Record<string, string | number | null>>;
const said = {
  kind: "opening",
  stage: "posted",
  issued: "2026-01-05",
  due: "2026-01-20",
  open: 10_000,
  fact: "receivable_taken_over",
};
const books = { booked: "2026-01-31", against: "opening_balances", owed: 10_000 };

/** An opening receivable of 119.00, of which 100.00 are open, as a proper import writes it, but for what the test says otherwise. */
async function takeOver(otherwise: Said = {}): Promise<string> {
  const values = { ...ledger.ids, ...said, ...books, id: newId(), entry: newId(), ...otherwise };
  await ledger.as("coordinator", async (tx) => {
    await say(
      tx,
      `insert into invoices (id, kind, stage, legal_entity_id, client_id, payer_id, delivery_profile_id, currency, period_start,
         period_end, payment_terms_days, content_hash, minutes, net_minor, tax_minor, total_minor, opening_minor, bundle_hash,
         number_text, issued_on, due_on, issued_at)
       values (:id, :kind, :stage, :entity, :client, :client, :profile, 'EUR', '2026-01-05', '2026-01-06', 15, 'h', 0, 10000, 1900,
         11900, :open, 'h', 'A-' || :id, :issued, :due, now())`,
      values,
    );
    if (values.fact === null) return;
    await say(
      tx,
      `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id)
       values (:entry, :fact, :entity, :client, 'EUR', :booked, :id)`,
      values,
    );
    await say(
      tx,
      `insert into ledger_postings (entry_id, position, account, amount_minor)
       values (:entry, 1, 'receivable', :owed::bigint), (:entry, 2, :against, -(:owed::bigint))`,
      values,
    );
  });
  return values.id;
}

beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

describe("an opening receivable", () => {
  it("is of the time before a cut-over, which is fixed once, before all that is booked", async () => {
    expect(await refusal(takeOver())).toBe("PL215");
    await fix("2026-01-31");
    expect(await refusal(fix("2026-02-28"))).toBe("PL217");
    expect(await refusal(takeOver({ issued: "2026-02-01", due: "2026-02-02" }))).toBe("PL215");
    await takeOver();
  });

  it("is booked as it is, once, on the day of the cut-over", async () => {
    expect(await refusal(takeOver({ fact: null }))).toBe("PL216");
    expect(await refusal(takeOver({ owed: 10_001 }))).toBe("PL216");
    expect(await refusal(takeOver({ booked: "2026-01-30" }))).toBe("PL216");
    expect(await refusal(takeOver({ against: "revenue" }))).toBe("PL216");
    expect(await refusal(takeOver({ fact: "debt_written_off" }))).not.toBe("");
    expect(await refusal(takeOver({ open: 11_901, owed: 11_901 }))).toBe("23514");
    expect(await refusal(takeOver({ stage: "draft" }))).toBe("23514");
    expect(await refusal(takeOver({ kind: "invoice" }))).toBe("PL030");
  });

  it("never changes, has no lines, no snapshot and no credit note", async () => {
    const id = await takeOver();
    const change = (set: string) =>
      ledger.run("coordinator", `update invoices set version = version + 1, ${set} where id = :id`, { id });
    expect(await refusal(change("opening_minor = 1"))).toBe("PL032");
    expect(await refusal(change("number_text = 'F-1'"))).toBe("PL032");
    expect(await refusal(change("kind = 'invoice'"))).toBe("PL032");
    expect(await refusal(change("stage = 'draft'"))).toBe("PL033");
    const credit = ledger.run(
      "coordinator",
      `insert into invoices (id, kind, corrects, correction_code, correction_reason, legal_entity_id, client_id, payer_id,
         delivery_profile_id, currency, period_start, period_end, payment_terms_days, content_hash, minutes, net_minor, tax_minor,
         total_minor, bundle_hash)
       values (:credit, 'credit_note', :id, 'goodwill', 'r', :entity, :client, :client, :profile, 'EUR', '2026-01-05', '2026-01-06', 0,
         'h', 0, -100, 0, -100, 'h')`,
      { ...ledger.ids, id, credit: newId() },
    );
    expect(await refusal(credit)).toBe("PL110");
  });

  it("leaves nothing else to be booked until the cut-over", async () => {
    const pay = ledger.as("finance", async (tx) => {
      const values = { ...ledger.ids, payment: newId(), entry: newId() };
      await say(
        tx,
        `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference)
         values (:payment, :entity, :client, 'EUR', 100, '2026-01-31', 'r')`,
        values,
      );
      await say(
        tx,
        `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, payment_id)
         values (:entry, 'payment_received', :entity, :client, 'EUR', '2026-01-31', :payment)`,
        values,
      );
    });
    expect(await refusal(pay)).toBe("PL199");
  });
});

describe("money that was held at the cut-over", () => {
  async function hold(otherwise: Said = {}): Promise<void> {
    const values = {
      ...ledger.ids,
      payment: newId(),
      entry: newId(),
      opening: "true",
      received: "2026-01-10",
      fact: "credit_taken_over",
      booked: "2026-01-31",
      against: "opening_balances",
      ...otherwise,
    };
    await ledger.as("coordinator", async (tx) => {
      await say(
        tx,
        `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference, opening)
         values (:payment, :entity, :client, 'EUR', 100, :received, 'r', :opening)`,
        values,
      );
      await say(
        tx,
        `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, payment_id)
         values (:entry, :fact, :entity, :client, 'EUR', :booked, :payment)`,
        values,
      );
      await say(
        tx,
        `insert into ledger_postings (entry_id, position, account, amount_minor)
         values (:entry, 1, :against, 100), (:entry, 2, 'unapplied_cash', -100)`,
        values,
      );
    });
  }

  it("is booked once, on the day of the cut-over, and never through a bank of ours", async () => {
    await hold();
    expect(await refusal(hold({ booked: "2026-01-30" }))).toBe("PL218");
    expect(await refusal(hold({ received: "2026-02-01" }))).toBe("PL218");
    expect(await refusal(hold({ opening: "false" }))).toBe("PL085");
    expect(await refusal(hold({ against: "cash" }))).toBe("PL085");
    expect(await refusal(hold({ fact: "payment_received", booked: "2026-02-01" }))).toBe("PL085");
  });
});

describe("what a former system used of a limit", () => {
  it("is told apart and counted by the database", async () => {
    const id = newId();
    await ledger.run(
      "coordinator",
      `insert into limits (id, kind, measure, engagement_id, currency, counts_expenses, total)
       values (:id, 'cap', 'money', :engagement, 'EUR', false, 100)`,
      { ...ledger.ids, id },
    );
    const set = (what: string) =>
      ledger.run("coordinator", `update limits set ${what} where id = :id returning used`, { id });
    expect(await set("opening = 40")).toEqual([{ used: "40" }]);
    expect(await refusal(set("opening = 50, used = 60"))).toBe("PL071");
    expect(await refusal(set("used = 10"))).toBe("PL071");
    expect(await refusal(set("opening = 101"))).toBe("23514");
    expect(await refusal(set("opening = -1"))).toBe("23514");
    expect(await set("opening = 0")).toEqual([{ used: "0" }]);
  });
});
