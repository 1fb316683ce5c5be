import { beforeAll, describe, expect, it } from "vitest";
import { accountNames } from "@plumbline/domain/ledger/account";
import { bookedFacts } from "@plumbline/domain/ledger/bookings";
import { advance, book, change, draftInvoice, issue, issueSet, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const ready = async () => advance(ledger, await draftInvoice(ledger), "finance_approved");

/** Issues by the lawful way but for what the ledger is told. */
async function issueSaying(values: Readonly<Record<string, unknown>> | "nothing"): Promise<string> {
  const draft = await ready();
  return refusal(
    ledger.as("invoice-issuer", async (tx) => {
      const [series] = await say(
        tx,
        "update number_series set next_number = next_number + 1 where id = :series returning next_number - 1 as number",
        ledger.ids,
      );
      const [issued] = await say(
        tx,
        `update invoices set version = version + 1, ${issueSet} where id = :id returning number_text as number`,
        { ...ledger.ids, id: draft.id, number: series?.["number"] },
      );
      const snapshot = JSON.stringify({ ...issued, netMinor: "10000", taxMinor: "1900", totalMinor: "11900" });
      await say(tx, "insert into invoice_snapshots (invoice_id, snapshot, hash) values (:id, :snapshot, 'x')", {
        id: draft.id,
        snapshot,
      });
      if (values !== "nothing") await book(tx, ledger, draft, values);
    }),
  );
}

describe("an issued invoice", () => {
  it("is in the ledger, in the same transaction and to the cent", async () => {
    expect(await issueSaying({})).toBe("allowed");
    expect(await issueSaying("nothing")).toBe("PL081");
    expect(await issueSaying({ owed: 11_901, net: -10_001 })).toBe("PL081");
    expect(await issueSaying({ net: -10_001, tax: -1_899 })).toBe("PL081");
  });

  it("is booked once, and not before", async () => {
    const draft = await ready();
    const early = (of: typeof draft) => refusal(ledger.as("invoice-issuer", async (tx) => book(tx, ledger, of)));
    expect(await early(draft)).toBe("PL081");
    await issue(ledger, draft);
    expect(await early(draft)).toBe("23505");
    expect(await refusal(change(ledger, "invoice-issuer", draft, "stage = 'posted'"))).toBe("allowed");
  });
});

describe("an entry", () => {
  it("balances", async () => {
    expect(await issueSaying({ owed: 11_899 })).toBe("PL080");
  });

  it("is complete at once: nothing is added to it, not even what balances", async () => {
    await issue(ledger, await ready());
    const more = `insert into ledger_postings (entry_id, position, account, amount_minor)
      select id, p, 'cash', case p when 8 then 1 else -1 end from ledger_entries, unnest('{8,9}'::int[]) p
       where id = (select max(id::text)::uuid from ledger_entries)`;
    expect(await refusal(ledger.run("finance", more))).toBe("PL080");
  });

  it("is made in the own name", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "issued");
    const forged = `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, recorded_by)
      values (gen_random_uuid(), 'invoice_issued', :entity, :client, 'EUR', '2026-02-01', :id, :other)`;
    const values = { ...ledger.ids, id: draft.id, other: ledger.actorOf("manager") };
    expect(await refusal(ledger.run("finance", forged, values))).toBe("42501");
  });

  it.each([
    ["ledger_entries", "fact", bookedFacts],
    ["ledger_postings", "account", accountNames],
  ])("%s take the %s values that the domain knows, and no others", async (table, column, known) => {
    const { rows } = await database.current.admin.query<{ text: string }>(
      "select pg_get_constraintdef(oid) as text from pg_constraint where conname = $1",
      [`${table}_${column}_check`],
    );
    const allowed = [...(rows[0]?.text ?? "").matchAll(/'(\w+)'::text/g)].map(([, name]) => name);
    expect(new Set(allowed)).toEqual(new Set<string>(known));
  });
});
