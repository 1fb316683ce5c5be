import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { advance, change, claimSql, draftInvoice, refusal, revise, workFor } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";

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

  it("is not taken as a second share on top of the whole", async () => {
    const values = { ...ledger.ids, ...(await draftInvoice(ledger)), ...whole, share: 1 };
    expect(await refusal(ledger.run("coordinator", takeWork, values))).toBe("PL064");
  });

  it.each([1, 61])("is not taken as %s minutes", async (minutes) => {
    const values = { ...ledger.ids, work: await workFor(ledger), share: 0, minutes };
    expect(await refusal(ledger.run("coordinator", takeWork, values))).toBe("PL064");
  });

  it("is free again after its invoice is given up", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "discarded");
    expect(await refusal(ledger.run("coordinator", takeWork, { ...ledger.ids, ...draft, ...whole }))).toBe("allowed");
  });

  it("is not lost in an invoice that was given up without releasing it", async () => {
    expect(await refusal(change(ledger, "coordinator", await draftInvoice(ledger), "stage = 'discarded'"))).toBe(
      "PL063",
    );
  });

  it("is not lost in content that was replaced", async () => {
    const draft = await draftInvoice(ledger);
    const forget = ledger.as("coordinator", async (tx) => {
      const set = "version = 2, content_version = 2, content_hash = 'new', approval_round = 2";
      await say(tx, `update invoices set ${set} where id = :id`, draft);
      const again = "jsonb_build_object('id', gen_random_uuid(), 'content_version', 2)";
      for (const table of ["invoice_lines", "tax_determinations"]) {
        const copy = `insert into ${table} select (jsonb_populate_record(t, ${again})).* from ${table} t where invoice_id = :id`;
        await say(tx, copy, draft);
      }
    });
    expect(await refusal(forget)).toBe("PL063");
  });
});

describe("what was spent", () => {
  const spent = async (): Promise<string> => {
    const work = newId();
    await ledger.run(
      "billing-runner",
      `insert into work_items (id, kind, engagement_id, project_id, worked_on, amount_minor, currency, status)
       values (:work, 'expense', :engagement, :project, '2026-01-05', 10000, 'EUR', 'approved')`,
      { ...ledger.ids, work },
    );
    return work;
  };
  const takeSome = (work: string, share: number, amount: number, partial = true) =>
    ledger.run(
      "coordinator",
      `insert into claims (id, work_item_id, work_item_version, share, partial, minutes, amount_minor, outcome, reason, billing_run_id)
       values (gen_random_uuid(), :work, 1, :share, :partial, 0, :amount, 'no_charge', 'x', :run)`,
      { ...ledger.ids, work, share, amount, partial },
    );

  it("is taken in parts that are no more than all of it", async () => {
    const work = await spent();
    expect(await refusal(takeSome(work, 0, 6_000))).toBe("allowed");
    expect(await refusal(takeSome(work, 1, 4_001))).toBe("PL235");
    expect(await refusal(takeSome(work, 1, 4_000))).toBe("allowed");
  });

  it("is taken as a part only where a part is meant, and time never is", async () => {
    expect(await refusal(takeSome(await spent(), 0, 6_000, false))).toBe("PL064");
    expect(await refusal(takeSome(await workFor(ledger), 0, 6_000))).toBe("PL064");
  });
});

describe("a claim", () => {
  it.each([
    "minutes = 1",
    "amount_minor = 1",
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

  it("is not released at birth", async () => {
    const sql = takeWork.replace("billing_run_id)", "billing_run_id, released_at)").replace(":run)", ":run, now())");
    const values = { ...ledger.ids, work: await workFor(ledger), ...whole };
    expect(await refusal(ledger.run("coordinator", sql, values))).toBe("PL060");
  });

  it.each(["issued", "posted"] as const)("is never released under an invoice that is %s", async (stage) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    expect(await refusal(ledger.run("coordinator", release, draft))).toBe("PL061");
  });

  it.each(["draft", "validation_pending", "manager_approved", "finance_approved"] as const)(
    "is not released under an invoice that bills it at %s, or the same hour could be billed twice",
    async (stage) => {
      const draft = await advance(ledger, await draftInvoice(ledger), stage);
      expect(await refusal(ledger.run("coordinator", release, draft))).toBe("PL061");
    },
  );

  it.each(["manager_approved", "finance_approved", "issued", "posted", "discarded"] as const)(
    "is not put under an invoice that is already %s",
    async (stage) => {
      const draft = await advance(ledger, await draftInvoice(ledger), stage);
      const values = { ...ledger.ids, ...draft, claim: newId(), work: await workFor(ledger) };
      expect(await refusal(ledger.run("coordinator", claimSql, values))).toBe("PL062");
    },
  );

  it("is not put under content that was replaced", async () => {
    const old = await draftInvoice(ledger);
    await revise(ledger, old);
    const values = { ...ledger.ids, ...old, claim: newId(), work: await workFor(ledger) };
    expect(await refusal(ledger.run("coordinator", claimSql, values))).toBe("PL062");
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
