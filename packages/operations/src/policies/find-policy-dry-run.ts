import type { Page } from "@plumbline/contract/page";
import type { DryRunInvoiceWire, PolicyDryRunWire } from "@plumbline/contract/policy";
import { minorToWire } from "@plumbline/contract/scalar";
import { comparePacks } from "@plumbline/domain/policy/compare-packs";
import { type Verdict, verdicts } from "@plumbline/domain/policy/compare-rulings";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { loadBundle } from "./policy-bundles.ts";
import { type DryRunId, latestFirst } from "./policy-store.ts";

type Asked = { readonly policyDryRunId: DryRunId };

/**
 * What proposed policies would have made of past invoices, counted and in money.
 *
 * @throws Problem `permission-missing` | `policy-dry-run-not-found`
 */
export async function findPolicyDryRun(scope: Scope, { policyDryRunId }: Asked): Promise<PolicyDryRunWire> {
  demand(scope, "invoice.read");
  const { tx } = scope;
  const [row] = await query<Omit<PolicyDryRunWire, "invoices" | "figures" | "rulings" | "notJudged">>(tx, rowSql, [
    policyDryRunId,
  ]);
  if (row === undefined) throw new Problem("policy-dry-run-not-found");
  const sums = await query<Sum>(tx, sumsSql, [policyDryRunId]);
  const rulings = await query<PolicyDryRunWire["rulings"][number]>(tx, rulingsSql, [policyDryRunId]);
  const [before, after] = [await loadBundle(tx, row.against), await loadBundle(tx, row.hash)];
  const notJudged = comparePacks(before.packs, after.packs).filter(({ on }) => on !== "invoice");
  return {
    ...row,
    invoices: sums.reduce((sum, { invoices }) => sum + invoices, 0),
    figures: verdicts.flatMap((verdict) => figureOf(verdict, sums)),
    rulings: rulings.map(({ rule, before: was, after: is, invoices }) => ({
      rule,
      ...(was !== null && { before: was }),
      ...(is !== null && { after: is }),
      invoices,
    })),
    notJudged: notJudged.map(({ rule }) => rule),
  };
}

type Sum = {
  readonly verdict: Verdict;
  readonly currency: string;
  readonly invoices: number;
  readonly totalMinor: string;
};

function figureOf(verdict: Verdict, sums: readonly Sum[]): PolicyDryRunWire["figures"] {
  const of = sums.filter((sum) => sum.verdict === verdict);
  if (of.length === 0) return [];
  const invoices = of.reduce((sum, each) => sum + each.invoices, 0);
  return [{ verdict, invoices, amounts: of.map(({ totalMinor, currency }) => minorToWire(totalMinor, currency)) }];
}

const rowSql = `
  select r.id, r.proposal_id as "proposalId", r.bundle_hash as hash, b.bundle_hash as against, r.since,
         b.id = (select id from policy_publications order by ${latestFirst} limit 1) as "isCurrent",
         jsonb_build_object('by', m.name, 'at', to_char(r.ran_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as ran
    from policy_dry_runs r
    join policy_publications b on b.tenant_id = r.tenant_id and b.id = r.base_publication_id
    join memberships m on m.tenant_id = r.tenant_id and m.id = r.ran_by
   where r.id = ?`;

const sumsSql = `
  select verdict, currency, count(*)::int as invoices, sum(total_minor)::text as "totalMinor"
    from policy_dry_run_invoices where dry_run_id = ? group by 1, 2 order by 1, 2`;

const rulingsSql = `
  select c ->> 'rule' as rule, c ->> 'before' as before, c ->> 'after' as after, count(*)::int as invoices
    from policy_dry_run_invoices d, jsonb_array_elements(d.changes) c
   where d.dry_run_id = ? group by 1, 2, 3 order by 1, 2, 3`;

/**
 * One page of the invoices of a dry run.
 *
 * @throws Problem `permission-missing` | `policy-dry-run-not-found` | `request-invalid` for a cursor of another list
 */
export async function listDryRunInvoices(
  scope: Scope,
  asked: Asked & {
    readonly verdict?: Verdict | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<DryRunInvoiceWire>> {
  demand(scope, "invoice.read");
  const found = await query(scope.tx, "select from policy_dry_runs where id = ?", [asked.policyDryRunId]);
  if (found.length === 0) throw new Problem("policy-dry-run-not-found");
  const { where, values } = matching({ "d.dry_run_id": asked.policyDryRunId, "d.verdict": asked.verdict });
  const page = keysetPage(asked, { sort: { "d.id": "uuid" }, direction: "asc" });
  const rows = await query<InvoiceRow>(
    scope.tx,
    `select i.id, i.number_text as number, i.stage, jsonb_build_object('id', c.id, 'name', c.name) as client, d.verdict, d.changes,
            d.currency, d.total_minor::text as "totalMinor", ${page.keys}
       from policy_dry_run_invoices d
       join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
       join clients c on c.tenant_id = i.tenant_id and c.id = i.client_id
      where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, ({ id, number, stage, client, verdict, changes, currency, totalMinor }) => ({
    invoice: { id, ...(number !== null && { number }), stage },
    client,
    total: minorToWire(totalMinor, currency),
    verdict,
    changes,
  }));
}

type InvoiceRow = Pick<DryRunInvoiceWire, "client" | "verdict" | "changes"> & {
  readonly id: string;
  readonly number: string | null;
  readonly stage: DryRunInvoiceWire["invoice"]["stage"];
  readonly currency: string;
  readonly totalMinor: string;
  readonly page_keys: readonly string[];
};
