import type { Period } from "@plumbline/domain/calendar/period";
import type { Scope } from "@plumbline/platform/scope";
import { countChangeOrders } from "../change-orders/count-change-orders.ts";
import { saveShortfalls } from "../committed-minimums/save-shortfalls.ts";
import { openBuckets } from "../hour-buckets/open-buckets.ts";
import { saveRecurringPieces } from "../work/save-recurring-pieces.ts";

/** Makes what time alone brings: recurring work, bought hours, change orders whose day has come, and what lacks of minimums. */
export async function openPeriod(scope: Scope, period: Period): Promise<void> {
  const { end } = period;
  await saveRecurringPieces(scope, { until: end });
  await openBuckets(scope, { before: end });
  await countChangeOrders(scope, { before: end });
  await saveShortfalls(scope, period);
}
