import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { compareRulings } from "@plumbline/domain/policy/compare-rulings";
import { evaluate, type PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query, queryOne } from "@plumbline/platform/sql";
import { loadBundle } from "./policy-bundles.ts";
import { type DryRunId, latestPublication, type ProposalId } from "./policy-store.ts";
import { fromStoredFacts, type KeptFacts } from "./stored-decision.ts";

/** Invoices of one dry run: judged within the limits of one request. */
export const dryRunInvoicesMax = 20_000;
/** Invoices whose facts are in memory at once. */
const batchRows = 2_000;

/**
 * Judges every invoice since a day by the proposed policies and by those in force, on the facts that were kept when it was
 * judged last, and keeps what would come to another end. No invoice is touched.
 *
 * @throws Problem `permission-missing` | `policy-proposal-not-found` | `policy-dry-run-refused`
 */
export async function dryRunPolicies(
  scope: Scope,
  input: { readonly policyProposalId: ProposalId; readonly since: LocalDate },
): Promise<DryRunId> {
  demand(scope, "policy.propose");
  const { tx } = scope;
  const [proposal] = await query<{ hash: string; published: boolean }>(tx, proposalSql, [input.policyProposalId]);
  if (proposal === undefined) throw new Problem("policy-proposal-not-found");
  if (proposal.published) throw new Problem("policy-dry-run-refused", { detail: "It was published already." });
  const inForce = await latestPublication(tx);
  if (inForce === undefined) throw new Error("policies were proposed where none are in force");
  await refuseTooMany(scope, input.since);
  const id = scope.newId<"policy-dry-run">();
  await insertRows(tx, "policy_dry_runs", [input], {
    id: ["uuid", () => id],
    proposal_id: ["uuid", (row) => row.policyProposalId],
    bundle_hash: ["text", () => proposal.hash],
    base_publication_id: ["uuid", () => inForce.id],
    since: ["date", (row) => row.since],
  });
  const rules = { proposed: await loadBundle(tx, proposal.hash), inForce: await loadBundle(tx, inForce.hash) };
  for await (const batch of judgedSince(scope, input.since)) await saveVerdicts(scope, { id, rules, batch });
  const bundleHash = proposal.hash;
  await scope.emit([
    { name: "policy.dry_run", subjectId: id, data: { proposalId: input.policyProposalId, bundleHash } },
  ]);
  await scope.audit([{ action: "policy.dry_run", subjectId: id, bundleHash }]);
  return id;
}

const proposalSql = `
  select o.bundle_hash as hash, exists (select from policy_publications p
           where p.tenant_id = o.tenant_id and p.proposal_id = o.id) as published
    from policy_proposals o where o.id = ?`;

/** Invoices that ended after the day and were judged; what was given up is no invoice. */
const judgedSql = `
  i.period_end > ? and i.stage <> 'discarded'
  and exists (select from policy_decisions v where v.tenant_id = i.tenant_id and v.invoice_id = i.id)`;

async function refuseTooMany({ tx }: Scope, since: LocalDate): Promise<void> {
  const { found } = await queryOne<{ found: number }>(
    tx,
    `select count(*)::int as found from (select from invoices i where ${judgedSql} limit ?) f`,
    [since, dryRunInvoicesMax + 1],
  );
  if (found <= dryRunInvoicesMax) return;
  throw new Problem("policy-dry-run-refused", {
    detail: `There are more than ${dryRunInvoicesMax} invoices since ${since}: begin with a later day.`,
  });
}

type Judged = {
  readonly id: InvoiceId;
  readonly decisionId: string;
  readonly facts: KeptFacts;
  readonly currency: string;
  readonly totalMinor: string;
};

async function* judgedSince({ tx }: Scope, since: LocalDate): AsyncGenerator<readonly Judged[]> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const batch = await query<Judged>(
      tx,
      `select i.id, d.id as "decisionId", d.facts, i.currency, i.total_minor::text as "totalMinor"
         from invoices i
        cross join lateral (select v.id, v.facts from policy_decisions v
                             where v.tenant_id = i.tenant_id and v.invoice_id = i.id
                             order by v.decided_at desc, v.id desc limit 1) d
        where ${judgedSql} and i.id > ? order by i.id limit ?`,
      [since, after, batchRows],
    );
    if (batch.length > 0) yield batch;
    if (batch.length < batchRows) return;
    after = batch.at(-1)?.id ?? after;
  }
}

async function saveVerdicts(
  scope: Scope,
  of: {
    readonly id: DryRunId;
    readonly rules: Readonly<Record<"proposed" | "inForce", PolicyBundle>>;
    readonly batch: readonly Judged[];
  },
): Promise<void> {
  const { id, rules, batch } = of;
  const verdicts = batch.map((invoice) => {
    const facts = fromStoredFacts(invoice.facts);
    const [before, after] = [evaluate(rules.inForce, "invoice", facts), evaluate(rules.proposed, "invoice", facts)];
    return { ...invoice, ...compareRulings(before, after) };
  });
  await insertRows(
    scope.tx,
    "policy_dry_run_invoices",
    verdicts,
    {
      id: ["uuid", () => scope.newId()],
      invoice_id: ["uuid", (row) => row.id],
      decision_id: ["uuid", (row) => row.decisionId],
      verdict: ["text", (row) => row.verdict],
      changes: ["jsonb", (row) => row.changes],
      currency: ["text", (row) => row.currency],
      total_minor: ["bigint", (row) => BigInt(row.totalMinor)],
    },
    { constants: { dry_run_id: ["?::uuid", id] } },
  );
}
