import { disputeCodes, disputeOutcomeNames, disputeParties, rootCauses } from "@plumbline/domain/receivable/dispute";
import { z } from "zod";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A move of an invoice tells which content it was bound to, or why it was made. */
const invoiceMove = z.looseObject({ contentHash: hash.optional(), reason: z.string().optional() });

const importSummary = z.strictObject({
  importId: z.uuid(),
  kind: z.string(),
  read: z.int(),
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  quarantined: z.int(),
});

/** Something waited for so many percent of its time: who had it, who was told, and how late that was. */
const clockStep = z.strictObject({
  wait: z.string(),
  invoiceId: z.uuid().optional(),
  exceptionId: z.uuid().optional(),
  disputeId: z.uuid().optional(),
  percent: z.int(),
  from: z.string(),
  to: z.string(),
  dueAt: z.iso.datetime(),
  lateSeconds: z.int(),
});

/**
 * Every fact the product states, and what it carries: event name → shape of its data. Names are also the webhook names.
 * The subject (which invoice, which run) travels beside the data and is not repeated in it.
 */
// prettier-ignore
// oxfmt-ignore
export const events = {
  "import.received":           z.strictObject({}),
  "import.done":               importSummary,
  "import.failed":             importSummary,
  "client.vat_id_checked":     z.strictObject({ valid: z.union([z.boolean(), z.literal("pending")]) }),
  "policy.proposed":           z.strictObject({ bundleHash: hash, reason: z.string() }),
  "policy.dry_run":            z.strictObject({ proposalId: z.uuid(), bundleHash: hash }),
  "policy.published":          z.strictObject({ proposalId: z.uuid(), bundleHash: hash }),
  "client.merged":             z.strictObject({ into: z.uuid(), reason: z.string() }),
  "client.alias_added":        z.strictObject({ merged: z.uuid(), reason: z.string() }),
  "time.approved":             z.looseObject({}),
  "change_order.drafted":      z.strictObject({ engagementId: z.uuid(), number: z.string() }),
  "change_order.signed":       z.strictObject({ engagementId: z.uuid(), number: z.string() }),
  "engagement.closed":         z.strictObject({ engagementId: z.uuid(), projectId: z.uuid().optional(), on: z.string(), reason: z.string() }),
  "engagement.reopened":       z.strictObject({ engagementId: z.uuid(), reason: z.string() }),
  "billing_run.started":       z.strictObject({}),
  "billing_run.finished":      z.looseObject({}),
  "invoice.drafted":           z.looseObject({}),
  "invoice.submitted":         invoiceMove,
  "invoice.revised":           invoiceMove,
  "invoice.sent_back":         invoiceMove,
  "invoice.manager_approved":  invoiceMove,
  "invoice.finance_approved":  invoiceMove,
  "invoice.issued":            z.looseObject({ number: z.string() }),
  "invoice.posted":            invoiceMove,
  "invoice.discarded":         invoiceMove,
  "invoice.retention_released": z.strictObject({ reason: z.string(), dueOn: z.string() }),
  "invoice.written_down":      z.strictObject({ writeDownId: z.uuid(), line: z.int(), reason: z.string() }),
  "invoice.write_down_withdrawn": z.strictObject({ writeDownId: z.uuid(), reason: z.string() }),
  "invoice.taken_over":       z.strictObject({ number: z.string() }),
  "invoice.rule_waived":       z.strictObject({ waiverId: z.uuid(), rule: z.string(), until: z.string(), reason: z.string() }),
  "client.rule_waived":        z.strictObject({ waiverId: z.uuid(), rule: z.string(), until: z.string(), reason: z.string() }),
  "invoice.written_off":       z.strictObject({ reason: z.string() }),
  "collecting_terms.agreed":   z.strictObject({ startsOn: z.string() }),
  "dunning_notice.recorded":   z.strictObject({ level: z.int(), invoiceIds: z.array(z.uuid()) }),
  "dunning_notice.withdrawn":  z.strictObject({ reason: z.string() }),
  "promise.recorded":          z.strictObject({ dueOn: z.string() }),
  "promise.withdrawn":         z.strictObject({ reason: z.string() }),
  "base_rate.recorded":        z.strictObject({ name: z.string(), startsOn: z.string() }),
  "interest_claim.proposed":   z.strictObject({ invoiceId: z.uuid() }),
  "interest_claim.charged":    z.strictObject({}),
  "interest_claim.waived":     z.strictObject({ reason: z.string() }),
  "payment.recorded":          z.strictObject({}),
  "credit.released":          z.strictObject({ creditNoteId: z.uuid() }),
  "invoice.credit_drafted":    z.strictObject({ creditNoteId: z.uuid(), code: z.string(), reason: z.string() }),
  "invoice.credited":          z.strictObject({ creditNoteId: z.uuid(), number: z.string(), reason: z.string() }),
  "invoice.rebilled":          z.strictObject({ creditNoteId: z.uuid(), invoiceIds: z.array(z.uuid()) }),
  "payment.applied":           z.strictObject({ invoiceIds: z.array(z.uuid()) }),
  "payment.unapplied":         z.strictObject({ invoiceId: z.uuid(), reason: z.string() }),
  "payment.returned":          z.strictObject({ invoiceIds: z.array(z.uuid()), reason: z.string() }),
  "retainer.settled":          z.strictObject({ as: z.enum(["refunded", "earned"]), reason: z.string() }),
  "trust.received":            z.strictObject({ amountMinor: z.string() }),
  "trust.refunded":            z.strictObject({ amountMinor: z.string() }),
  "trust.transferred":         z.strictObject({ amountMinor: z.string(), invoiceId: z.uuid() }),
  "trust.reconciled":          z.strictObject({ differences: z.int() }),
  "payment.refunded":          z.strictObject({ reason: z.string() }),
  "chargeback.opened":         z.strictObject({ paymentId: z.uuid(), answerBy: z.string() }),
  "chargeback.answered":       z.strictObject({ paymentId: z.uuid() }),
  "chargeback.won":            z.strictObject({ paymentId: z.uuid(), reason: z.string() }),
  "chargeback.lost":           z.strictObject({ paymentId: z.uuid(), invoiceIds: z.array(z.uuid()), reason: z.string() }),
  "dispute.opened":            z.strictObject({ invoiceId: z.uuid(), code: z.enum(disputeCodes), reason: z.string() }),
  "dispute.acknowledged":      z.strictObject({ invoiceId: z.uuid() }),
  "dispute.answered":          z.strictObject({ invoiceId: z.uuid(), saidBy: z.enum(disputeParties) }),
  "dispute.resolved":          z.strictObject({ invoiceId: z.uuid(), outcome: z.enum(disputeOutcomeNames), rootCause: z.enum(rootCauses), reason: z.string(), creditNoteId: z.uuid().optional() }),
  "withholding.certified":     z.strictObject({ number: z.string(), invoiceIds: z.array(z.uuid()) }),
  "withholding.withdrawn":     z.strictObject({ number: z.string(), reason: z.string() }),
  "books.closed":              z.strictObject({ legalEntityId: z.uuid(), month: z.string() }),
  "books.reopening_asked":     z.strictObject({ legalEntityId: z.uuid(), month: z.string(), reason: z.string() }),
  "books.reopened":            z.strictObject({ legalEntityId: z.uuid(), month: z.string(), reason: z.string() }),
  "bank_statement.imported":   z.strictObject({ settled: z.int(), returned: z.int(), open: z.int(), held: z.int(), aside: z.int() }),
  "bank_entry.settled":        z.strictObject({ paymentId: z.uuid() }),
  "bank_entry.returned":       z.strictObject({ paymentId: z.uuid() }),
  "bank_entry.set_aside":      z.strictObject({ reason: z.string() }),
  "clock.reminded":            clockStep,
  "clock.delegated":           clockStep,
  "clock.escalated":           clockStep,
  "clock.paused":              z.strictObject({ reason: z.string() }),
  "clock.resumed":             z.strictObject({}),
  "notice.written":            z.strictObject({ role: z.string() }),
  "sla_policy.recorded":       z.strictObject({ wait: z.string() }),
  "invoice.document_rendered": z.strictObject({ format: z.string(), hash }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
