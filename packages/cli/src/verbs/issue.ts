import { moveInvoices } from "../plan/move-invoices.ts";
import { allOptions, invoicesArgument } from "../plan/move-options.ts";
import { verb } from "../verb.ts";

export const issue = verb({
  name: "issue",
  summary: "Issue approved invoices: they get their numbers and never change again",
  arguments: invoicesArgument,
  options: { date: { value: "DAY", what: "the date of issue, such as 2026-11-03; today" }, ...allOptions },
  examples: ["issue --all", "issue 9c1d00ab --date 2026-11-03"],
  run: ({ options: { date, ...options }, ...call }) =>
    moveInvoices(call, { move: "issue", references: call.arguments.INVOICE, issuedOn: date, ...options }),
});
