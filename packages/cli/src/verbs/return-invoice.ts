import { moveInvoices } from "../plan/move-invoices.ts";
import { invoicesArgument, needReason, reasonOption } from "../plan/move-options.ts";
import { verb } from "../verb.ts";

export const returnInvoice = verb({
  name: "return",
  summary: "Send invoices back to whoever prepared them",
  arguments: invoicesArgument,
  options: reasonOption,
  examples: ['return 9c1d00ab --reason "Purchase order 4711 is missing"'],
  run: (call) =>
    moveInvoices(call, {
      move: "send_back",
      references: call.arguments.INVOICE,
      reason: needReason(call.options.reason),
    }),
});
