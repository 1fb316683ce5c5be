import { beforeEach, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { dryRunPolicies } from "./dry-run-policies.ts";
import { findPolicyDryRun, listDryRunInvoices } from "./find-policy-dry-run.ts";
import { findPolicyProposal, listPolicyProposals } from "./list-policy-proposals.ts";
import { listPolicyPublications } from "./list-policy-publications.ts";
import { currentBundle } from "./policy-bundles.ts";
import type { ProposalId } from "./policy-store.ts";
import { proposeFormerPolicies, proposePolicies } from "./propose-policies.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { query } from "@plumbline/platform/sql";
import { replayDecisions } from "./replay-decisions.ts";
import { publishPolicies } from "./publish-policies.ts";

const database = useTestDatabase();
let firm: Firm;
beforeEach(async () => {
  // Three drafts: two of two hours, one of four.
  const more = [timeEntry("more", { project_key: "p2", work_date: "2026-10-14" })];
  ({ firm } = await billedFirm(database.current.pool, { clients: 3, entries: more }));
});

const since = "2026-01-01" as LocalDate;
const reason = "said so";
type Who = "admin" | "controller" | "finance" | "coordinator";

/** A pack whose one rule blocks what does not hold. */
const packOf = (name: string, requirement: string, cases: readonly [string, string], layer = "tenant") => `
pack: ${name}
layer: ${layer}
rules:
  - id: ${name}
    on: invoice
    require: ${requirement}
    severity: block
    category: business
    owner: project_manager
    message: "Not like this."
    cases:
      - { given: ${cases[0]}, expect: pass }
      - { given: ${cases[1]}, expect: block }
`;
const shortOnly = packOf("short-only", "invoice.minutes <= 120", [
  "{ invoice: { minutes: 120 } }",
  "{ invoice: { minutes: 121 } }",
]);
const fewLines = packOf("few-lines", "invoice.lines <= 5", ["{ invoice: { lines: 5 } }", "{ invoice: { lines: 6 } }"]);

const propose = async (text: string, who: Who = "admin") =>
  (await firm.as(who))((scope) => proposePolicies(scope, { files: [{ name: "own.yaml", text }], reason }));
const dryRun = async (policyProposalId: ProposalId, who: Who = "admin") =>
  (await firm.as(who))((scope) => dryRunPolicies(scope, { policyProposalId, since }));
const publish = async (policyProposalId: ProposalId, who: Who = "controller") =>
  (await firm.as(who))((scope) => publishPolicies(scope, { policyProposalId }));
const figures = async (policyProposalId: ProposalId) => {
  const policyDryRunId = await dryRun(policyProposalId);
  const read = await firm.as("auditor");
  const found = await read((scope) => findPolicyDryRun(scope, { policyDryRunId }));
  const { items } = await read((scope) => listDryRunInvoices(scope, { policyDryRunId, limit: 10 }));
  const [amount] = found.figures.map(({ amounts }) => amounts[0]?.amount);
  return { ...found, said: found.figures.map(({ verdict, invoices }) => `${verdict} ${invoices}`), amount, items };
};

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "allowed",
    (error: unknown) => (error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String(error)),
  );

describe("policies", () => {
  it("are dry-run against past invoices, published by a second person, and rolled back the same way", async () => {
    const before = await (await firm.as("admin"))(currentBundle);
    const proposal = await propose(shortOnly);
    const first = await figures(proposal);
    expect(first).toMatchObject({
      said: ["newly_blocked 1", "unchanged 2"],
      amount: "476.00",
      isCurrent: true,
      invoices: 3,
    });
    expect(first.rulings).toEqual([
      { rule: "short-only", after: "block", invoices: 1 },
      { rule: "short-only", after: "pass", invoices: 2 },
    ]);
    expect(first.items.filter(({ verdict }) => verdict === "newly_blocked")).toMatchObject([
      { client: { name: expect.any(String) }, changes: [{ rule: "short-only", after: "block" }] },
    ]);
    const published = await publish(proposal);
    expect(await (await firm.as("admin"))(currentBundle)).not.toBe(before);
    const detail = await (
      await firm.as("auditor")
    )((scope) => findPolicyProposal(scope, { policyProposalId: proposal }));
    expect(detail).toMatchObject({
      published: { by: "Carl Controller" },
      changes: [{ rule: "short-only", change: "added" }],
    });

    const read = await firm.as("auditor");
    const { items } = await read((scope) => listPolicyPublications(scope, { limit: 9 }));
    expect(items.map(({ id }) => id)[0]).toBe(published);
    const former = items[1]?.id as never;
    const back = await (
      await firm.as("controller")
    )((scope) => proposeFormerPolicies(scope, { policyPublicationId: former, reason }));
    expect((await figures(back)).said).toEqual(["newly_passing 1", "unchanged 2"]);
    expect(await refusal(publish(back))).toMatch(/^duties-not-separate/);
    await publish(back, "finance");
    expect(await (await firm.as("admin"))(currentBundle)).toBe(before);
    const { items: proposals } = await read((scope) => listPolicyProposals(scope, { limit: 9 }));
    expect(proposals.map(({ published: of }) => of?.by)).toEqual(["Finn Finance", "Carl Controller"]);
  });

  it("rule again years later as they did then, and what was changed behind their back is named", async () => {
    const { admin } = database.current;
    const read = await firm.as("auditor");
    const [id] = await read(({ tx }) => query<{ id: InvoiceId }>(tx, "select id from invoices order by id"));
    const invoiceId = id?.id as InvoiceId;
    const replay = () => read((scope) => replayDecisions(scope, { invoiceId }));
    const proposal = await propose(shortOnly);
    await dryRun(proposal);
    await publish(proposal);
    const coordinator = await firm.as("coordinator");
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
    const replayed = await replay();
    expect(replayed).toMatchObject({ matches: true, decisions: [{ intact: true }, { intact: true }] });
    const rules = replayed.decisions.map(({ rulings }) => rulings.some(({ rule }) => rule === "short-only"));
    expect(rules).toEqual([false, true]);

    await admin.query(
      `update policy_decisions set rulings = jsonb_set(rulings, '{0,outcome}', '"block"') where invoice_id = $1 and bundle_hash = $2`,
      [invoiceId, replayed.decisions[1]?.hash],
    );
    const { matches, decisions } = await replay();
    expect(matches).toBe(false);
    expect(decisions[1]?.differences).toEqual([
      { rule: decisions[1]?.rulings[0]?.rule, kept: "block", replayed: "pass" },
    ]);
    const theirs = await (await newFirm(database.current.pool)).as("auditor");
    expect(await refusal(theirs((scope) => replayDecisions(scope, { invoiceId })))).toMatch(/^invoice-not-found/);
  });

  it("count apart what the kept facts do not say", async () => {
    await database.current.admin.query(
      "update policy_decisions set facts = facts #- '{invoice,lines}' where tenant_id = $1 and facts #>> '{invoice,minutes}' = '240'",
      [firm.tenantId],
    );
    expect((await figures(await propose(fewLines))).said).toEqual(["not_known 1", "unchanged 2"]);
  });

  it("are not published without a dry run that is newer than what was published last, nor twice", async () => {
    const [one, two] = [await propose(shortOnly), await propose(fewLines)];
    expect(await refusal(publish(one))).toBe(
      "policy-publication-refused: Nobody dry-ran them against the policies that are in force now.",
    );
    await dryRun(one);
    const stale = await dryRun(two);
    await publish(one);
    expect(await refusal(publish(one))).toBe("policy-publication-refused: It was published already.");
    expect(await refusal(dryRun(one))).toBe("policy-dry-run-refused: It was published already.");
    expect(await refusal(publish(two))).toMatch(/^policy-publication-refused: Nobody/);
    const shown = await (await firm.as("auditor"))((scope) => findPolicyDryRun(scope, { policyDryRunId: stale }));
    expect(shown.isCurrent).toBe(false);
    await dryRun(two);
    await publish(two);
  });

  it("are only published once when two ask at the same moment", async () => {
    const [one, two] = [await propose(shortOnly), await propose(fewLines)];
    await dryRun(one);
    await dryRun(two);
    const outcomes = await Promise.all([refusal(publish(one)), refusal(publish(two, "finance"))]);
    expect(outcomes.filter((outcome) => outcome === "allowed")).toHaveLength(1);
  });

  it("of the platform are not written by a firm, and those in force are not proposed again", async () => {
    const cases = ["{ held: { minutes: 0 } }", "{ held: { minutes: 1 } }"] as const;
    expect(await refusal(propose(packOf("mine", "held.minutes == 0", cases, "platform")))).toMatch(
      /^policy-invalid: own.yaml:3:8 mine › layer: packs of the platform come with the service/,
    );
    const proposal = await propose(shortOnly);
    await dryRun(proposal);
    await publish(proposal);
    expect(await refusal(propose(shortOnly))).toBe("policy-proposal-refused: These are the policies in force.");
  });

  it("of a client name a client there is, and hold for it alone", async () => {
    const read = await firm.as("auditor");
    const [client] = await read(({ tx }) => query<{ id: string }>(tx, "select id from clients order by id"));
    const of = (id: string) => shortOnly.replace("layer: tenant", `layer: client\nclient: ${id}`);
    const strict = (id: string) => of(id).replaceAll("120", "60").replaceAll("121", "61");
    expect(await refusal(propose(strict("0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00")))).toMatch(
      /^policy-invalid: own.yaml:4:9 short-only › client: there is no such client/,
    );
    const { said } = await figures(await propose(strict(client?.id ?? "")));
    expect(said).toEqual(["newly_blocked 1", "unchanged 2"]);
  });

  it("are proposed, dry-run and published only by who may, and are a firm's own", async () => {
    expect(await refusal(propose(shortOnly, "coordinator"))).toMatch(/^permission-missing/);
    const proposal = await propose(shortOnly);
    expect(await refusal(dryRun(proposal, "coordinator"))).toMatch(/^permission-missing/);
    expect(await refusal(publish(proposal, "admin"))).toMatch(/^permission-missing/);
    const other = await newFirm(database.current.pool);
    const theirs = await other.as("controller");
    const policyProposalId = proposal;
    expect(await refusal(theirs((scope) => dryRunPolicies(scope, { policyProposalId, since })))).toMatch(
      /^policy-proposal-not-found/,
    );
    expect(await refusal(theirs((scope) => publishPolicies(scope, { policyProposalId })))).toMatch(
      /^policy-proposal-not-found/,
    );
  });
});
