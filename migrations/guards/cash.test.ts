import { beforeAll, describe, expect, it } from "vitest";
import { residualKinds } from "@plumbline/domain/receivable/residual";
import { newId } from "@plumbline/platform/new-id";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { asCreditNote } from "@plumbline/testing/credit-note";
import { advance, draftInvoice, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

type Values = Readonly<Record<string, unknown>>;

/** One entry of two sides. */
async function book(
  tx: TenantTx,
  fact: string,
  [debit, credit]: readonly [string, string],
  minor: number,
  values: Values,
) {
  const said = { ...ledger.ids, entry: newId(), payment: null, id: null, reverses: null, reason: null, ...values };
  await say(
    tx,
    `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, payment_id, reverses, reason)
     values (:entry, :fact, :entity, :client, 'EUR', '2026-02-01', :id, :payment, :reverses, :reason)`,
    { ...said, fact },
  );
  await say(
    tx,
    `insert into ledger_postings (entry_id, position, account, amount_minor)
     values (:entry, 1, :debit, :minor::bigint), (:entry, 2, :credit, -(:minor::bigint))`,
    { ...said, debit, credit, minor },
  );
  return said.entry;
}

async function pay(minor: number, booked = minor): Promise<string> {
  const payment = newId();
  await ledger.as("finance", async (tx) => {
    await say(
      tx,
      `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference)
       values (:payment, :entity, :client, 'EUR', :minor, '2026-02-01', 'r')`,
      { ...ledger.ids, payment, minor },
    );
    if (booked > 0) await book(tx, "payment_received", ["cash", "unapplied_cash"], booked, { payment });
  });
  return payment;
}

const apply = (id: string, payment: string, minor: number, said = minor): Promise<string> =>
  ledger.as("finance", async (tx) => {
    const entry = await book(tx, "payment_applied", ["unapplied_cash", "receivable"], minor, { id, payment });
    await say(
      tx,
      `insert into payment_applications (id, payment_id, invoice_id, amount_minor, entry_id)
       values (:application, :payment, :id, :said, :entry)`,
      { application: newId(), payment, id, said, entry },
    );
    return entry;
  });

const issued = async () => (await advance(ledger, await draftInvoice(ledger), "issued")).id;

describe("a payment", () => {
  it("is in the ledger as it is", async () => {
    expect(await refusal(pay(100))).toBe("allowed");
    expect(await refusal(pay(100, 0))).toBe("PL085");
    expect(await refusal(pay(100, 99))).toBe("PL085");
  });

  it("is not spent twice, nor beyond what it is", async () => {
    const payment = await pay(100);
    const id = await issued();
    expect(await refusal(apply(id, payment, 101))).toBe("PL083");
    await apply(id, payment, 60);
    expect(await refusal(apply(id, payment, 41))).toBe("PL083");
    const refund = (minor: number) =>
      refusal(
        ledger.as("finance", (tx) =>
          book(tx, "credit_refunded", ["unapplied_cash", "cash"], minor, { payment, reason: "x" }),
        ),
      );
    expect(await refund(41)).toBe("PL083");
    expect(await refund(40)).toBe("allowed");
  });

  it("is not spent twice by two who do not wait for each other", async () => {
    const payment = await pay(11_900);
    const [first, second] = [await issued(), await issued()];
    const answers = await Promise.all([
      refusal(apply(first, payment, 11_900)),
      refusal(apply(second, payment, 11_900)),
    ]);
    expect(answers.filter((answer) => answer === "PL083")).toHaveLength(1);
  });
});

describe("a credit note", () => {
  it("gives no more than it is worth, and only what the ledger says", async () => {
    const id = await issued();
    await asCreditNote(database.current, id);
    const release = (minor: number, booked = minor) =>
      refusal(
        ledger.as("finance", async (tx) => {
          const payment = newId();
          await say(
            tx,
            `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference, credit_note_id)
             values (:payment, :entity, :client, 'EUR', :minor, '2026-02-01', 'r', :id)`,
            { ...ledger.ids, payment, minor, id },
          );
          await book(tx, "credit_released", ["receivable", "unapplied_cash"], booked, { payment, id });
        }),
      );
    expect(await release(11_901)).toBe("PL180");
    expect(await release(100, 99)).toBe("PL085");
    expect(await release(11_000)).toBe("allowed");
    expect(await release(901)).toBe("PL180");
  });
});

describe("a retainer", () => {
  const agree = (retainer: object) =>
    ledger.run(
      "coordinator",
      `insert into engagement_terms (id, engagement_id, effective_from, terms) values (:id, :engagement, :from, :terms)`,
      { ...ledger.ids, id: newId(), from: `2026-01-0${++agreed}`, terms: JSON.stringify({ retainer }) },
    );
  let agreed = 0;
  beforeAll(() => agree({ unused: "earned" }));

  const ahead = async (minor: number, account = "retainer_liability") => {
    const payment = newId();
    await ledger.as("finance", async (tx) => {
      await say(
        tx,
        `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference, engagement_id)
         values (:payment, :entity, :client, 'EUR', :minor, '2026-02-01', 'r', :engagement)`,
        { ...ledger.ids, payment, minor },
      );
      await book(tx, "payment_received", ["cash", account], minor, { payment });
    });
    return payment;
  };
  const spend = (payment: string, minor: number, sides: readonly [string, string], more: Values = {}) =>
    refusal(ledger.as("finance", (tx) => book(tx, "retainer_earned", sides, minor, { payment, reason: "x", ...more })));

  it("stands on its own account, and other money does not", async () => {
    expect(await refusal(ahead(100, "unapplied_cash"))).toBe("PL144");
    expect(await spend(await pay(100), 100, ["retainer_liability", "revenue"])).toBe("PL144");
    expect(await spend(await ahead(100), 100, ["unapplied_cash", "revenue"])).toBe("PL144");
  });

  it("is never below nothing, whoever draws on it at once", async () => {
    const payment = await ahead(100);
    expect(await spend(payment, 101, ["retainer_liability", "revenue"])).toBe("PL083");
    const twice = [1, 2].map(() => spend(payment, 60, ["retainer_liability", "revenue"]));
    expect((await Promise.all(twice)).toSorted()).toEqual(["PL083", "allowed"]);
  });

  it("is earned where that was agreed, from its day on", async () => {
    const payment = await ahead(100);
    await agree({ unused: "earned", expiresOn: "2026-02-02" });
    expect(await spend(payment, 10, ["retainer_liability", "revenue"])).toBe("PL233");
    await agree({ unused: "earned", expiresOn: "2026-02-01" });
    expect(await spend(payment, 10, ["retainer_liability", "revenue"])).toBe("allowed");
    await agree({ expiresOn: "2026-02-01" });
    expect(await spend(payment, 10, ["retainer_liability", "revenue"])).toBe("PL233");
  });

  it("is taken by no invoice that bills nothing of its engagement", async () => {
    const payment = await ahead(100);
    const engagement = newId();
    await database.current.admin.query(
      `insert into engagements select (jsonb_populate_record(e, jsonb_build_object('id', $1::text, 'code', $1::text))).*
         from engagements e where id = $2`,
      [engagement, ledger.ids.engagement],
    );
    await database.current.admin.query("update payments set engagement_id = $1 where id = $2", [engagement, payment]);
    const id = await issued();
    const taken = ledger.as("finance", async (tx) => {
      const entry = await book(tx, "payment_applied", ["retainer_liability", "receivable"], 100, { id, payment });
      await say(
        tx,
        `insert into payment_applications (id, payment_id, invoice_id, amount_minor, entry_id)
         values (:application, :payment, :id, 100, :entry)`,
        { application: newId(), payment, id, entry },
      );
    });
    expect(await refusal(taken)).toBe("PL145");
  });
});

describe("an application", () => {
  it("takes no more than an invoice owes, and says what the ledger says", async () => {
    const payment = await pay(20_000);
    const id = await issued();
    expect(await refusal(apply(id, payment, 11_901))).toBe("PL083");
    expect(await refusal(apply(id, payment, 100, 99))).toBe("PL085");
    expect(await refusal(apply(id, payment, 11_900))).toBe("allowed");
  });

  it("is undone once, and exactly", async () => {
    const payment = await pay(100);
    const id = await issued();
    const reverses = await apply(id, payment, 100);
    const undo = (minor: number, of = reverses) =>
      refusal(
        ledger.as("finance", (tx) =>
          book(tx, "application_reversed", ["receivable", "unapplied_cash"], minor, {
            id,
            payment,
            reverses: of,
            reason: "x",
          }),
        ),
      );
    expect(await undo(99)).toBe("PL084");
    expect(await undo(100)).toBe("allowed");
    expect(await undo(100)).toBe("23505");
  });

  it("knows the residuals that the domain knows", async () => {
    const { rows } = await database.current.admin.query<{ text: string }>(
      "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'payment_applications_residual_kind_check'",
    );
    const allowed = [...(rows[0]?.text ?? "").matchAll(/'(\w+)'::text/g)].map(([, name]) => name);
    expect(new Set(allowed)).toEqual(new Set<string>(residualKinds));
  });
});
