/** Where an approved minute can be. Each is in exactly one of these. */
export const minuteBuckets = ["unbilled", "held", "drafted", "billed", "covered", "written_off", "no_charge"] as const;
export type MinuteBucket = (typeof minuteBuckets)[number];
