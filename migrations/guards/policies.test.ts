import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { draftInvoice, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say, type Who } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
let values: Record<string, string>;
beforeEach(async () => {
  ledger = await openLedger(database.current.pool);
  const [base] = await ledger.run("controller", "select id from policy_publications");
  values = {
    ...ledger.ids,
    base: base?.["id"] as string,
    hash: `hash-${ledger.ids.bundle}`,
    proposal: newId(),
    dryRun: newId(),
    publication: newId(),
    decision: newId(),
    found: newId(),
  };
});
const run = (who: Who, sql: string, more: Readonly<Record<string, unknown>> = {}) =>
  refusal(ledger.run(who, sql, { ...values, ...more }));

const propose = "insert into policy_proposals (id, bundle_hash, reason) values (:proposal, :hash, 'why')";
const dryRun = `insert into policy_dry_runs (id, proposal_id, bundle_hash, base_publication_id, since)
  values (:dryRun, :proposal, :hash, :base, '2025-01-01')`;
const publish = `insert into policy_publications (id, bundle_hash, proposal_id, dry_run_id, follows)
  values (:publication, :hash, :proposal, :dryRun, :base)`;

describe("policies", () => {
  it("come into force from a proposal, by another person, on a dry run of exactly them", async () => {
    expect(
      await run("controller", "insert into policy_publications (id, bundle_hash) values (:publication, :hash)"),
    ).toBe("PL250");
    expect(await run("manager", propose)).toBe("allowed");
    expect(await run("controller", publish)).toBe("PL251");
    expect(await run("manager", dryRun)).toBe("allowed");
    expect(await run("manager", publish)).toBe("PL252");
    const other = newId();
    await run("manager", "insert into policy_bundles (id, hash, packs) values (:other, 'other', '[]')", { other });
    expect(await run("controller", publish.replace(":hash", "'other'"))).toBe("23503");
    expect(await run("controller", publish.replace(":base)", ":publication)"))).toBe("PL251");
    expect(await run("controller", publish.replace(", follows", "").replace(", :base", ""))).toBe("PL251");
    expect(await run("controller", publish)).toBe("allowed");
    expect(await run("finance", publish, { publication: newId() })).toBe("PL251");
  });

  it("come into force once from one dry run, however many were made at once", async () => {
    await run("manager", propose);
    await run("manager", dryRun);
    const second = { ...values, proposal: newId(), dryRun: newId() };
    await run("manager", propose, second);
    await run("manager", dryRun, second);
    expect(await run("controller", publish)).toBe("allowed");
    expect(await run("finance", publish, { ...second, publication: newId() })).toBe("PL251");
  });

  it("come into force only when every invoice that was judged was looked at", async () => {
    const { id: invoice } = await draftInvoice(ledger);
    const decide = `insert into policy_decisions (id, invoice_id, content_version, bundle_hash, facts, rulings)
      values (:decision, :invoice, 1, :hash, '{}', '[]')`;
    expect(await run("billing-runner", decide, { invoice })).toBe("allowed");
    await run("manager", propose);
    await run("manager", dryRun);
    expect(await run("controller", publish)).toBe("PL253");
    const look = `insert into policy_dry_run_invoices (id, dry_run_id, invoice_id, decision_id, verdict, changes, currency, total_minor)
      values (:found, :dryRun, :invoice, :decision, 'unchanged', '[]', 'EUR', 1)`;
    expect(await run("manager", look, { invoice })).toBe("allowed");
    expect(await run("controller", publish)).toBe("allowed");
  });

  it("are proposed and dry-run in the own name, and stay as they were proposed", async () => {
    const forged = (sql: string, column: string) =>
      sql.replace("(id,", `(${column}, id,`).replace("values (", "values (:controller, ");
    const controller = ledger.actorOf("controller");
    expect(await run("manager", forged(propose, "proposed_by"), { controller })).toBe("42501");
    await run("manager", propose);
    expect(await run("manager", forged(dryRun, "ran_by"), { controller })).toBe("42501");
    expect(await run("controller", "update policy_proposals set reason = 'x'")).toBe("42501");
    expect(await refusal(ledger.as("controller", (tx) => say(tx, "delete from policy_dry_runs")))).toBe("42501");
  });
});
