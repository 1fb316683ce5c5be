import type { LocalDate } from "@plumbline/domain/calendar/local-date";

/** Tax that the client must keep of what it pays and hand to its own authority, on the firm's account. */
export type WithholdingTerms = {
  /** 1000 is 10 %. */
  readonly basisPoints: number;
  /** What it is a share of: what is charged before tax, or with it. */
  readonly of: (typeof withholdingBases)[number];
  /** The law that asks for it; printed. */
  readonly reference: string;
  readonly from: LocalDate;
  /** Last day; open when absent. */
  readonly to?: LocalDate;
};
export const withholdingBases = ["net", "gross"] as const;

/** A certificate of the client's authority by which nothing is kept while it is valid. Both days count. */
export type WithholdingExemption = { readonly certificate: string; readonly from: LocalDate; readonly to: LocalDate };

export type AgreedWithholding = {
  readonly periods: readonly WithholdingTerms[];
  readonly exemptions?: readonly WithholdingExemption[];
};

const wholeBasisPoints = 10_000;

/** What contradicts itself, in sentences that follow the name of a column; empty when nothing does. */
export function withholdingIssues({ periods, exemptions = [] }: AgreedWithholding): string[] {
  const issues = [...periods, ...exemptions]
    .filter(({ from, to }) => to !== undefined && to < from)
    .map(({ from, to }) => `end on ${to} before they begin on ${from}`);
  if (periods.some(({ basisPoints }) => basisPoints <= 0 || basisPoints >= wholeBasisPoints))
    issues.push("keep a share above 0 % and below 100 %");
  for (const spans of [periods, exemptions]) {
    const ordered = spans.toSorted((left, right) => (left.from < right.from ? -1 : 1));
    const [over] = ordered.filter(({ from }, index) => index > 0 && (ordered[index - 1]?.to ?? from) >= from);
    if (over !== undefined) issues.push(`overlap from ${over.from} on; only one holds on a day`);
  }
  return issues;
}

/** What holds on a day; nothing while a certificate frees of it. */
export function withholdingOn(agreed: AgreedWithholding | undefined, on: LocalDate): WithholdingTerms | undefined {
  const holds = ({ from, to }: { readonly from: LocalDate; readonly to?: LocalDate }) =>
    from <= on && (to === undefined || on <= to);
  return agreed?.exemptions?.some(holds) === true ? undefined : agreed?.periods.find(holds);
}
