/** Which invoices of a stage are shown. The last two are lanes: who must act, the business or the technicians. */
export const shows = ["all", "late", "business", "technical"] as const;
export type Show = (typeof shows)[number];

export const showOf = (value: unknown): Show => shows.find((show) => show === value) ?? "all";
