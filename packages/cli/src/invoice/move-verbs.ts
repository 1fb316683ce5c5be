import type { Schemas } from "@plumbline/client/client";

type MoveName = Schemas["InvoiceMove"]["move"];

/** What is typed for each move of an invoice that people make. */
export const moveVerbs = {
  submit: "submit",
  approve_manager: "approve",
  approve_finance: "approve --finance",
  issue: "issue",
  send_back: "return",
  discard: "discard",
} as const satisfies Partial<Record<MoveName, string>>;

/** A move that is made with many invoices at once. */
export type BulkMoveName = keyof typeof moveVerbs;

export const verbOfMove = (move: MoveName): string | undefined =>
  (moveVerbs as Partial<Record<MoveName, string>>)[move];
