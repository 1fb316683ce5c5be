type DepositRate = {
  /** Whose rate holds for what a deposit paid for: the deposit's, or that of the supply as a whole. */
  readonly of: "deposit" | "supply";
  readonly rule: string;
};

/**
 * Where the rate changed between a deposit and the supply. Tax on a payment on account is due at the rate of its day; member
 * states may adjust it to that of the supply, as Germany does.
 */
const ownRules: Readonly<Record<string, DepositRate>> = {
  DE: { of: "supply", rule: "§ 27 Absatz 1 Satz 2 und 3 UStG" },
};

const common: DepositRate = { of: "deposit", rule: "Articles 65 and 93(a) of Directive 2006/112/EC" };

export const depositRateOf = (country: string): DepositRate["of"] => (ownRules[country] ?? common).of;
export const depositRateRule = (country: string): string => (ownRules[country] ?? common).rule;
