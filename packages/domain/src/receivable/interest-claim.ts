/** A claim is proposed, and owed once it is charged; one that was made anew to a later day is replaced. */
export const claimStates = ["proposed", "charged", "waived", "replaced"] as const;
export type ClaimState = (typeof claimStates)[number];
