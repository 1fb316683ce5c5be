import type { InvoiceId, InvoiceLineId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { makeCreditNote } from "./credit-content.ts";
import { lockCreditable } from "./credit-store.ts";

/** Lines of an issued invoice, and what crediting all that is left of them would give back, with its tax. */
export type GrossOfLines = {
  readonly lineIds: readonly InvoiceLineId[];
  readonly grossMinor: bigint;
  /** Positions that the invoice does not have. */
  readonly unknown: readonly number[];
};

/** @throws Problem `invoice-not-found` | `credit-refused` when it is no invoice with lines that was issued */
export async function grossOfLines(
  scope: Scope,
  { invoiceId, positions }: { readonly invoiceId: InvoiceId; readonly positions: readonly number[] },
): Promise<GrossOfLines> {
  const invoice = await lockCreditable(scope, invoiceId);
  const lines = invoice.lines.filter(({ position }) => positions.includes(position));
  const asks = lines
    .filter(({ left }) => left.quantity !== "0" || left.netMinor !== 0n)
    .map(({ position }) => ({ position, treatment: "concession" as const }));
  const { note } = makeCreditNote(invoice, { asks, code: "not_agreed", reason: "", rebills: false });
  return {
    lineIds: lines.map(({ id }) => id),
    grossMinor: -note.totalMinor,
    unknown: positions.filter((position) => lines.every((line) => line.position !== position)),
  };
}
