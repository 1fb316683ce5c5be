import { demand, type Scope } from "@plumbline/platform/scope";
import { lockMatter, refuseOverdraft, saveTrustEntry, type TrustMove } from "./trust-store.ts";

/**
 * Notes that money of a matter was paid back to whom it belongs.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `trust-refused` | `booking-date-refused`
 */
export async function refundTrust(scope: Scope, input: TrustMove): Promise<void> {
  demand(scope, "trust.disburse");
  const matter = await lockMatter(scope, input);
  refuseOverdraft(matter, input);
  await saveTrustEntry(scope, matter, { ...input, kind: "refund" });
}
