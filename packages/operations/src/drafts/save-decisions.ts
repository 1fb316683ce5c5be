import type { InvoiceId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";

/** Facts, rulings and the bundle that ruled: enough to replay a decision years later. */
export type Decision = {
  readonly invoiceId: InvoiceId;
  readonly contentVersion: number;
  readonly bundleHash: string;
  readonly facts: unknown;
  readonly rulings: unknown;
};

export async function saveDecisions(scope: Scope, decisions: readonly Decision[]): Promise<void> {
  await insertRows(scope.tx, "policy_decisions", decisions, {
    id: ["uuid", () => scope.newId()],
    invoice_id: ["uuid", (decision) => decision.invoiceId],
    content_version: ["int", (decision) => decision.contentVersion],
    bundle_hash: ["text", (decision) => decision.bundleHash],
    facts: ["jsonb", (decision) => decision.facts],
    rulings: ["jsonb", (decision) => decision.rulings],
  });
}
