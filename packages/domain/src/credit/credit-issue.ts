/** What is wrong with a credit that is asked for, by line; at 0 with all of it. */
export const creditIssues = {
  line_unknown: "The invoice has no such line.",
  named_twice: "The line is named twice.",
  nothing_left: "Nothing is left of this line: it was credited before.",
  two_measures: "Say a quantity or an amount, not both.",
  whole_only: "This line is credited whole or not at all.",
  not_positive: "What is taken back must be more than nothing.",
  above_quantity: "More would be taken back than is left of its quantity.",
  above_amount: "More would be taken back than is left of its amount.",
  minutes_are_whole: "Time is taken back in whole minutes.",
  work_indivisible: "Only time can be billed anew in parts: credit the whole line, or a part of it as a concession.",
  amount_takes_no_work:
    "An amount takes no work back, so there is nothing to bill anew: credit a quantity or the whole line, or make it a concession.",
  deposit_divided: "Its lines about one deposit are taken back together, or none of them.",
  other_currency: "The amount is in another currency than the invoice.",
  nothing_credited: "Nothing would be credited.",
  nothing_to_rebill: "There is nothing to bill anew: no line is rebillable.",
  above_invoice: "More would be credited than is left of the invoice: a part of it was written off or let go already.",
} as const satisfies Record<string, string>;

export type CreditIssueCode = keyof typeof creditIssues;
export type CreditIssue = { readonly position: number; readonly code: CreditIssueCode };
