import type { AdjustmentKind, AgreedAdjustment } from "@plumbline/domain/engagement/adjustment";
import { percentText } from "@plumbline/domain/tax/rates";
import type { WriteDownKind } from "./write-down.ts";

/** What was taken off or added, as an invoice says it (EN 16931, BG-20, BG-21, BG-27, BG-28). */
export type Adjustment = {
  readonly kind: AdjustmentKind;
  /** Above zero; the kind says which way it goes. */
  readonly amountMinor: bigint;
  /** Present when it is a share. */
  readonly share: { readonly basisPoints: number; readonly baseMinor: bigint } | undefined;
  readonly code: string;
  readonly reason: string;
  /** The calculation in words, in the client's language. */
  readonly because: string;
  /** The decision of a person that it comes of; absent when it was agreed. */
  readonly writeDownId?: string;
};

/** A share of a line that is taken off or added. */
export type LineShare = {
  readonly kind: AdjustmentKind;
  readonly basisPoints: number;
  readonly code: string;
  readonly reason: string;
  readonly language: string;
};

/** Added to a net: an allowance takes away. */
export const signedMinor = ({ kind, amountMinor }: Pick<Adjustment, "kind" | "amountMinor">): bigint =>
  kind === "allowance" ? -amountMinor : amountMinor;

/** UNTDID 5189 “Discount” and 7161 “Miscellaneous”, where nothing else was agreed. */
const codes = { allowance: "95", surcharge: "ABK" } as const satisfies Record<AdjustmentKind, string>;

export const codeOf = ({ kind, code }: AgreedAdjustment): string => code ?? codes[kind];

type Words = {
  readonly name: (kind: AdjustmentKind) => string;
  /** @param of  what it is a share of, as an amount */
  readonly share: (share: string, of: string) => string;
  readonly amount: (amount: string) => string;
  readonly from: (amount: string) => string;
  readonly taxedAt: (rate: string) => string;
  readonly capped: (agreed: string) => string;
  readonly writtenDown: Record<WriteDownKind, string>;
  readonly decided: (what: string, of: string) => string;
};

/** How discounts and surcharges speak, in the client's language; English where it has no words. */
export const adjustmentWords = (language: string): Words => wordsOf[language.slice(0, 2)] ?? english;

export const reasonOf = (agreed: AgreedAdjustment, language: string): string =>
  agreed.reason ?? adjustmentWords(language).name(agreed.kind);

const english: Words = {
  name: (kind) => (kind === "allowance" ? "Agreed discount" : "Agreed surcharge"),
  share: (share, of) => `${share} of ${of} as agreed`,
  amount: (amount) => `${amount} an invoice as agreed`,
  from: (amount) => `from fees of ${amount} on`,
  taxedAt: (rate) => `on what bears ${rate}`,
  capped: (agreed) => `of ${agreed} as agreed, as far as the fees go`,
  writtenDown: { write_down: "Courtesy reduction", no_charge: "No charge" },
  decided: (what, of) => `${what} off ${of}, decided before issue`,
};

const german: Words = {
  name: (kind) => (kind === "allowance" ? "Vereinbarter Rabatt" : "Vereinbarter Zuschlag"),
  share: (share, of) => `${share} von ${of} wie vereinbart`,
  amount: (amount) => `${amount} je Rechnung wie vereinbart`,
  from: (amount) => `ab Honoraren von ${amount}`,
  taxedAt: (rate) => `auf das, was mit ${rate} besteuert wird`,
  capped: (agreed) => `von vereinbarten ${agreed}, soweit die Honorare reichen`,
  writtenDown: { write_down: "Nachlass aus Kulanz", no_charge: "Ohne Berechnung" },
  decided: (what, of) => `${what} von ${of} erlassen, vor Rechnungsstellung entschieden`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };

/** Conditions in words, in the order a reader asks for them. */
export function conditionsText(
  { fromMinor, taxedAt }: AgreedAdjustment,
  to: { readonly language: string; readonly amount: (minor: bigint) => string },
): string[] {
  const words = adjustmentWords(to.language);
  return [
    ...(fromMinor === undefined ? [] : [words.from(to.amount(BigInt(fromMinor)))]),
    ...(taxedAt === undefined ? [] : [words.taxedAt(percentText(taxedAt))]),
  ];
}
