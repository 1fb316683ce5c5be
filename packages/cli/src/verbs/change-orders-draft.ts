import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownChangeOrder } from "./change-orders-shown.ts";

export const changeOrdersDraft = verb({
  name: "change-orders draft",
  summary: "Draft what an engagement is to be amended to: its cap, an order, a sum that is billed once",
  arguments: {
    ENGAGEMENT: { what: "id of the engagement" },
    NUMBER: { what: "as people know the change order, such as 3" },
    DAY: { what: "the day from which it holds, such as 2026-12-01" },
    REASON: { what: "why, in a sentence" },
  },
  options: {
    cap: { value: "AMOUNT", what: "the cap from then on, such as 60000.00" },
    "cap-hours": { value: "HOURS", what: "the cap of hours from then on" },
    po: { value: "NUMBER", what: "the purchase order that changes or comes, with --po-amount" },
    "po-amount": { value: "AMOUNT", what: "what the purchase order comes to" },
    charge: { value: "AMOUNT", what: "what the change costs by itself, billed once, with --for" },
    for: { value: "TEXT", what: "what it is for, as the client reads it" },
    currency: { value: "CODE", what: "of the amounts; EUR" },
  },
  examples: [
    'change-orders draft 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80 3 2026-12-01 "Second site survey" --cap 60000.00 --charge 4000.00 --for "Second site survey"',
  ],
  run: async ({ connect, arguments: { ENGAGEMENT: engagementId, NUMBER: number, DAY, REASON: reason }, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { engagementId } };
    const money = (amount: string) => ({ amount, currency: options.currency ?? "EUR" });
    const { cap, charge, for: description = "", po: order = "" } = options;
    const [hours, orderAmount] = [options["cap-hours"], options["po-amount"]];
    const amends = {
      ...((cap !== undefined || hours !== undefined) && {
        cap: { ...(cap !== undefined && { amount: money(cap) }), ...(hours !== undefined && { hours: Number(hours) }) },
      }),
      ...(orderAmount !== undefined && { orders: [{ number: order, amount: money(orderAmount) }] }),
    };
    const body = {
      number,
      effectiveOn: DAY,
      reason,
      ...(Object.keys(amends).length > 0 && { amends }),
      ...(charge !== undefined && { charge: { description, amount: money(charge) } }),
    };
    return shownChangeOrder(
      await ask((client) => client.POST("/v1/engagements/{engagementId}/change-orders", { params, body })),
    );
  },
});
