import { moveInvoices } from "../plan/move-invoices.ts";
import { allOptions, invoicesArgument } from "../plan/move-options.ts";
import { verb } from "../verb.ts";

export const approve = verb({
  name: "approve",
  summary: "Approve invoices as they are now, as manager or for finance",
  arguments: invoicesArgument,
  options: { finance: { what: "the finance signature, after the manager's" }, ...allOptions },
  examples: ["approve 9c1d00ab", "approve --all", "approve --finance --all --yes"],
  run: ({ options: { finance, ...options }, ...call }) =>
    moveInvoices(call, {
      move: finance ? "approve_finance" : "approve_manager",
      references: call.arguments.INVOICE,
      ...options,
    }),
});
