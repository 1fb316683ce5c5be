import { z } from "zod";
import { reviseOvertaken as reviseOvertakenOperation } from "@plumbline/operations/invoices/revise-overtaken";
import { job } from "../job.ts";

/**
 * Time came in or was approved: what is drafted of it and not issued is drafted anew, and what is issued of time that is approved no
 * more is told. Run again, it finds nothing to do.
 */
export const reviseOvertaken = job({
  name: "revise-overtaken",
  lane: "billing",
  actor: "billing-runner",
  // Whichever event it was: what time overtook is asked of the work itself.
  event: z.looseObject({ kind: z.string().optional().describe("Of an import: what its rows are.") }),
  attempts: 12,
  async run({ kind = "time_entries" }, { inScope, signal }) {
    if (kind !== "time_entries") return;
    await reviseOvertakenOperation(inScope, { signal });
  },
});
