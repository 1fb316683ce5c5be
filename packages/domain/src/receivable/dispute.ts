/** What a client objects to. */
export const disputeCodes = [
  "hours",
  "price",
  "not_agreed",
  "quality",
  "not_received",
  "duplicate",
  "order_missing",
  "wrong_recipient",
  "tax",
  "short_paid",
  "other",
] as const;
export type DisputeCode = (typeof disputeCodes)[number];

/** What made the client object, as it turned out: where the mistake is mended for the next time. */
export const rootCauses = [
  "time_recording",
  "rate_setup",
  "agreement",
  "approval",
  "delivery",
  "order_handling",
  "client_data",
  "tax_setup",
  "client_error",
  "other",
] as const;
export type RootCause = (typeof rootCauses)[number];

/** Whose words are kept with a dispute. */
export const disputeParties = ["client", "firm"] as const;
export type DisputeParty = (typeof disputeParties)[number];

/** Where a dispute is, and where it may go from there. */
// prettier-ignore
// oxfmt-ignore
export const disputeMoves = {
  open:         ["acknowledged", "resolved"],
  acknowledged: ["resolved"],
  resolved:     [],
} as const satisfies Record<string, readonly string[]>;
export type DisputeState = keyof typeof disputeMoves;
export const disputeStates = Object.keys(disputeMoves) as readonly DisputeState[] as readonly [
  DisputeState,
  ...DisputeState[],
];

/** How disputes end, and whether a credit note follows. */
// prettier-ignore
// oxfmt-ignore
export const disputeOutcomes = {
  upheld:     { isCredited: true },
  compromise: { isCredited: true },
  rejected:   { isCredited: false },
  withdrawn:  { isCredited: false },
} as const satisfies Record<string, { readonly isCredited: boolean }>;
export type DisputeOutcome = keyof typeof disputeOutcomes;
export const disputeOutcomeNames = Object.keys(disputeOutcomes) as readonly DisputeOutcome[] as readonly [
  DisputeOutcome,
  ...DisputeOutcome[],
];

/** Why a decision contradicts what is credited by it, which is nothing when no credit is asked for; undefined when it does not. */
export function resolutionFault(
  outcome: DisputeOutcome,
  { disputedMinor, creditMinor }: { readonly disputedMinor: bigint; readonly creditMinor: bigint },
): string | undefined {
  if (!disputeOutcomes[outcome].isCredited)
    return creditMinor > 0n ? `A dispute that is ${outcome} credits nothing.` : undefined;
  if (creditMinor === 0n) return "Say what is credited: the client is right, at least in part.";
  if (outcome === "upheld" && creditMinor < disputedMinor)
    return "The credit is less than what is disputed: that is a compromise.";
  return outcome === "compromise" && creditMinor >= disputedMinor
    ? "The credit is all that is disputed: that is upheld."
    : undefined;
}
