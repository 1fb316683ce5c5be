import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { advance, book, change, draftInvoice, issue, issueSet, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const ready = async () => advance(ledger, await draftInvoice(ledger), "finance_approved");
const next = async () => {
  const [series] = await ledger.run("finance", "select next_number from number_series where id = :series", ledger.ids);
  return Number(series?.["next_number"]);
};

const pastTheDatabase = async (sql: string, id: string) => {
  const { admin } = database.current;
  await admin.query("set session_replication_role = replica");
  await admin.query(sql, [id]);
  await admin.query("reset session_replication_role");
};

describe("an invoice number", () => {
  it.each([issueSet.replace("stage = 'issued'", "stage = stage"), "due_on = '2026-03-01'"])(
    "is given at issue and not before: %s",
    async (early) => {
      expect(await refusal(change(ledger, "finance", await ready(), early, { number: 1 }))).toBe("PL039");
    },
  );

  it.each([
    "series_id = :series,",
    "number = :number,",
    "number_text = 'F-' || :number,",
    "issued_on = '2026-02-01',",
    ", issued_at = now()",
  ])("is not complete without: %s", async (part) => {
    expect(await refusal(issue(ledger, await ready(), issueSet.replace(part, "")))).toMatch(/^(23514|PL039)$/);
  });

  it("is used once", async () => {
    await issue(ledger, await ready());
    const again = issueSet.replace("number = :number,", "number = :number::bigint - 1,");
    expect(await refusal(issue(ledger, await ready(), again))).toBe("23505");
    const sameText = issueSet.replace("'F-' || :number", "'F-' || (:number::bigint - 1)");
    expect(await refusal(issue(ledger, await ready(), sameText))).toBe("23505");
  });

  it.each([0, 1000, -1])("is taken from its series, not made up %s further", async (further) => {
    const number = further === -1 ? 0 : (await next()) + further;
    expect(await refusal(change(ledger, "finance", await ready(), issueSet, { number }))).toBe("PL039");
  });

  it("comes from a series of its own legal entity", async () => {
    const [entity, series] = [newId(), newId()];
    await ledger.run(
      "finance",
      `insert into legal_entities (id, key, legal_name, country, address, currency, time_zone, number_format)
       values (:entity, 'other', 'Other', 'DE', '{}', 'EUR', 'Europe/Berlin', 'O-{number}')`,
      { entity },
    );
    await ledger.run(
      "finance",
      `insert into number_series (id, legal_entity_id, kind, fiscal_year, format)
       values (:series, :entity, 'invoice', '2026', 'O-{number}')`,
      { entity, series },
    );
    await pastTheDatabase("update number_series set next_number = 9 where id = $1", series);
    expect(await refusal(change(ledger, "finance", await ready(), issueSet, { series, number: 8 }))).toBe("PL039");
  });

  it("leaves no gap: what is taken is used in the same transaction", async () => {
    const take = "update number_series set next_number = next_number + 1 where id = :series";
    expect(await refusal(ledger.run("finance", take, ledger.ids))).toBe("PL022");
    const before = await next();
    await issue(ledger, await ready());
    expect(await next()).toBe(before + 1);
  });
});

describe("a number series", () => {
  it.each(["next_number = next_number - 1", "next_number = 1", "last_issued_on = last_issued_on - 1"])(
    "only moves forward: %s",
    async (set) => {
      await issue(ledger, await ready());
      const sql = `update number_series set ${set} where id = :series`;
      expect(await refusal(ledger.run("finance", sql, ledger.ids))).toBe("PL020");
    },
  );

  it.each([
    "last_issued_on = null",
    "fiscal_year = '2027'",
    "legal_entity_id = gen_random_uuid()",
    "format = 'X-{number}'",
    "id = gen_random_uuid()",
  ])("stays the series it is: %s", async (set) => {
    await issue(ledger, await ready());
    const sql = `update number_series set ${set} where id = :series`;
    expect(await refusal(ledger.run("finance", sql, ledger.ids))).toBe("PL020");
  });
});

describe("what is issued", () => {
  const documentSql = `insert into documents (id, invoice_id, format, hash, bytes, storage_key)
                       values (gen_random_uuid(), :id, 'pdf', 'x', 1, 'x')`;

  it("is frozen in the same transaction", async () => {
    const values = { ...ledger.ids, ...(await ready()), number: await next() };
    const bare = ledger.as("finance", async (tx) => {
      await tx.raw("update number_series set next_number = next_number + 1 where id = :series", values);
      await tx.raw(`update invoices set version = version + 1, ${issueSet} where id = :id`, values);
      await book(tx, ledger, values);
    });
    expect(await refusal(bare)).toBe("PL053");
  });

  it("is frozen as it is, to the cent", async () => {
    expect(await refusal(issue(ledger, await ready(), issueSet, "1"))).toBe("PL053");
  });

  it("cannot be frozen before", async () => {
    const early = "insert into invoice_snapshots (invoice_id, snapshot, hash) values (:id, '{}', 'x')";
    expect(await refusal(ledger.run("finance", early, await ready()))).toBe("PL053");
  });

  it.each(["draft", "finance_approved", "discarded"] as const)("has no document while it is %s", async (stage) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    expect(await refusal(ledger.run("finance", documentSql, draft))).toBe("PL054");
  });

  it("is rendered once per format", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "issued");
    expect(await refusal(ledger.run("finance", documentSql, draft))).toBe("allowed");
    expect(await refusal(ledger.run("finance", documentSql, draft))).toBe("23505");
  });
});

describe("a series that goes on after another one", () => {
  const series = async (first: number, next = first, year = "2031") => {
    const id = newId();
    await ledger.run(
      "finance",
      `insert into number_series (id, legal_entity_id, kind, fiscal_year, format, first_number, next_number)
       values (:id, :entity, 'invoice', :year, 'R{number}', :first, :next)`,
      { ...ledger.ids, id, first, next, year },
    );
    return id;
  };
  const set = (id: string, what: string) =>
    ledger.run("finance", `update number_series set ${what} where id = :id`, { id });

  it("begins with its first number, and may be set right until it gives one", async () => {
    expect(await refusal(series(1, 42))).toBe("PL219");
    expect(await refusal(series(0))).toBe("23514");
    const id = await series(42);
    await set(id, "first_number = 40, next_number = 40, format = 'S{number}', last_issued_on = '2031-01-02'");
    expect(await refusal(set(id, "first_number = 39"))).toBe("PL020");
    expect(await refusal(set(id, "next_number = 41"))).toBe("PL022");
    expect(await refusal(set(id, "kind = 'deposit'"))).toBe("PL020");
  });

  it("that gave numbers goes on after no other one", async () => {
    await issue(ledger, await ready());
    const { series: id } = ledger.ids;
    const after = (await next()) + 10;
    expect(await refusal(set(id, `first_number = ${after}, next_number = ${after}`))).toBe("PL020");
    expect(await refusal(set(id, "format = 'S{number}'"))).toBe("PL020");
  });
});
