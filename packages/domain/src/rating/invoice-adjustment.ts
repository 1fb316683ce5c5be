import type { AgreedAdjustment } from "@plumbline/domain/engagement/adjustment";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { allocate, divide, money } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import type { TaxableLine } from "@plumbline/domain/tax/tax-summary";
import { treatmentOf } from "@plumbline/domain/tax/treatment";
import { type Adjustment, adjustmentWords, codeOf, conditionsText, reasonOf } from "./adjustment.ts";

/** An adjustment of the invoice has one tax category and rate (EN 16931, BR-32, BR-37). */
export type InvoiceAdjustment = Adjustment & Pick<TaxableLine, "category" | "basisPoints" | "components">;

type Fees = {
  /** Fees of one engagement, as they stand on the invoice. */
  readonly fees: readonly TaxableLine[];
  readonly currency: Currency;
  readonly language: string;
};

/**
 * What was agreed for the fees of one engagement on an invoice. Shares are all of the same sum and rounded once; an amount
 * is taken off as far as there are fees. Over several tax categories each is divided in proportion, by largest remainder,
 * so that the parts are the whole.
 */
export function invoiceAdjustments(agreed: readonly AgreedAdjustment[], of: Fees): InvoiceAdjustment[] {
  const left = { minor: sumOf(of.fees) };
  return inForce(agreed, of.fees).flatMap((each) => {
    const fees = feesOf(each, of.fees);
    const baseMinor = sumOf(fees);
    const wanted =
      each.basisPoints === undefined
        ? BigInt(each.amountMinor ?? 0)
        : divide(baseMinor * BigInt(each.basisPoints), 10_000n, "half-up");
    const most = left.minor < baseMinor ? left.minor : baseMinor;
    const amountMinor = each.kind === "allowance" && wanted > most ? most : wanted;
    if (baseMinor <= 0n || amountMinor <= 0n) return [];
    if (each.kind === "allowance") left.minor -= amountMinor;
    return divided({ each, amountMinor, baseMinor, wanted }, fees, of);
  });
}

/** All without a condition, and of the steps of a kind only the highest that is reached. */
function inForce(agreed: readonly AgreedAdjustment[], fees: readonly TaxableLine[]): AgreedAdjustment[] {
  const onInvoice = agreed.filter(({ on }) => on === "invoice");
  const reached = onInvoice.filter((each) => sumOf(feesOf(each, fees)) >= BigInt(each.fromMinor ?? 0));
  return reached.filter(
    (each) =>
      each.fromMinor === undefined || !reached.some((other) => isHigherStep(other, each.fromMinor ?? "0", each)),
  );
}

const isHigherStep = (other: AgreedAdjustment, fromMinor: string, { kind, taxedAt }: AgreedAdjustment): boolean =>
  other.kind === kind && other.taxedAt === taxedAt && BigInt(other.fromMinor ?? 0) > BigInt(fromMinor);

const feesOf = ({ taxedAt }: AgreedAdjustment, fees: readonly TaxableLine[]): readonly TaxableLine[] =>
  taxedAt === undefined ? fees : fees.filter(({ basisPoints }) => basisPoints === taxedAt);

type Sized = {
  readonly each: AgreedAdjustment;
  readonly amountMinor: bigint;
  readonly baseMinor: bigint;
  readonly wanted: bigint;
};

function divided(sized: Sized, fees: readonly TaxableLine[], of: Fees): InvoiceAdjustment[] {
  const { each, amountMinor } = sized;
  const groups = Map.groupBy(fees, treatmentOf);
  const taxed = [...groups.values()].flatMap((lines) => {
    const [first] = lines;
    const baseMinor = sumOf(lines);
    return first === undefined || baseMinor <= 0n ? [] : [{ ...first, baseMinor }];
  });
  const parts = allocate(
    money(amountMinor, of.currency),
    taxed.map(({ baseMinor }) => baseMinor),
  );
  const because = becauseOf(sized, of);
  return taxed.flatMap(({ category, basisPoints, components, baseMinor }, index): InvoiceAdjustment[] => {
    const part = parts[index]?.minor ?? 0n;
    if (part === 0n) return [];
    return [
      {
        kind: each.kind,
        amountMinor: part,
        share: each.basisPoints === undefined ? undefined : { basisPoints: each.basisPoints, baseMinor },
        code: codeOf(each),
        reason: reasonOf(each, of.language),
        because,
        category,
        basisPoints,
        ...(components && { components }),
      },
    ];
  });
}

function becauseOf({ each, amountMinor, baseMinor, wanted }: Sized, { currency, language }: Fees): string {
  const words = adjustmentWords(language);
  const amount = (minor: bigint) => amountText(minor, currency);
  const size =
    each.basisPoints === undefined
      ? amountMinor < wanted
        ? `${amount(amountMinor)} ${words.capped(amount(wanted))}`
        : words.amount(amount(wanted))
      : words.share(percentText(each.basisPoints), amount(baseMinor));
  return [size, ...conditionsText(each, { language, amount })].join("; ");
}

const sumOf = (fees: readonly TaxableLine[]): bigint => fees.reduce((sum, { netMinor }) => sum + netMinor, 0n);
