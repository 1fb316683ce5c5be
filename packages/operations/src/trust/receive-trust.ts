import { demand, type Scope } from "@plumbline/platform/scope";
import { lockMatter, saveTrustEntry, type TrustMove } from "./trust-store.ts";

/**
 * Records a client's own money that came into trust for a matter. It is never revenue, whoever holds it and however long.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `trust-refused` | `booking-date-refused`
 */
export async function receiveTrust(scope: Scope, input: TrustMove): Promise<void> {
  demand(scope, "trust.record");
  await saveTrustEntry(scope, await lockMatter(scope, input), { ...input, kind: "receipt" });
}
