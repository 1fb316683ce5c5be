import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { type Finding, fingerprintOf, mergeFindings } from "../drafts/finding.ts";

/**
 * Opens an exception for each cause, or refreshes the open one: the same cause in the next run is the same exception,
 * counted afresh. Within one run a cause that spans batches adds up; an invoice is judged whole, so what is said about it
 * replaces what was said before.
 */
export async function saveFindings(
  scope: Scope,
  runId: string | undefined,
  findings: readonly Finding[],
): Promise<void> {
  const causes = mergeFindings(findings);
  const saved = await insertRows<Finding, { id: string; fingerprint: string }>(
    scope.tx,
    "exceptions",
    causes,
    {
      id: ["uuid", () => scope.newId()],
      billing_run_id: ["uuid", () => runId],
      code: ["text", (finding) => finding.code],
      lane: ["text", (finding) => finding.lane],
      severity: ["text", (finding) => finding.severity],
      owner: ["text", (finding) => finding.owner],
      subject_kind: ["text", (finding) => finding.subjectKind],
      subject_id: ["uuid", (finding) => finding.subjectId],
      fingerprint: ["text", fingerprintOf],
      invoice_id: ["uuid", (finding) => finding.invoiceId],
      message: ["text", (finding) => finding.message],
      entries: ["int", (finding) => finding.entries],
      minutes: ["bigint", (finding) => finding.minutes],
      amount_minor: ["bigint", (finding) => finding.amountMinor],
      currency: ["text", (finding) => finding.currency],
    },
    {
      suffix: `
        on conflict (tenant_id, fingerprint) where state = 'open' do update set
          entries = excluded.entries + case when ${addsUp} then exceptions.entries else 0 end,
          minutes = excluded.minutes + case when ${addsUp} then exceptions.minutes else 0 end,
          amount_minor = case when excluded.amount_minor is null and not (${addsUp}) then null
            else coalesce(excluded.amount_minor, 0) + case when ${addsUp} then coalesce(exceptions.amount_minor, 0) else 0 end end,
          billing_run_id = excluded.billing_run_id
        returning id, fingerprint`,
    },
  );
  const idOf = new Map(saved.map((row) => [row.fingerprint, row.id]));
  await insertRows(
    scope.tx,
    "exception_items",
    causes.flatMap((cause) => cause.holds.map((held) => ({ ...held, exceptionId: idOf.get(fingerprintOf(cause)) }))),
    {
      exception_id: ["uuid", (item) => item.exceptionId],
      work_item_id: ["uuid", (item) => item.entry.id],
      work_item_version: ["int", (item) => item.entry.version],
      amount_minor: ["bigint", (item) => item.amountMinor],
    },
    {
      suffix: `on conflict (tenant_id, exception_id, work_item_id, work_item_version)
        do update set amount_minor = excluded.amount_minor`,
    },
  );
}

const addsUp = "exceptions.billing_run_id = excluded.billing_run_id and excluded.invoice_id is null";
