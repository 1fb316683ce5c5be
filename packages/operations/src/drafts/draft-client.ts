import type { Charge } from "@plumbline/domain/rating/charge";
import type { Drawn } from "@plumbline/domain/rating/hour-bucket";
import { withLineShares } from "@plumbline/domain/rating/line-adjustment";
import type { Rate } from "@plumbline/domain/rating/rate-book";
import type { ChargedTime } from "@plumbline/domain/rating/time-and-materials";
import { withWriteDowns } from "@plumbline/domain/rating/with-write-downs";
import { decisionsOn, type WriteDown } from "@plumbline/domain/rating/write-down";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import { chargePieces } from "./charge-pieces.ts";
import { heldOn, type RunBook } from "./run-book.ts";
import { assembleDrafts, type Draft } from "./assemble-drafts.ts";
import { chargeDrawnTime } from "./draw-time.ts";
import { divideCharges, outcomeOfPart, payingFor, takeFreeParts } from "../splits/divide-charges.ts";
import { fitAndDivide, fitDrafts } from "./fit-drafts.ts";
import { judgeDrafts, type Judgement } from "./judge-drafts.ts";
import { type Finding, mergeFindings } from "./finding.ts";
import { isAt, type Place } from "./place.ts";
import { type Outcome, sortWork } from "./sort-work.ts";
import type { WeekRulings } from "./week-rulings.ts";
import type { Screening, WorkEntry } from "./work-entry.ts";

export type ClientDrafts = {
  readonly drafts: readonly (Draft & Judgement & ShownDraws)[];
  /** Work that nobody will be charged for, each with its reason. */
  readonly outcomes: readonly Outcome[];
  /** What hour buckets cover and no draft shows, because nothing of the engagement is billed. */
  readonly draws: readonly Drawn[];
  readonly findings: readonly Finding[];
  /** What the drafts were made of; absent when nothing could be drafted. */
  readonly charged?: ChargedWork;
};

/** The work that was charged for, before limits, with every rate that could have priced it. */
export type ChargedWork = {
  readonly entries: readonly WorkEntry[];
  readonly pieces: readonly WorkPiece[];
  readonly rates: readonly Rate[];
  readonly charges: readonly Charge[];
  /** What a person decided about it. */
  readonly writeDowns: readonly WriteDown[];
};

/** What hour buckets cover of the engagements that a draft bills: reserved with it, and given back with it. */
export type ShownDraws = { readonly draws: readonly Drawn[] };

/** The unbilled work of one client, with what looking at all work found against it. */
export type DraftInput = {
  readonly entries: readonly WorkEntry[];
  readonly pieces: readonly WorkPiece[];
  readonly screening: Screening;
  readonly weeks: WeekRulings;
  /** What a person decided about work that is drafted anew. */
  readonly writeDowns?: readonly WriteDown[];
};

/**
 * Turns the unbilled work of one client into drafts. Pure: the same book and entries always give the same drafts, in
 * the same order, whatever order the entries come in.
 *
 * Every entry and piece ends in exactly one place: on a line, as an outcome (covered, no charge), or held by a finding;
 * time that a limit divides ends in two.
 */
export function draftClient(book: RunBook, input: DraftInput): ClientDrafts {
  const { charged, drawn, held, outcomes, findings } = chargeWork(book, input);
  const fitted = fitAndDivide(book, charged.charges);
  const judged = judgeDrafts(book, assembleDrafts(book, fitted.charges), held);
  return {
    ...showDraws(judged.drafts, drawn),
    outcomes: [...outcomes, ...fitted.outcomes],
    findings: mergeFindings([...findings, ...fitted.findings, ...judged.findings]),
    charged,
  };
}

/** The drafts of one place, from the client's work that belongs there: other work takes nothing of its limits. */
export function draftPlace(
  book: RunBook,
  input: DraftInput,
  place: Place,
): { readonly drafts: readonly (Draft & ShownDraws)[]; readonly charged: ChargedWork } {
  const { charged, drawn } = chargeWork(book, input, place);
  const there = assembleDrafts(book, charged.charges).filter((draft) => isAt(draft, place));
  const fitted = fitDrafts(
    book,
    there.flatMap(({ lines }) => lines.filter(({ nature }) => nature !== "deposit")),
  );
  return { drafts: showDraws(assembleDrafts(book, fitted.charges), drawn).drafts, charged };
}

/** Gives each draw to the first draft that bills something of its engagement. */
function showDraws<Of extends Draft>(drafts: readonly Of[], drawn: readonly Drawn[]) {
  const shownBy = new Map<string, Draft>();
  for (const draft of drafts.toReversed()) for (const { engagementId } of draft.lines) shownBy.set(engagementId, draft);
  return {
    drafts: drafts.map((draft) => ({
      ...draft,
      draws: drawn.filter(({ engagementId }) => shownBy.get(engagementId) === draft),
    })),
    draws: drawn.filter(({ engagementId }) => !shownBy.has(engagementId)),
  };
}

/** @param place what is decided about work was decided there, about what is borne there */
function chargeWork(book: RunBook, input: DraftInput, place?: Place) {
  const sorted = sortWork(book, input);
  const pieces = chargePieces(book, input.pieces);
  const { writeDowns = [] } = input;
  const decisionOn = decisionsOn(writeDowns);
  const time = chargeDrawnTime(book, sorted, decisionOn);
  const adjustedCharges = [...time.charges, ...pieces.charges].map((charge) => adjusted(book, charge));
  const free = takeFreeParts(book, adjustedCharges);
  const borne =
    place === undefined ? free.charges : divideCharges(book, free.charges).charges.filter(isBorneAt(book, place));
  const taken = new Set(pieces.charges.flatMap(({ claims }) => claims.map(({ work }) => work.id)));
  const charged: ChargedWork = {
    entries: [...sorted.billable, ...sorted.overage].map(({ entry }) => entry),
    pieces: input.pieces.filter(({ id }) => taken.has(id)),
    rates: sorted.rates,
    charges: withWriteDowns(
      borne,
      decisionOn,
      ({ engagementId }) => book.engagements.get(engagementId)?.language ?? "en",
    ),
    writeDowns,
  };
  return {
    charged,
    drawn: time.drawn,
    held: sorted.held,
    outcomes: [
      ...[...sorted.outcomes, ...time.absorbed.map(toOutcome), ...pieces.outcomes].map((each) =>
        outcomeOfPart(book, each),
      ),
      ...free.outcomes,
    ],
    findings: [...sorted.findings, ...time.unpriced.map(toFinding), ...pieces.findings],
  };
}

const isBorneAt =
  (book: RunBook, { payer }: Place) =>
  (charge: Charge): boolean =>
    charge.part === undefined || payingFor(book, charge)?.payerId === payer;

function adjusted({ engagements }: RunBook, charge: Charge): Charge {
  const engagement = engagements.get(charge.engagementId);
  const agreed = engagement && heldOn(engagement.terms, charge.on)?.terms.adjustments;
  return agreed === undefined ? charge : withLineShares(charge, agreed, engagement?.language ?? "en");
}

const toOutcome = ({ work, lineId, reason }: ChargedTime["absorbed"][number]): Outcome => ({
  entry: work,
  outcome: "covered",
  reason,
  absorbedBy: lineId,
});

const toFinding = ({ priced: { entry, choice }, issue }: ChargedTime["unpriced"][number]): Finding => ({
  ...issue,
  lane: "business",
  severity: "block",
  owner: "billing_coordinator",
  subjectKind: "work",
  subjectId: entry.projectId,
  entries: 1,
  minutes: entry.minutes,
  amountMinor: undefined,
  currency: choice.rate.currency,
  holds: [{ entry, amountMinor: undefined }],
});
