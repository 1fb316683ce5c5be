import type { Cost, WorkPiece } from "@plumbline/domain/worklog/work-piece";
import type { Charge } from "./charge.ts";

/** A sum that was agreed: one of it, at its amount. */
export const chargePiece = (
  work: WorkPiece,
  said: Pick<Charge, "description" | "because"> & Partial<Pick<Charge, "priceMinor" | "retainedMinor" | "tax">>,
): Charge => ({
  engagementId: work.engagementId,
  projectId: work.projectId,
  on: work.on,
  nature: work.kind === "expense" || work.kind === "disbursement" ? work.kind : "fee",
  quantity: "1",
  unit: "each",
  minutes: 0,
  priceMinor: work.amountMinor,
  priceBase: 1,
  rateId: undefined,
  retainedMinor: 0n,
  tax: undefined,
  ...said,
  claims: [{ work, minutes: 0, billedMinutes: 0 }],
});

/** The same of a cost; what invoices hold of an earlier version of it is not taken again. */
export function chargeCost(
  work: Cost & Extract<WorkPiece, { readonly kind: "expense" | "disbursement" }>,
  said: Parameters<typeof chargePiece>[1],
): Charge {
  const charge = chargePiece(work, said);
  const takenMinor = work.earlier?.takenMinor;
  return takenMinor === undefined
    ? charge
    : { ...charge, claims: charge.claims.map((claim) => ({ ...claim, amountMinor: work.amountMinor - takenMinor })) };
}
