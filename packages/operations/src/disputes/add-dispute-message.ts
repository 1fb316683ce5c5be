import type { Id } from "@plumbline/domain/id";
import type { DisputeParty } from "@plumbline/domain/receivable/dispute";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { lockDispute } from "./dispute-store.ts";

type Input = {
  readonly disputeId: Id<"dispute">;
  /** Whose words they are. */
  readonly saidBy: DisputeParty;
  readonly body: string;
  readonly evidence?: { readonly document: string; readonly sha256: string } | undefined;
};

/**
 * Keeps what client or firm said about a dispute, and what proves it. Words are only added, until it is decided.
 *
 * @throws Problem `permission-missing` | `dispute-not-found` | `dispute-decided`
 */
export async function addDisputeMessage(scope: Scope, input: Input): Promise<void> {
  demand(scope, "dispute.record");
  const { dispute } = await lockDispute(scope, input.disputeId);
  await insertRows(scope.tx, "dispute_messages", [input], {
    id: ["uuid", () => scope.newId()],
    dispute_id: ["uuid", ({ disputeId }) => disputeId],
    said_by: ["text", ({ saidBy }) => saidBy],
    body: ["text", ({ body }) => body],
    evidence: ["text", ({ evidence }) => evidence?.document],
    evidence_hash: ["text", ({ evidence }) => evidence?.sha256],
  });
  const { id: subjectId, invoiceId } = dispute;
  const { saidBy } = input;
  await scope.emit([{ name: "dispute.answered", subjectId, data: { invoiceId, saidBy } }]);
  await scope.audit([
    { action: "dispute.answered", subjectId, ...(input.evidence && { afterHash: input.evidence.sha256 }) },
  ]);
}
