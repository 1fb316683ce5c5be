import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId, ProjectId } from "@plumbline/domain/id";
import { parsePercent } from "@plumbline/domain/money/percent";
import { percentText } from "@plumbline/domain/tax/rates";

/** What one payer, one of its orders or one of its cost centres bears: `weight` of `of`, the same `of` for all parts. */
export type SplitShare = { readonly position: number; readonly weight: number; readonly of: number };

/** A part of a split, with where what it bears is to be accounted for. */
export type BearingPart = SplitShare & {
  readonly splitId: string;
  /** The purchase order it is paid by. */
  readonly orderId: string | undefined;
  readonly costCentre: string | undefined;
};

/** From when on, and until when, an engagement or a project of it is borne in parts. */
export type SplitSpan = {
  readonly id: string;
  readonly projectId: ProjectId | undefined;
  readonly from: Period["start"];
  /** First day on which it does not hold any more. */
  readonly until: Period["end"] | undefined;
  /** Another took its place: it holds only for what it was billed by. */
  readonly replaced: boolean;
};

/** A share as it was agreed: a fraction in lowest terms. */
export type Fraction = { readonly weight: bigint; readonly of: bigint };

/** Bearers of a split by what must differ. */
export type Bearer = {
  readonly payerId: ClientId | undefined;
  readonly order: string | undefined;
  readonly costCentre: string | undefined;
};

/** Weights of a split are whole numbers of this at most, or a part of a cent would be argued about. */
const denominatorMax = 1_000_000n;

/** Reads `1/3`, `40%` or `33.33 %`; undefined for anything else, and for nothing or all. */
export function parseShare(text: string): Fraction | undefined {
  const fraction = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const basisPoints = fraction ? undefined : parsePercent(text);
  const [weight, of] = fraction
    ? [BigInt(fraction[1] ?? ""), BigInt(fraction[2] ?? "")]
    : [BigInt(basisPoints ?? 0), 10_000n];
  if (weight <= 0n || weight >= of) return undefined;
  const by = commonDivisor(weight, of);
  return { weight: weight / by, of: of / by };
}

/** The shares over one denominator, or why they cannot be the parts of a whole. */
export function splitShares(
  fractions: readonly Fraction[],
): { readonly shares: readonly SplitShare[] } | { readonly reason: string } {
  if (fractions.length < 2) return { reason: "a split has two parts or more" };
  const of = fractions.reduce((common, each) => (common * each.of) / commonDivisor(common, each.of), 1n);
  if (of > denominatorMax) return { reason: `the shares have no common denominator up to ${denominatorMax}` };
  const weights = fractions.map((each) => (each.weight * of) / each.of);
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (sum !== of)
    return { reason: `the shares sum to ${shareText({ weight: Number(sum), of: Number(of) })}, not to 100 %` };
  return { shares: weights.map((weight, index) => ({ position: index + 1, weight: Number(weight), of: Number(of) })) };
}

/** Who bears two parts that nothing tells apart; undefined where all differ. */
export function bearerTwice(bearers: readonly Bearer[]): number | undefined {
  const known = new Set<string>();
  const twice = bearers.findIndex(({ payerId, order = "", costCentre = "" }) => {
    const key = JSON.stringify([payerId, order, costCentre]);
    return known.size === known.add(key).size;
  });
  return twice === -1 ? undefined : twice;
}

/** The split that holds for work of a day: a project's own before that of its whole engagement. */
export function splitOn<Split extends SplitSpan>(
  splits: readonly Split[] | undefined,
  work: { readonly on: SplitSpan["from"]; readonly projectId: ProjectId | undefined },
): Split | undefined {
  const holding = (splits ?? []).filter(
    ({ from, until, replaced }) => !replaced && from <= work.on && (until === undefined || work.on < until),
  );
  const newest = holding.toSorted((left, right) => (left.from < right.from ? 1 : -1));
  return (
    newest.find(({ projectId }) => projectId !== undefined && projectId === work.projectId) ??
    newest.find(({ projectId }) => projectId === undefined)
  );
}

/** `1/3`, or `33.33 %` where a percentage says it exactly. */
export function shareText({ weight, of }: Pick<SplitShare, "weight" | "of">): string {
  if ((weight * 10_000) % of === 0) return percentText((weight * 10_000) / of);
  const by = Number(commonDivisor(BigInt(weight), BigInt(of)));
  return `${weight / by}/${of / by}`;
}

function commonDivisor(left: bigint, right: bigint): bigint {
  return right === 0n ? left : commonDivisor(right, left % right);
}
