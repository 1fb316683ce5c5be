import type { Schemas } from "@plumbline/client/client";
import { counted, money } from "../printing/words.ts";
import type { Answer } from "../verb.ts";

type ChangeOrder = Schemas["ChangeOrder"];

/** What an order does, in a few words. */
export function changesOf({ amends, charge }: ChangeOrder): string {
  const { cap, projectCaps = [], fee, milestones = [], orders = [], rates = [] } = amends;
  const limit = [
    ...(cap?.amount ? [money(cap.amount)] : []),
    ...(cap?.hours === undefined ? [] : [`${cap.hours} h`]),
  ].join(" and ");
  return [
    ...(cap ? [`cap ${limit}`] : []),
    ...(projectCaps.length > 0 ? [`caps of ${counted(projectCaps.length, "phase")}`] : []),
    ...(fee ? [`fee ${money(fee.amount)}`] : []),
    ...(milestones.length > 0 ? [counted(milestones.length, "milestone")] : []),
    ...orders.map(({ number, amount }) => `order ${number} ${money(amount)}`),
    ...(rates.length > 0 ? [counted(rates.length, "rate")] : []),
    ...(charge ? [`${money(charge.amount)} for ${charge.description}`] : []),
  ].join(", ");
}

/** A change order as it stands now. */
export const shownChangeOrder = (order: ChangeOrder): Answer => ({
  document: order,
  lines: (style) => [
    `${style.strong(`Change order ${order.number}`)} of ${order.engagement.name} from ${order.effectiveOn}: ${changesOf(order)}; ${order.state}`,
    style.quiet(order.id),
  ],
});
