import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { advance, draftInvoice, issue, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
let ids: Ledger["ids"] & { readonly into: string; readonly other: string };
beforeEach(async () => {
  ledger = await openLedger(database.current.pool);
  ids = { ...ledger.ids, into: newId(), other: newId() };
  await ledger.run("coordinator", "insert into clients (id, name) values (:into, 'Survivor'), (:other, 'Other')", ids);
});

const record =
  "insert into client_merges (id, merged_id, survivor_id, reason, plan) values (:id, :client, :into, 'twice', '{}')";
const point = "update clients set merged_into = :into where id = :client";
const engagements = "update engagements set client_id = :into, payer_id = :into where client_id = :client";
const rowOf = (table: string) =>
  `update ${table} set client_id = :into, written_client_id = coalesce(written_client_id, client_id) where client_id = :client`;
const invoices = `update invoices set client_id = :into, written_client_id = client_id, payer_id = :into, written_payer_id = payer_id
  where client_id = :client`;
const whole = [record, point, engagements, invoices, rowOf("ledger_entries")];

/** Statements in one transaction of the controller. */
const together = (statements: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  ledger.as("controller", async (tx: TenantTx) => {
    for (const sql of statements) await say(tx, sql, { id: newId(), ...ids, ...more });
  });
const tried = (statements: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  refusal(together(statements, more));

async function issued(): Promise<string> {
  const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
  await issue(ledger, draft);
  return draft.id;
}

describe("a merge", () => {
  it("is whole: on record, pointing to the survivor, and with nothing left that names the merged client (PL222, PL223)", async () => {
    await issued();
    expect(await tried([point])).toBe("PL222");
    expect(await tried([record])).toBe("PL223");
    expect(await tried([record, point])).toBe("PL223");
    expect(await tried([record, point, engagements, invoices])).toBe("PL223");
    expect(await tried(whole)).toBe("allowed");
    expect(await tried(["insert into clients (id, name, merged_into) values (:id, 'X', :into)"])).toBe("PL222");
    expect(
      await tried([
        record.replace(":client", ":other"),
        point.replace(":client", ":other").replace(":into", ":client"),
      ]),
    ).toBe("PL222");
    expect(await tried(["update clients set merged_into = null where id = :client"])).toBe("PL222");
    expect(await tried(["update clients set merged_into = :other where id = :client"])).toBe("PL222");
    // Its survivor may be merged on, and then takes it along.
    const further = [
      "insert into client_merges (id, merged_id, survivor_id, reason, plan) values (:id, :into, :other, 'twice', '{}')",
      "update clients set merged_into = :other where id = :into",
      ...[engagements, rowOf("ledger_entries")].map((sql) =>
        sql.replaceAll(":into", ":other").replace(":client", ":into"),
      ),
      "update invoices set client_id = :other, payer_id = :other where client_id = :into",
    ];
    expect(await tried(further)).toBe("PL223");
    expect(await tried([...further, "update clients set merged_into = :other where id = :client"])).toBe("allowed");
  });

  it("waits for what is on its way (PL224)", async () => {
    await draftInvoice(ledger);
    expect(await tried([record, point, engagements])).toBe("PL224");
  });

  it("is in the own name, of its own time, and never changed", async () => {
    const as = (column: string, value: string) =>
      record.replace("plan)", `plan, ${column})`).replace("'{}')", `'{}', ${value})`);
    expect(await tried([as("merged_by", ":by")], { by: ledger.actorOf("finance") })).toBe("42501");
    expect(await tried([as("merged_at", "now() - interval '1 day'")])).toBe("42501");
    expect(await tried([record, point, engagements])).toBe("allowed");
    expect(await tried(["update client_merges set reason = 'x'"])).toBe("42501");
  });
});

describe("what named a merged client", () => {
  it("moves to its survivor alone, keeps whom it named first, and changes in nothing else (PL221)", async () => {
    await issued();
    const to = (table: string, change: string) => tried([`update ${table} set ${change} where client_id = :client`]);
    expect(await to("ledger_entries", "client_id = :into, written_client_id = client_id")).toBe("PL221");
    expect(await to("ledger_entries", "written_client_id = client_id")).toBe("PL221");
    expect(await to("ledger_entries", "booked_on = '2020-01-01'")).toBe("42501");
    expect(await to("invoices", "client_id = :into, written_client_id = client_id")).toBe("PL221");
    const half = whole.slice(0, 3);
    for (const wrong of [
      invoices.replace("client_id = :into", "client_id = :other"),
      invoices.replace("written_client_id = client_id", "written_client_id = :other"),
      invoices.replace("written_client_id = client_id, ", ""),
      invoices.replace("set ", "set total_minor = 1, "),
      invoices.replace("set ", "set stage = 'posted', version = version + 1, "),
      rowOf("ledger_entries").replace("coalesce(written_client_id, client_id)", "null"),
    ]) {
      expect([wrong, await tried([...half, wrong])]).toEqual([wrong, "PL221"]);
    }
    await together(whole);
    expect(await tried([`update ledger_entries set written_client_id = :other where client_id = :into`])).toBe("PL221");
    expect(await tried([`update invoices set client_id = :client where client_id = :into`])).toBe("PL221");
  });

  it("does not begin as moved", async () => {
    const rate = `insert into rates (id, rate_card_id, client_id, role, price_minor, effective_from, written_client_id)
      values (:id, :card, :into, 'x', 1, '2026-01-01', :client)`;
    expect(await tried([rate])).toBe("PL221");
  });
});

it("a merged client takes nothing more: no engagement, price, invoice, payment or booking (PL220)", async () => {
  await together([record, point, engagements]);
  const engagement = `insert into engagements (id, code, name, legal_entity_id, client_id, payer_id, delivery_profile_id, currency)
    values (:id, 'N', 'N', :entity, :of, :by, :profile, 'EUR')`;
  expect(await tried([engagement], { of: ids.client, by: ids.into })).toBe("PL220");
  expect(await tried([engagement], { of: ids.into, by: ids.client })).toBe("PL220");
  expect(await tried([engagement], { of: ids.into, by: ids.into })).toBe("allowed");
  for (const sql of [
    "update engagements set payer_id = :client",
    "insert into rates (id, rate_card_id, client_id, role, price_minor, effective_from) values (:id, :card, :client, 'x', 1, '2026-01-01')",
    `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference)
     values (:id, :entity, :client, 'EUR', 1, '2026-11-01', 'x')`,
    `insert into collecting_terms (id, legal_entity_id, client_id, currency, starts_on, terms)
     values (:id, :entity, :client, 'EUR', '2026-01-01', '{}')`,
  ]) {
    expect([sql, await tried([sql])]).toEqual([sql, "PL220"]);
  }
  const paid = `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference)
    values (:paid, :entity, :into, 'EUR', 1, '2026-11-01', 'x')`;
  const booked = `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, payment_id)
    values (:id, 'payment_received', :entity, :client, 'EUR', '2026-11-01', :paid)`;
  expect(await tried([paid, booked], { paid: newId() })).toBe("PL220");
  expect(await refusal(draftInvoice(ledger))).toBe("PL220");
});

it("an engagement that is made while its client is merged is the survivor's, or is not made", async () => {
  const engagement = `insert into engagements (id, code, name, legal_entity_id, client_id, payer_id, delivery_profile_id, currency)
    values (:id, 'R', 'R', :entity, :client, :client, :profile, 'EUR')`;
  let merged: Promise<string> | undefined;
  const late = await refusal(
    ledger.as("controller", async (tx) => {
      await say(tx, "select 1 from clients where id in (:client, :into) order by id for update", ids);
      merged = refusal(ledger.run("coordinator", engagement, { ...ids, id: newId() }));
      await new Promise((done) => setTimeout(done, 200));
      for (const sql of [record, point, engagements]) await say(tx, sql, { id: newId(), ...ids });
    }),
  );
  expect([late, await merged]).toEqual(["allowed", "PL220"]);
});
