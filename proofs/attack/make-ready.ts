import type { TestDatabase } from "@plumbline/testing/database";
import type { Route } from "../../apps/api/src/route.ts";
import type { Named } from "./ask-route.ts";
import { nextStatementId } from "./bank-statements.ts";
import { examplePaper } from "./certify-tax.ts";
import { exampleCase } from "./chargebacks.ts";

const neverPublished = `
  update policy_publications p set proposal_id = null, dry_run_id = null, follows = null, bundle_hash = (
    select f.bundle_hash from policy_publications f where f.tenant_id = p.tenant_id order by f.published_at, f.id limit 1)
   where p.proposal_id = $1`;

/**
 * One run at a time, and none that is over can be stopped; a statement or a certificate is taken in once, a payment taken back
 * once, a case opened once, a month or an engagement closed once, and a decision withdrawn once: what came before is put out of the way.
 */
const readiness: Readonly<Record<string, string | readonly string[]>> = {
  "/v1/bank-statements": `
    with s as (delete from bank_statements where statement_id = '${nextStatementId}' returning tenant_id, id)
    delete from bank_entries b using s where (b.tenant_id, b.bank_statement_id) = (s.tenant_id, s.id)`,
  "/v1/write-downs/:writeDownId/withdrawal":
    "update write_downs set withdrawn_at = null, withdrawn_by = null, withdrawal_reason = null where id = $1",
  "/v1/payments/:paymentId/chargebacks": `
    with c as (delete from chargebacks where case_reference = '${exampleCase}'),
         e as (delete from ledger_entries where fact = 'chargeback_opened' and reason like '${exampleCase}:%' returning tenant_id, id)
    delete from ledger_postings p using e where (p.tenant_id, p.entry_id) = (e.tenant_id, e.id)`,
  "/v1/month-closes": `
    with c as (delete from month_closes where month = '2025-12-01')
    update legal_entities set lock_date = '2001-06-30'`,
  "/v1/month-closes/:monthCloseId/reopening": `
    with others as (delete from month_closes o using month_closes c where c.id = $1 and o.tenant_id = c.tenant_id and o.id <> c.id)
    update month_closes set reopening_asked_by = null, reopening_asked_at = null, reopening_reason = null, reopened_by = null, reopened_at = null
     where id = $1`,
  "/v1/withholding-certificates": `
    with c as (delete from withholding_certificates where number = '${examplePaper}' returning tenant_id, id),
         w as (delete from certified_withholdings w using c where (w.tenant_id, w.certificate_id) = (c.tenant_id, c.id)),
         e as (delete from ledger_entries where fact = 'withholding_certified' and reason like 'Certificate ${examplePaper} %' returning tenant_id, id)
    delete from ledger_postings p using e where (p.tenant_id, p.entry_id) = (e.tenant_id, e.id)`,
  "/v1/bank-entries/:bankEntryId/return": `
    with e as (delete from ledger_entries where fact in ('payment_returned', 'credit_refunded') returning tenant_id, id),
         p as (delete from ledger_postings p using e where (p.tenant_id, p.entry_id) = (e.tenant_id, e.id))
    update bank_entries set state = 'aside', payment_id = null where state = 'returned'`,
  // A clock that runs is paused once at a time.
  "/v1/clocks/:clockId/pause": `
    with p as (delete from clock_pauses where clock_id = $1)
    update clocks set stopped_at = null where id = $1`,
  "/v1/clocks/:clockId/resumption": [
    "delete from clock_pauses where clock_id = $1",
    `with c as (update clocks set stopped_at = null where id = $1 returning tenant_id, id)
     insert into clock_pauses (tenant_id, id, clock_id, paused_by, reason)
     select c.tenant_id, gen_random_uuid(), c.id, m.id, 'x' from c join memberships m on m.tenant_id = c.tenant_id and m.kind = 'person' limit 1`,
  ],
  // An invoice is promised once at a time, and a promise withdrawn once.
  "/v1/promises": `
    update promises set withdrawn_on = made_on, withdrawn_reason = 'x', withdrawn_by = recorded_by, withdrawn_at = now()
     where withdrawn_on is null`,
  "/v1/promises/:promiseId/withdrawal": `
    update promises set withdrawn_on = null, withdrawn_reason = null, withdrawn_by = null, withdrawn_at = null where id = $1`,
  // Late for a day, at a rate so low that the compensation alone is owed; and no money of the client waits.
  "/v1/interest-claims/:interestClaimId/charge": `
    with k as (update interest_claims set state = 'proposed', reason = null, entry_id = null, decided_by = null, decided_at = null,
                      from_on = current_date - 9, until_on = current_date - 8, interest_minor = 0, compensation_minor = 4000
                where id = $1 returning tenant_id, invoice_id, client_id),
         i as (update invoices i set issued_on = current_date - 40, due_on = current_date - 10 from k
                where (i.tenant_id, i.id) = (k.tenant_id, k.invoice_id)),
         t as (update collecting_terms set terms = '{"interest": {"rate": {"annualBasisPoints": 1}, "dayCount": "act/365",
                 "from": "day_after", "compensationMinor": "4000"}}'),
         b as (update ledger_entries e set booked_on = current_date - 40 from k
                where (e.tenant_id, e.invoice_id) = (k.tenant_id, k.invoice_id) and e.fact = 'invoice_issued')
    update ledger_postings p set account = 'bank_fees' from k, ledger_entries e
     where (e.tenant_id, e.client_id) = (k.tenant_id, k.client_id) and (p.tenant_id, p.entry_id) = (e.tenant_id, e.id)
       and p.account = 'unapplied_cash'`,
  "/v1/interest-claims/:interestClaimId/waiver": `
    update interest_claims set state = 'proposed', reason = null, entry_id = null, decided_by = null, decided_at = null where id = $1`,
  // Nobody opened the month after its day, and no milestone lies ahead.
  "/v1/engagements/:engagementId/closures": `
    with c as (delete from closures where closed_on > '2001-01-01')
    update work_items set worked_on = '2020-01-01' where kind = 'milestone'`,
  "/v1/closures/:closureId/reopening":
    "update closures set reopened_by = null, reopened_at = null, reopening_reason = null where id = $1",
  // A proposal is published once, on a dry run against what is in force; and nobody goes back to what is in force.
  "/v1/policy-proposals/:policyProposalId/dry-runs": neverPublished,
  "/v1/policy-proposals/:policyProposalId/publication": [
    neverPublished,
    `update policy_dry_runs r set base_publication_id = (select p.id from policy_publications p where p.tenant_id = r.tenant_id
       order by p.published_at desc, p.id desc limit 1) where r.proposal_id = $1`,
  ],
  "/v1/policy-publications/:policyPublicationId/rollback": `
    update policy_publications p set bundle_hash = (
      select b.hash from policy_bundles b where b.tenant_id = p.tenant_id and b.hash <> (
        select f.bundle_hash from policy_publications f where f.tenant_id = p.tenant_id order by f.published_at desc, f.id desc limit 1)
       limit 1) where p.id = $1`,
  "/v1/clients/:clientId/merge": "update billing_runs set state = 'cancelled' where state in ('queued', 'running')",
  "/v1/engagements/:engagementId/change-orders": "delete from change_orders where number = '3'",
  "/v1/billing-runs": "update billing_runs set state = 'cancelled' where state in ('queued', 'running')",
  "/v1/billing-runs/:billingRunId/cancellation": [
    "update billing_runs set state = 'cancelled' where state in ('queued', 'running')",
    "update billing_runs set state = 'queued', cancel_requested = false where id = $1",
  ],
};

/** Puts out of the way what would keep a write to this route, about this thing, from being done. */
export async function makeReady(
  admin: TestDatabase["admin"],
  { path }: Route,
  named: Named | undefined,
): Promise<void> {
  const statements = [readiness[path] ?? []].flat();
  if (statements.length === 0) return;
  await admin.query("set session_replication_role = replica");
  for (const sql of statements) await admin.query(sql, sql.includes("$1") ? [named?.id] : []);
  await admin.query("reset session_replication_role");
}
