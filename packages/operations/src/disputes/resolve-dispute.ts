import type { CorrectionCode, Treatment } from "@plumbline/domain/credit/correction";
import type { CreditAsk } from "@plumbline/domain/credit/credit-lines";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type DisputeOutcome, resolutionFault, type RootCause } from "@plumbline/domain/receivable/dispute";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { draftCreditNote } from "../credits/create-credit-note.ts";
import { lockDispute, type Undecided } from "./dispute-store.ts";

type Input = {
  readonly disputeId: Id<"dispute">;
  readonly outcome: DisputeOutcome;
  readonly rootCause: RootCause;
  /** What was found and decided. The client reads it on the credit note. */
  readonly reason: string;
  /** What is credited where the client is right, and whether that work is billed anew. */
  readonly credit?:
    | {
        readonly code: CorrectionCode;
        /** Lines or parts of them; or what becomes of the work of all disputed lines. */
        readonly lines: readonly CreditAsk[] | Treatment;
        readonly rebills?: boolean | undefined;
      }
    | undefined;
};

/**
 * Decides a dispute, once. Where the client is right a credit note is drafted in the same step; what it gives back stays out of what
 * the client is asked for until it is issued, after approvals of its own. What was rejected or withdrawn is due again at once.
 *
 * @throws Problem `permission-missing` | `dispute-not-found` | `dispute-decided` | `dispute-refused` | `credit-refused`
 */
export async function resolveDispute(scope: Scope, input: Input): Promise<void> {
  demand(scope, "dispute.decide");
  const { dispute, invoice } = await lockDispute(scope, input.disputeId);
  const note = await credit(scope, input, dispute);
  const fault = resolutionFault(input.outcome, { disputedMinor: dispute.amountMinor, creditMinor: note?.minor ?? 0n });
  if (fault !== undefined) throw new Problem("dispute-refused", { detail: fault });
  const { outcome, rootCause, reason } = input;
  await query(
    scope.tx,
    `update disputes set state = 'resolved', outcome = ?, root_cause = ?, resolution = ?, upheld_minor = ?, credit_note_id = ?,
            resolved_on = greatest(?::date, opened_on), resolved_at = now(), resolved_by = (select app.actor())
      where id = ?`,
    [outcome, rootCause, reason, note?.minor ?? null, note?.id ?? null, invoice.today, dispute.id],
  );
  const data = { invoiceId: dispute.invoiceId, outcome, rootCause, reason, ...(note && { creditNoteId: note.id }) };
  await scope.emit([{ name: "dispute.resolved", subjectId: dispute.id, data }]);
  await scope.audit([{ action: "dispute.resolved", subjectId: dispute.id, reason }]);
}

async function credit(
  scope: Scope,
  { credit: asked, reason }: Input,
  { invoiceId, positions }: Undecided,
): Promise<{ readonly id: InvoiceId; readonly minor: bigint } | undefined> {
  if (asked === undefined) return undefined;
  const { code, rebills = false } = asked;
  const lines = whatIsCredited(asked.lines, positions);
  const { id } = await draftCreditNote(scope, { invoiceId, lines, code, reason, rebills });
  const { total } = await queryOne<{ total: string }>(
    scope.tx,
    "select -total_minor as total from invoices where id = ?",
    [id],
  );
  return { id, minor: BigInt(total) };
}

/** All disputed lines, or all of the invoice where it is disputed as a whole. */
const whatIsCredited = (lines: readonly CreditAsk[] | Treatment, positions: readonly number[]) =>
  typeof lines === "string" && positions.length > 0
    ? positions.map((position): CreditAsk => ({ position, treatment: lines }))
    : lines;
