import type { Schemas } from "@plumbline/client/client";

export type Stage = Schemas["InvoiceStage"];

/** The stages in their order; a stage that is missing here, or invented, does not compile. */
const inOrder = {
  draft: true,
  validation_pending: true,
  manager_approved: true,
  finance_approved: true,
  issued: true,
  posted: true,
  discarded: true,
} as const satisfies Record<Stage, true>;

export const stages = Object.keys(inOrder) as readonly Stage[]; // The keys of the table above.
