import { beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { advance, draftInvoice, refusal, revise, workFor } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const release = "update claims set released_at = now() where id = :claim";
const takeWork = `insert into claims (id, work_item_id, work_item_version, share, minutes, outcome, reason, billing_run_id)
                  values (gen_random_uuid(), :work, 1, :share, :minutes, 'no_charge', 'x', :run)`;
const whole = { share: 0, minutes: 60 };

describe("an hour of work", () => {
  it("is taken once", async () => {
    const values = { ...ledger.ids, ...(await draftInvoice(ledger)), ...whole };
    expect(await refusal(ledger.run("coordinator", takeWork, values))).toBe("23505");
  });

  it("is taken once by four who try together", async () => {
    const values = { ...ledger.ids, work: await workFor(ledger), ...whole };
    const tries = [1, 2, 3, 4].map(() => refusal(ledger.run("coordinator", takeWork, values)));
    expect((await Promise.all(tries)).toSorted()).toEqual(["23505", "23505", "23505", "allowed"]);
  });

  it("is free again after its invoice is given up", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "discarded");
    expect(await refusal(ledger.run("coordinator", takeWork, { ...ledger.ids, ...draft, ...whole }))).toBe("allowed");
  });
});

describe("a claim", () => {
  it.each([
    "minutes = 1",
    "billed_minutes = 1",
    "line_id = null, outcome = 'covered', reason = 'x'",
    "work_item_version = 1, share = 1",
    "billing_run_id = gen_random_uuid()",
    "released_at = null",
    "released_at = now(), minutes = 1",
  ])("never changes: %s", async (set) => {
    const draft = await draftInvoice(ledger);
    expect(await refusal(ledger.run("coordinator", `update claims set ${set} where id = :claim`, draft))).toBe("PL060");
  });

  it.each(["released_at = now()", "released_at = null"])("is released once, for good: %s", async (set) => {
    const old = await draftInvoice(ledger);
    await revise(ledger, old);
    expect(await refusal(ledger.run("coordinator", `update claims set ${set} where id = :claim`, old))).toBe("PL060");
  });

  it.each(["issued", "posted"] as const)("is never released under an invoice that is %s", async (stage) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    expect(await refusal(ledger.run("coordinator", release, draft))).toBe("PL061");
  });

  it.each([
    ["null", "null", "null"],
    [":line", "'covered'", "'x'"],
    ["null", "'covered'", "null"],
    ["null", "'forgotten'", "'x'"],
  ])("takes a line, or gives an outcome with its reason: not %s, %s, %s", async (line, outcome, reason) => {
    const values = { ...ledger.ids, ...(await draftInvoice(ledger)), work: await workFor(ledger) };
    const sql = `insert into claims (id, work_item_id, work_item_version, minutes, line_id, outcome, reason, billing_run_id)
                 values (gen_random_uuid(), :work, 1, 60, ${line}, ${outcome}, ${reason}, :run)`;
    expect(await refusal(ledger.run("coordinator", sql, values))).toBe("23514");
  });
});
