import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import { mergeContradictionNames } from "@plumbline/domain/party/client-merge";
import { Problem } from "@plumbline/domain/problem";
import { newId } from "@plumbline/platform/new-id";
import { query } from "@plumbline/platform/sql";
import { camt, entry } from "@plumbline/testing/camt";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { issueOctober, mixedFirm } from "@plumbline/testing/mixed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { whatDiffers } from "@plumbline/testing/what-differs";
import { importBankStatements } from "../bank-statements/import-bank-statements.ts";
import { listBankEntries } from "../bank-statements/list-bank-entries.ts";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findStatement } from "../receivables/find-statement.ts";
import { listReceivables } from "../receivables/list-receivables.ts";
import { listRepricing } from "../repricing/list-repricing.ts";
import { findClient, listClients } from "./list-clients.ts";
import { mergeClients } from "./merge-clients.ts";
import { planMerge } from "./plan-merge.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;

let firm: Firm;
beforeEach(async () => {
  firm = await mixedFirm(database.current.pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
});

const named = async (key: string): Promise<ClientId> => {
  const rows = await (
    await firm.as("auditor")
  )(({ tx }) =>
    query<{ id: ClientId }>(
      tx,
      "select subject_id as id from external_refs where kind = 'clients' and external_id = ?",
      [key],
    ),
  );
  return rows[0]?.id ?? newId<"client">();
};

async function merge(merged: string, into: string, who: "controller" | "coordinator" | "finance" = "controller") {
  const pair = { mergedId: await named(merged), survivorId: await named(into) };
  return (await firm.as(who))((scope) =>
    mergeClients(scope, { ...pair, accepts: mergeContradictionNames, reason: "imported twice" }),
  );
}

const refusalOf = (done: Promise<unknown>) =>
  done.then(
    () => "done",
    (cause: unknown) => (cause instanceof Problem ? cause.kind : Promise.reject(cause)),
  );

const asked = async <T>(work: Parameters<Awaited<ReturnType<Firm["as"]>>>[0]) =>
  (await firm.as("controller"))(work) as Promise<T>;

async function credit() {
  const coordinator = await firm.as("coordinator");
  return coordinator(async (scope) => {
    const [line] = await query<{ id: InvoiceId; position: number }>(
      scope.tx,
      `select i.id, l.position from invoices i join clients c on c.id = coalesce(i.written_client_id, i.client_id) and c.name = 'Bright'
         join invoice_lines l on l.invoice_id = i.id and l.content_version = i.content_version and l.unit = 'minute' and l.minutes > 60
        where i.kind = 'invoice' and i.number is not null order by i.number limit 1`,
    );
    const lines = [{ position: line?.position ?? 0, treatment: "rebillable" as const, quantity: "30" }];
    return createCreditNote(scope, {
      invoiceId: line?.id as InvoiceId,
      lines,
      code: "wrong_quantity",
      reason: "too much",
    });
  });
}

describe("a client that is merged", () => {
  it("leaves every invoice and credit note as it is made anew, before and after, and the ledger as it balances", async () => {
    await issueOctober(firm);
    await credit();
    await closeMonth(await closersOf(firm), { period: october });
    const before = await asked((scope) => listLedgerBalances(scope, {}));
    await merge("c1", "c3");
    expect(await whatDiffers(await firm.as("auditor"))).toEqual([]);
    expect(await asked((scope) => listLedgerBalances(scope, {}))).toEqual(before);
    expect(await asked((scope) => listLedgerFaults(scope))).toEqual([]);
    await credit();
    await closeMonth(await closersOf(firm), { period: october });
    expect(await whatDiffers(await firm.as("auditor"))).toEqual([]);
    const { rows } = await database.current.admin.query(
      `select c.name, s.snapshot::jsonb -> 'buyer' ->> 'name' as buyer, count(*)::int as notes
         from invoices i join clients c on c.id = i.client_id join invoice_snapshots s on s.invoice_id = i.id
        where i.tenant_id = $1 and i.kind = 'credit_note' group by 1, 2 order by 2`,
      [firm.tenantId],
    );
    expect(rows).toEqual([
      { name: "Harbour", buyer: "Bright", notes: 1 },
      { name: "Harbour", buyer: "Harbour", notes: 1 },
    ]);
  });

  it("has its invoices, priced by what was agreed with it, not proposed to be priced as the survivor's", async () => {
    const price = { card_key: "std", role: "Senior", effective_from: "2026-01-01" };
    await firm.take("rates", [{ ...price, client_key: "c1", price: "99.00" }]);
    await issueOctober(firm);
    await merge("c1", "c3");
    // Known since, on the same card, for others: every invoice of the card is looked at.
    await firm.take("rates", [{ card_key: "std", role: "Intern", price: "20.00", effective_from: "2026-01-01" }]);
    expect((await asked<{ items: unknown[] }>((scope) => listRepricing(scope, { limit: 50 }))).items).toEqual([]);
  });

  it("is shown as the survivor wherever money is: owed, on the statement of either, on any day", async () => {
    await issueOctober(firm);
    const owed = () =>
      asked<Awaited<ReturnType<typeof listReceivables>>>((scope) => listReceivables(scope, { limit: 10 }));
    const minorOf = async () => (await owed()).items.reduce((sum, { total }) => sum + Number(total.amount), 0);
    const before = await minorOf();
    const [bright, harbour] = [await named("c1"), await named("c3")];
    await merge("c1", "c3");
    expect(await minorOf()).toBe(before);
    expect((await owed()).items.map(({ client }) => client.name).toSorted()).toEqual(["Harbour", "Lumen"]);
    const days = { start: "2026-10-01", end: "2026-12-01" } as Parameters<typeof findStatement>[1];
    const [ofMerged, ofSurvivor] = [bright, harbour].map((clientId) =>
      asked((scope) => findStatement(scope, { ...days, clientId })),
    );
    expect(await ofMerged).toEqual(await ofSurvivor);
  });

  it("is still known to the bank by its name, and means the survivor", async () => {
    await issueOctober(firm);
    const bright = await named("c1");
    const [owed] = await (
      await firm.as("auditor")
    )(({ tx }) =>
      query<{ amount: string }>(
        tx,
        "select (total_minor / 100.0)::numeric(12, 2)::text as amount from invoices where client_id = ?",
        [bright],
      ),
    );
    const { amount } = owed ?? { amount: "" };
    await merge("c1", "c3");
    const [version, on] = ["08", "2026-11-02"] as const;
    const entries = [entry({ version, amount, name: "Bright GmbH", on })];
    const bytes = Buffer.from(camt({ version, opening: "0.00", closing: amount, on, entries }));
    const { items } = await (
      await firm.as("collector")
    )(async (scope) => {
      await importBankStatements(scope, { bytes, fileHash: "a".repeat(64) });
      return listBankEntries(scope, { limit: 10 });
    });
    const [first] = items[0]?.proposals ?? [];
    expect(first).toMatchObject({
      client: { name: "Harbour" },
      because: expect.stringContaining("the payer's name is this client's"),
    });
  });

  it("is found under both names and keys, with who said so and why", async () => {
    const id = await named("c1");
    await merge("c1", "c3");
    const found = await asked<Awaited<ReturnType<typeof listClients>>>((scope) =>
      listClients(scope, { limit: 10, name: "bright" }),
    );
    expect(found.items).toMatchObject([
      {
        name: "Harbour",
        keys: [{ key: "c1" }, { key: "c3" }],
        aliases: [{ client: { id, name: "Bright" }, by: "Carl Controller", reason: "imported twice" }],
      },
    ]);
    expect(await asked((scope) => findClient(scope, { clientId: id }))).toMatchObject({
      mergedInto: { name: "Harbour" },
    });
    const { rows } = await database.current.admin.query(
      "select name, data from outbox where tenant_id = $1 and name like 'client.%' order by name",
      [firm.tenantId],
    );
    expect(rows).toMatchObject([
      { name: "client.alias_added", data: { merged: id } },
      { name: "client.merged", data: { reason: "imported twice" } },
    ]);
  });
});

describe("merging", () => {
  it("takes a permission, two clients, and nothing that is on its way", async () => {
    expect(await refusalOf(merge("c1", "c3", "coordinator"))).toBe("permission-missing");
    expect(await refusalOf(merge("c1", "c3", "finance"))).toBe("permission-missing");
    expect(await refusalOf(merge("c1", "c1"))).toBe("client-merge-refused");
    expect(await refusalOf(merge("c1", "nobody"))).toBe("client-not-found");
    await issueOctober(firm);
    await credit();
    expect(await refusalOf(merge("c1", "c3"))).toBe("client-merge-refused");
    expect(await refusalOf(merge("c3", "c1"))).toBe("client-merge-refused");
    expect(await refusalOf(merge("c2", "c3"))).toBe("done");
  });

  it("goes on: whoever was merged into a merged client is the last survivor, and no way leads back", async () => {
    await merge("c1", "c2");
    expect(await refusalOf(merge("c1", "c3"))).toBe("client-merged");
    expect(await refusalOf(merge("c2", "c1"))).toBe("client-merged");
    await merge("c2", "c3");
    const { rows } = await database.current.admin.query(
      "select m.name, c.name as into from clients m join clients c on c.id = m.merged_into where m.tenant_id = $1 order by 1",
      [firm.tenantId],
    );
    expect(rows).toEqual([
      { name: "Bright", into: "Harbour" },
      { name: "Lumen", into: "Harbour" },
    ]);
  });

  it("ends in one state, whoever merges at the same time", async () => {
    const rounds = [
      () => [merge("c1", "c2"), merge("c2", "c3")],
      () => [merge("c1", "c3"), merge("c3", "c1")],
    ] as const;
    for (const both of rounds) {
      const said = await Promise.all(both().map(refusalOf));
      expect(said.filter((each) => each !== "done" && each !== "client-merged")).toEqual([]);
    }
    const { rows } = await database.current.admin.query(
      `select m.id from clients m join clients c on c.id = m.merged_into where m.tenant_id = $1 and c.merged_into is not null`,
      [firm.tenantId],
    );
    expect(rows).toEqual([]);
  });

  it("says what is different: delivery, country, tax, and terms about paying late", async () => {
    const pair = { mergedId: await named("c2"), survivorId: await named("c3") };
    const plan = await asked<Awaited<ReturnType<typeof planMerge>>>((scope) => planMerge(scope, pair));
    expect(plan.contradictions.map(({ code }) => code)).toEqual(["country", "legal_name", "tax_id", "delivery"]);
    expect(plan.note).toContain("not undone");
    expect(await refusalOf(asked((scope) => mergeClients(scope, { ...pair, accepts: ["country"], reason: "x" })))).toBe(
      "client-merge-refused",
    );
  });
});
