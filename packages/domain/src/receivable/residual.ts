import type { Account } from "../ledger/account.ts";
import type { Money } from "../money/money.ts";

/**
 * Why a client paid less than it owes. What has an account is settled by it; what has none stays owed, with its reason,
 * until somebody decides.
 */
export const residuals = {
  bank_fee: { account: "bank_fees" },
  withholding_tax: { account: "withholding_tax" },
  discount_taken: { account: "discounts_allowed" },
  disputed: {},
  write_off_pending: {},
} as const satisfies Record<string, { readonly account?: Account }>;

export type ResidualKind = keyof typeof residuals;

export const residualKinds = Object.keys(residuals) as readonly ResidualKind[] as readonly [
  ResidualKind,
  ...ResidualKind[],
];

export type Residual = { readonly kind: ResidualKind; readonly amount: Money };

/** The account that takes what was not paid; none where it stays owed. */
export const accountOf = (kind: ResidualKind): Account | undefined =>
  (residuals[kind] as { readonly account?: Account }).account;
