/** What a tax is rounded over: the sum of its category and rate, or each line, as some ledgers do. */
export const taxRoundings = ["document", "line"] as const;
export type TaxRounding = (typeof taxRoundings)[number];
