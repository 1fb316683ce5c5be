/**
 * What is looked at before the books of a month are closed. What `blocks` would make the closed books wrong, or change them
 * afterwards; the rest is work that is billed, or money that is placed, in a month to come.
 */
// prettier-ignore
// oxfmt-ignore
export const closeItems = {
  unbilled_work:        { blocks: false, means: "approved work of the month, or before it, that no draft took" },
  work_held:            { blocks: false, means: "approved work that an exception holds back" },
  drafts_not_issued:    { blocks: false, means: "drafts about days up to the end of the month" },
  runs_not_finished:    { blocks: true,  means: "billing runs that are still at work on the month" },
  rows_quarantined:     { blocks: false, means: "imported rows that nobody corrected; they may hold work of the month" },
  cash_unapplied:       { blocks: false, means: "money of clients that no invoice took" },
  bank_entries_open:    { blocks: true,  means: "entries of bank statements that nobody placed: their day would lie in closed books" },
  invoices_not_posted:  { blocks: false, means: "issued invoices that the firm's ledger did not acknowledge" },
  revenue_not_released: { blocks: true,  means: "billed in advance, earned by the end of the month, and not released" },
  trust_not_reconciled: { blocks: true,  means: "clients' own money that was not held against the bank on the last day, or differed" },
  numbers_missing:      { blocks: true,  means: "series of numbers that have a gap" },
  receivables_differ:   { blocks: true,  means: "what documents and payments say is owed, and what the ledger says" },
  credit_differs:       { blocks: true,  means: "what is left of payments, and what the ledger says clients have to their credit" },
  trust_differs:        { blocks: true,  means: "what matters hold in trust, and what the ledger says" },
  tax_differs:          { blocks: true,  means: "tax of issued documents, and what the ledger says is due" },
} as const satisfies Record<string, { blocks: boolean; means: string }>;

export type CloseItem = keyof typeof closeItems;

export const closeItemNames = Object.keys(closeItems) as readonly CloseItem[] as readonly [CloseItem, ...CloseItem[]];

/** What documents say against what the ledger says of the same; each is one of the things that may differ. */
export const tieOutKinds = ["receivables", "credit", "trust", "tax"] as const;

export type TieOutKind = (typeof tieOutKinds)[number];

export const differenceOf = {
  receivables: "receivables_differ",
  credit: "credit_differs",
  trust: "trust_differs",
  tax: "tax_differs",
} as const satisfies Record<TieOutKind, CloseItem>;
