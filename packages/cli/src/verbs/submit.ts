import { moveInvoices } from "../plan/move-invoices.ts";
import { verb } from "../verb.ts";
import { allOptions, invoicesArgument } from "../plan/move-options.ts";

export const submit = verb({
  name: "submit",
  summary: "Hand drafts over for approval",
  arguments: invoicesArgument,
  options: allOptions,
  examples: ["submit --all", "submit 9c1d00ab"],
  run: (call) => moveInvoices(call, { move: "submit", references: call.arguments.INVOICE, ...call.options }),
});
