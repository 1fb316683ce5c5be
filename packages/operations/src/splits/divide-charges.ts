import { type BearingPart, splitOn } from "@plumbline/domain/engagement/split";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Charge } from "@plumbline/domain/rating/charge";
import { splitCharge } from "@plumbline/domain/rating/split-charge";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import { apportion } from "@plumbline/domain/money/money";
import type { BookEngagement, BookSplit, RunBook } from "../drafts/run-book.ts";
import type { Outcome } from "../drafts/sort-work.ts";

type Engagements = Pick<RunBook, "engagements">;

/** Charges, and the parts of them that come to nothing: accounted for, and shown on no invoice. */
export type Divided = { readonly charges: readonly Charge[]; readonly outcomes: readonly Outcome[] };

/** An engagement as who pays the charge sees it. */
export function payingFor({ engagements }: Engagements, charge: Pick<Charge, "engagementId" | "part">) {
  const engagement = engagements.get(charge.engagementId);
  const { part } = charge;
  if (engagement === undefined || part === undefined) return engagement;
  const split = engagement.splits?.find(({ id }) => id === part.splitId);
  return split?.parts.find(({ position }) => position === part.position)?.as;
}

/** What is said about an engagement where somebody pays for it, be it all or a part. */
export function engagementFor(
  { engagements }: Engagements,
  id: EngagementId,
  payerId: string,
  orderId?: string | null,
) {
  const engagement = engagements.get(id);
  if (engagement?.splits === undefined) return engagement;
  const borne = engagement.splits.toReversed().flatMap(({ parts }) => parts.map((part) => part.as));
  const ofPayer = [engagement, ...borne].filter((as) => as.payerId === payerId);
  return ofPayer.find(({ order }) => order?.id === (orderId ?? undefined)) ?? ofPayer[0] ?? engagement;
}

/** Tells time apart that other parts bear, or the same part by another split. */
export const apartOf =
  ({ engagements }: Engagements) =>
  (
    entry: WorkRef & {
      readonly engagementId: EngagementId;
      readonly projectId: ProjectId;
      readonly workedOn: LocalDate;
    },
  ) => {
    const { part, engagementId, projectId, workedOn } = entry;
    const splits = engagements.get(engagementId)?.splits;
    if (splits === undefined) return "";
    if (part !== undefined) return `|${part.splitId} ${part.position}`;
    const split = splitOn(splits, { on: workedOn, projectId });
    return split === undefined ? "" : `|${split.id}`;
  };

export const isDivided = ({ engagements }: Engagements, charge: Charge): boolean =>
  charge.part !== undefined || splitFor(engagements.get(charge.engagementId), charge) !== undefined;

/** Every charge that several bear, in its parts; those that are parts already stay. */
export const divideCharges = (book: Engagements, charges: readonly Charge[]): Divided =>
  divide(book, charges, ({ work }) => work.part === undefined);

/** Work of which one part is free is charged as a whole, and that part alone is asked for. */
export const takeFreeParts = (book: Engagements, charges: readonly Charge[]): Divided =>
  divide(book, charges, ({ work }) => work.part !== undefined);

function divide(
  { engagements }: Engagements,
  charges: readonly Charge[],
  wanted: (claim: Charge["claims"][number]) => boolean,
): Divided {
  const outcomes: Outcome[] = [];
  const divided = charges.flatMap((charge) => {
    const engagement = engagements.get(charge.engagementId);
    const [claim] = charge.claims;
    const split = splitFor(engagement, charge);
    if (
      engagement === undefined ||
      split === undefined ||
      charge.part !== undefined ||
      claim === undefined ||
      !wanted(claim)
    )
      return charge;
    const free = claim.work.part?.position;
    const parts = splitCharge(charge, split.parts, engagement).filter(
      (_, index) => free === undefined || split.parts[index]?.position === free,
    );
    return parts.filter((part) => {
      if (part.priceMinor === 0n) outcomes.push(...nothingOf(part));
      return part.priceMinor !== 0n;
    });
  });
  return { charges: divided, outcomes };
}

function splitFor(engagement: BookEngagement | undefined, charge: Charge): BookSplit | undefined {
  if (engagement?.splits === undefined || charge.nature === "deposit") return undefined;
  const part = charge.claims[0]?.work.part;
  return part === undefined
    ? splitOn(engagement.splits, charge)
    : engagement.splits.find(({ id }) => id === part.splitId);
}

const nothingOf = ({ claims, because }: Charge): Outcome[] =>
  claims.map(({ work, minutes, part }) => ({
    entry: work,
    outcome: "no_charge",
    reason: `its part comes to nothing: ${because}`,
    ...(part && { taken: { ...part, minutes } }),
  }));

/** What becomes of a free part by itself takes that part alone. */
export function outcomeOfPart({ engagements }: Engagements, outcome: Outcome): Outcome {
  const { part, minutes } = outcome.entry;
  if (part === undefined) return outcome;
  const split = [...engagements.values()].flatMap(({ splits = [] }) => splits).find(({ id }) => id === part.splitId);
  if (split === undefined) throw new Error(`split ${part.splitId} is not in the book`);
  const index = split.parts.findIndex(({ position }) => position === part.position);
  const weights = split.parts.map(({ weight }: BearingPart) => BigInt(weight));
  const ofIt = apportion(BigInt(minutes), weights)[index] ?? 0n;
  return { ...outcome, taken: { ...part, wholeMinutes: minutes, minutes: Number(ofIt) } };
}
