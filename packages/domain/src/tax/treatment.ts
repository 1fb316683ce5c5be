import type { TaxCategory } from "./category.ts";

/**
 * What makes two treatments the same: category and rate, and which places levy which part of it. SQL writes the same
 * text where it compares what an invoice says with what holds now.
 */
export const treatmentOf = ({
  category,
  basisPoints,
  components = [],
}: {
  readonly category: TaxCategory;
  readonly basisPoints: number;
  readonly components?: readonly { readonly jurisdiction: string; readonly rateMillionths: number }[];
}): string =>
  components.length === 0
    ? `${category} ${basisPoints}`
    : `${category} ${components
        .map(({ jurisdiction, rateMillionths }) => `${jurisdiction}=${rateMillionths}`)
        .toSorted()
        .join(" ")}`;
