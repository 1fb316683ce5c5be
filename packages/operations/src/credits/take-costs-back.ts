import type { InvoiceId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

type Kept = {
  readonly workItemId: string;
  readonly version: number;
  readonly share: number;
  readonly runId: string;
  readonly lineId: string;
  readonly keptOf: string;
  readonly leftMinor: string;
};

/** Takes back what costs became less by: their lines stay, and hold what is left of the cost. All of one goes back with its line. */
export async function takeCostsBack(scope: Scope, creditNoteIds: readonly InvoiceId[]): Promise<void> {
  const kept = await query<Kept>(
    scope.tx,
    `update claims c set released_at = now()
       from invoice_lines l
       join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id and x.cost_minor is not null
       join claims o on o.tenant_id = x.tenant_id and o.line_id = x.corrected_line_id and o.released_at is null
       join work_items v on v.tenant_id = o.tenant_id and v.id = o.work_item_id and v.version = o.work_item_version
      where l.invoice_id = any(?) and c.id = o.id
     returning c.work_item_id as "workItemId", c.work_item_version as version, c.share, c.billing_run_id as "runId", c.line_id as "lineId",
               coalesce(c.kept_of, c.id) as "keptOf", (coalesce(c.amount_minor, v.amount_minor) - x.cost_minor)::text as "leftMinor"`,
    [creditNoteIds],
  );
  await insertRows(scope.tx, "claims", kept, {
    id: ["uuid", () => scope.newId()],
    work_item_id: ["uuid", ({ workItemId }) => workItemId],
    work_item_version: ["int", ({ version }) => version],
    share: ["int", ({ share }) => share],
    partial: ["boolean", () => true],
    minutes: ["int", () => 0],
    amount_minor: ["bigint", ({ leftMinor }) => BigInt(leftMinor)],
    line_id: ["uuid", ({ lineId }) => lineId],
    kept_of: ["uuid", ({ keptOf }) => keptOf],
    billing_run_id: ["uuid", ({ runId }) => runId],
  });
}
