/** What a finished command says to the script that called it. Numbers are permanent; help and guide read this table. */
// prettier-ignore
// oxfmt-ignore
export const exitCodes = {
  done:        { code: 0, what: "done, all of it" },
  failed:      { code: 1, what: "refused or failed; for `conserve`: minutes do not add up; for `recompute`: an invoice differs; for `trust reconcile`: balances differ" },
  usage:       { code: 2, what: "the command was not well said" },
  partly:      { code: 3, what: "done in part: items refused, rows quarantined, or stopped by you" },
  "signed-out":{ code: 4, what: "not signed in, or the sign-in is over" },
  unreachable: { code: 5, what: "the API could not be reached, or stopped answering" },
} as const satisfies Record<string, { readonly code: number; readonly what: string }>;

export type ExitName = keyof typeof exitCodes;
