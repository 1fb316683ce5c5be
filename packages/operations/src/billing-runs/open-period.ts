import type { Period } from "@plumbline/domain/calendar/period";
import type { Scope } from "@plumbline/platform/scope";
import { countChangeOrders } from "../change-orders/count-change-orders.ts";
import { openBuckets } from "../hour-buckets/open-buckets.ts";
import { saveRecurringPieces } from "../work/save-recurring-pieces.ts";

/** Makes what time alone brings: recurring work, bought hours, and change orders whose day has come. */
export async function openPeriod(scope: Scope, { end }: Period): Promise<void> {
  await saveRecurringPieces(scope, { until: end });
  await openBuckets(scope, { before: end });
  await countChangeOrders(scope, { before: end });
}
