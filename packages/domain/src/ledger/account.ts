/** The accounts that billing books to: the side that is usual for each, and what stands on it. An ERP maps them to its own. */
// prettier-ignore
// oxfmt-ignore
export const accounts = {
  receivable:           { side: "debit",  holds: "what clients owe on issued invoices and have to pay now" },
  retention_receivable: { side: "debit",  holds: "what clients owe and keep until it is released" },
  cash:                 { side: "debit",  holds: "money that came in, less what was paid back" },
  chargebacks:          { side: "debit",  holds: "money that payers had taken back and the firm disputes" },
  withholding_tax:      { side: "debit",  holds: "tax that clients kept to pay it on our account, and that no certificate proves yet" },
  withholding_certified: { side: "debit", holds: "tax that clients kept and certificates prove: what the tax office owes the firm" },
  bank_fees:            { side: "debit",  holds: "what banks kept of payments" },
  discounts_allowed:    { side: "debit",  holds: "what clients took off for paying early" },
  bad_debt:             { side: "debit",  holds: "what will not be paid" },
  unapplied_cash:       { side: "credit", holds: "what clients paid or were credited and no invoice has taken yet: their credit balance" },
  deposit_liability:    { side: "credit", holds: "what deposit invoices billed and no later invoice has deducted yet, before tax" },
  deferred_revenue:     { side: "credit", holds: "work that is billed and not earned yet, before tax" },
  trust_bank:           { side: "debit",  holds: "clients' own money, at the bank that keeps it in trust" },
  trust_liability:      { side: "credit", holds: "clients' own money, by matter: never the firm's" },
  retainer_liability:   { side: "credit", holds: "what clients paid ahead for an engagement and its invoices have not taken yet" },
  late_charges:         { side: "credit", holds: "what clients owe for paying late: interest, compensation, fees; outside the scope of VAT" },
  opening_balances:     { side: "credit", holds: "what clients owed and had to their credit when the firm moved in: the other side of it stands in its former books" },
  revenue:              { side: "credit", holds: "billed work, before tax" },
  tax_payable:          { side: "credit", holds: "tax on billed work, per category and rate" },
} as const satisfies Record<string, { side: "debit" | "credit"; holds: string }>;

export type Account = keyof typeof accounts;

export const accountNames = Object.keys(accounts) as readonly Account[] as readonly [Account, ...Account[]];
