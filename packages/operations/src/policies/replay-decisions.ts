import type { PolicyReplayWire } from "@plumbline/contract/policy";
import type { InvoiceId } from "@plumbline/domain/id";
import { evaluate, type PolicyBundle } from "@plumbline/domain/policy/evaluate";
import type { Outcome } from "@plumbline/domain/policy/policy-pack";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { loadBundle } from "./policy-bundles.ts";
import { fromStoredFacts, type KeptFacts } from "./stored-decision.ts";

type Decision = {
  readonly at: string;
  readonly contentVersion: number;
  readonly hash: string;
  readonly facts: KeptFacts;
  readonly rulings: readonly { readonly rule: string; readonly outcome: Outcome }[];
};

/**
 * Rules again on an invoice, as often as it was ruled on: by the rules that were kept, on the facts that were kept. Writes
 * nothing. Whether the facts were right is what recomputing says.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function replayDecisions(
  scope: Scope,
  { invoiceId }: { readonly invoiceId: InvoiceId },
): Promise<PolicyReplayWire> {
  demand(scope, "invoice.read");
  const found = await query(scope.tx, "select from invoices where id = ?", [invoiceId]);
  if (found.length === 0) throw new Problem("invoice-not-found");
  const kept = await query<Decision>(
    scope.tx,
    `select to_char(decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, content_version as "contentVersion",
            bundle_hash as hash, facts, rulings
       from policy_decisions where invoice_id = ? order by decided_at, id`,
    [invoiceId],
  );
  const bundles = new Map<string, PolicyBundle>();
  // An invoice was ruled on by one or two bundles.
  for (const hash of new Set(kept.map((decision) => decision.hash)))
    bundles.set(hash, await loadBundle(scope.tx, hash));
  const decisions = kept.map((decision) => replayed(decision, bundles.get(decision.hash)));
  const matches = decisions.every(({ intact, differences }) => intact && differences.length === 0);
  return { invoiceId, matches, decisions };
}

function replayed(decision: Decision, bundle: PolicyBundle | undefined): PolicyReplayWire["decisions"][number] {
  if (bundle === undefined) throw new Error(`policy bundle ${decision.hash} was not loaded`);
  const anew = evaluate(bundle, "invoice", fromStoredFacts(decision.facts));
  const was = new Map(decision.rulings.map(({ rule, outcome }) => [rule, outcome]));
  const is = new Map(anew.map(({ ruleId, outcome }) => [ruleId, outcome]));
  const differing = [...new Set([...was.keys(), ...is.keys()])].filter((rule) => was.get(rule) !== is.get(rule));
  return {
    ...decision,
    rulings: [...decision.rulings],
    intact: bundle.hash === decision.hash,
    differences: differing.map((rule) => {
      const [before, after] = [was.get(rule), is.get(rule)];
      return { rule, ...(before !== undefined && { kept: before }), ...(after !== undefined && { replayed: after }) };
    }),
  };
}
