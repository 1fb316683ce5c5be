import type { WorkPiece } from "@plumbline/domain/worklog/lump-sum";
import type { Charge } from "./charge.ts";

/** A sum that was agreed: one of it, at its amount. */
export const chargeSum = (
  work: WorkPiece,
  said: Pick<Charge, "description" | "because"> & Partial<Pick<Charge, "retainedMinor">>,
): Charge => ({
  engagementId: work.engagementId,
  projectId: work.projectId,
  on: work.on,
  quantity: "1",
  unit: "each",
  minutes: 0,
  priceMinor: work.amountMinor,
  priceBase: 1,
  rateId: undefined,
  retainedMinor: 0n,
  ...said,
  claims: [{ work, billedMinutes: 0 }],
});
