/** What a line counts. A price is for so many of them: 60 minutes at an hourly rate, else one. */
export const lineUnits = ["minute", "each", "day", "month", "unit", "seat", "kilometre"] as const;
export type LineUnit = (typeof lineUnits)[number];
