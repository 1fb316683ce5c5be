import type { Permission } from "@plumbline/domain/access/permissions";

/** What is stored. The state people see is `disputed` while a dispute is open on an issued or posted invoice, else the stage. */
export const invoiceStages = [
  "draft",
  "validation_pending",
  "manager_approved",
  "finance_approved",
  "issued",
  "posted",
  "discarded",
] as const;
export type InvoiceStage = (typeof invoiceStages)[number];

/** Stages whose invoice has a legal number and never changes again. */
export const numberedStages = ["issued", "posted"] as const satisfies readonly InvoiceStage[];

type Move = {
  readonly from: readonly InvoiceStage[];
  readonly to: InvoiceStage;
  /** Permission the acting person or system must hold. */
  readonly needs: Permission;
  /** Event name, which is also the webhook name. */
  readonly emits: `invoice.${string}`;
};

/**
 * Every legal movement of an invoice, and nothing else.
 * The operations, the SQL guard, the docs diagram and the tests all read this table.
 */
// prettier-ignore
// oxfmt-ignore
export const moves = {
  submit:          { from: ["draft"],                                                      to: "validation_pending", needs: "invoice.submit",          emits: "invoice.submitted" },
  // New content before issue, whoever caused it: approvals are void, validation starts again.
  revise:          { from: ["validation_pending", "manager_approved", "finance_approved"], to: "validation_pending", needs: "invoice.revise",          emits: "invoice.revised" },
  send_back:       { from: ["validation_pending", "manager_approved", "finance_approved"], to: "draft",              needs: "invoice.review",          emits: "invoice.sent_back" },
  approve_manager: { from: ["validation_pending"],                                         to: "manager_approved",   needs: "invoice.approve.manager", emits: "invoice.manager_approved" },
  approve_finance: { from: ["manager_approved"],                                           to: "finance_approved",   needs: "invoice.approve.finance", emits: "invoice.finance_approved" },
  issue:           { from: ["finance_approved"],                                           to: "issued",             needs: "invoice.issue",           emits: "invoice.issued" },
  post:            { from: ["issued"],                                                     to: "posted",             needs: "invoice.post",            emits: "invoice.posted" },
  // A draft has no number, so discarding leaves no gap in a legal series.
  discard:         { from: ["draft", "validation_pending", "manager_approved", "finance_approved"], to: "discarded", needs: "invoice.discard",         emits: "invoice.discarded" },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof moves;

export const moveNames = Object.keys(moves) as readonly MoveName[] as readonly [MoveName, ...MoveName[]];

/** Whether the table lets an invoice at `stage` make this move. Permissions, duties and policies are asked separately. */
export function can(stage: InvoiceStage, move: MoveName): boolean {
  const from: readonly InvoiceStage[] = moves[move].from;
  return from.includes(stage);
}

/** The moves open to an invoice at `stage`, in table order. */
export const movesFrom = (stage: InvoiceStage): MoveName[] => moveNames.filter((move) => can(stage, move));

/** The move that brings an invoice at `stage` one stage nearer to its end, where there is one. */
export function nextMove(stage: InvoiceStage): MoveName | undefined {
  const next = invoiceStages[invoiceStages.indexOf(stage) + 1];
  return movesFrom(stage).find((move) => moves[move].to === next);
}

/** Every (from, to) pair of the table, each once: what the database guard is fed with. */
export function stagePairs(): { readonly from: InvoiceStage; readonly to: InvoiceStage }[] {
  const pairs = Object.values(moves).flatMap(({ from, to }) => from.map((stage) => ({ from: stage, to })));
  return [...new Map(pairs.map((pair) => [`${pair.from}>${pair.to}`, pair])).values()];
}
