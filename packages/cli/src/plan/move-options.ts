import { Failure } from "../failure.ts";

/** What verbs that move invoices have in common. */
export const invoicesArgument = {
  INVOICE: { what: "number, id, or the eight digits of plumb list", many: true, optional: true },
} as const;

export const allOptions = {
  all: { what: "all that wait for you" },
  yes: { what: "do not ask before --all", short: "y" },
} as const;

export const reasonOption = { reason: { value: "TEXT", what: "why, for whoever reads it next" } } as const;

export function needReason(reason: string | undefined): string {
  if (reason !== undefined && reason.trim() !== "") return reason;
  throw new Failure("usage", 'Say why: --reason "…". Whoever is affected will read it.');
}
