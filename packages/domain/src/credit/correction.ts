/** Why something is taken back, for reports and for whoever mends what caused it. */
export const correctionCodes = [
  "wrong_rate",
  "wrong_quantity",
  "wrong_tax",
  "wrong_recipient",
  "not_agreed",
  "quality",
  "goodwill",
  "duplicate",
] as const;
export type CorrectionCode = (typeof correctionCodes)[number];

/**
 * What becomes of the work behind a credited line: `rebillable` is unbilled again, with its part of caps and purchase orders;
 * a `concession` is given up and stays so.
 */
export const treatments = ["rebillable", "concession"] as const;
export type Treatment = (typeof treatments)[number];
