import { moveInvoices } from "../plan/move-invoices.ts";
import { invoicesArgument, needReason, reasonOption } from "../plan/move-options.ts";
import { verb } from "../verb.ts";

export const discard = verb({
  name: "discard",
  summary: "Discard invoices that have no number yet: their work can be billed again",
  arguments: invoicesArgument,
  options: reasonOption,
  examples: ['discard 9c1d00ab --reason "Billed to the wrong engagement"'],
  run: (call) =>
    moveInvoices(call, {
      move: "discard",
      references: call.arguments.INVOICE,
      reason: needReason(call.options.reason),
    }),
});
