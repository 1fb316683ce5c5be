import { type Deduction, deductDeposits } from "@plumbline/domain/deposit/deduct-deposits";
import { depositRateRule } from "@plumbline/domain/deposit/deposit-rate";
import { depositWords } from "@plumbline/domain/deposit/deposit-words";
import type { InvoiceId } from "@plumbline/domain/id";
import { amountText } from "@plumbline/domain/money/decimal";
import { divide } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import type { TaxDecision } from "@plumbline/domain/tax/tax-decision";
import { newId } from "@plumbline/platform/new-id";
import type { DraftLine } from "../drafts/draft-line.ts";
import type { BookEngagement, RunBook } from "../drafts/run-book.ts";

/**
 * The lines by which a draft takes deposits off, after those that bill its work: the whole supply is shown, and the deposit
 * off it at the deposit's own rate. Where the supply bears another rate by now and the law lets the deposit keep its own, two
 * lines before it move as much of the supply to that rate.
 *
 * @param left what earlier drafts have left of each deposit; lowered by what is deducted
 */
export function deductionLines(
  { deposits }: Pick<RunBook, "deposits">,
  draft: {
    readonly engagement: BookEngagement;
    readonly lines: readonly DraftLine[];
    readonly left: Map<InvoiceId, bigint>;
  },
): DraftLine[] {
  const { engagement, lines, left } = draft;
  const [first] = lines;
  // A sales tax of parts is due on the service, and no deposit bears it.
  if (first === undefined || first.tax.components !== undefined || deposits.size === 0) return [];
  const billed = [...Map.groupBy(lines, ({ engagementId }) => engagementId)].map(([engagementId, ofIt]) => ({
    engagementId,
    ...first.tax,
    netMinor: ofIt
      .filter(({ nature }) => nature !== "disbursement")
      .reduce((sum, { netMinor, spreadMinor, retainedMinor }) => sum + netMinor + spreadMinor - retainedMinor, 0n),
  }));
  return deductDeposits(billed, deposits, { seller: engagement.sellerCountry, left })
    .flatMap((deduction) => linesOf(deduction, engagement, first))
    .map((line, index) => ({ ...line, position: lines.length + index + 1 }));
}

function linesOf(deduction: Deduction, engagement: BookEngagement, first: DraftLine): Omit<DraftLine, "position">[] {
  const { deposit, minor, retaxedFrom } = deduction;
  const { number, issuedOn: on, basisPoints: then } = deposit;
  const { language, currency } = engagement;
  const words = depositWords(language);
  const rule = depositRateRule(engagement.sellerCountry);
  const because = words.taxedThen({
    net: amountText(minor, currency),
    tax: amountText(divide(minor * BigInt(then), 10_000n, "half-up"), currency),
    percent: percentText(then),
  });
  const ownTax: TaxDecision = { category: deposit.category, basisPoints: then, because, rule, issues: [] };
  // At the same rate the reason for it is that of the whole invoice.
  const tax = then === first.tax.basisPoints ? first.tax : ownTax;
  const base = { deduction, on: first.on };
  const less = {
    ...pieceOf({ ...base, netMinor: -minor, tax }),
    description: words.less({ number, on }),
    because,
    deducts: deposit.id,
  };
  if (retaxedFrom === undefined) return [less];
  const description = words.retaxed({ number, on, was: percentText(then), now: percentText(retaxedFrom) });
  const moved = { description, because: `${rule}.`, retaxes: deposit.id };
  return [
    { ...pieceOf({ ...base, netMinor: -minor, tax: first.tax }), ...moved },
    { ...pieceOf({ ...base, netMinor: minor, tax }), ...moved },
    less,
  ];
}

const pieceOf = ({
  deduction,
  netMinor,
  tax,
  on,
}: {
  readonly deduction: Deduction;
  readonly netMinor: bigint;
  readonly tax: TaxDecision;
  readonly on: DraftLine["on"];
}) => ({
  id: newId<"invoice-line">(),
  engagementId: deduction.deposit.engagementId,
  projectId: undefined,
  on,
  nature: "deposit" as const,
  quantity: netMinor < 0n ? "-1" : "1",
  unit: "each" as const,
  minutes: 0,
  priceMinor: netMinor < 0n ? -netMinor : netMinor,
  priceBase: 1,
  rateId: undefined,
  retainedMinor: 0n,
  tax,
  claims: [],
  adjustments: [],
  netMinor,
  spreadMinor: 0n,
});
