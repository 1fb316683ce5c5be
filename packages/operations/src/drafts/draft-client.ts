import { chargeTime } from "@plumbline/domain/rating/time-and-materials";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import { chargePieces } from "./charge-pieces.ts";
import type { RunBook } from "./run-book.ts";
import { assembleDrafts, type Draft } from "./assemble-drafts.ts";
import { judgeDrafts, type Judgement } from "./judge-drafts.ts";
import { type Finding, mergeFindings } from "./finding.ts";
import { type Outcome, sortWork } from "./sort-work.ts";
import type { WeekRulings } from "./week-rulings.ts";
import type { Screening, WorkEntry } from "./work-entry.ts";

export type ClientDrafts = {
  readonly drafts: readonly (Draft & Judgement)[];
  /** Work that nobody will be charged for, each with its reason. */
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
};

/**
 * Turns the unbilled work of one client into drafts. Pure: the same book and entries always give the same drafts, in
 * the same order, whatever order the entries come in.
 *
 * Every entry and piece ends in exactly one place: on a line, as an outcome (covered, no charge), or held by a finding.
 */
export function draftClient(
  book: RunBook,
  input: {
    readonly entries: readonly WorkEntry[];
    readonly pieces: readonly WorkPiece[];
    readonly screening: Screening;
    readonly weeks: WeekRulings;
  },
): ClientDrafts {
  const sorted = sortWork(book, input);
  const pieces = chargePieces(book, input.pieces);
  const drafts = assembleDrafts(book, [...chargeTime(sorted.billable, book.workerNames), ...pieces.charges]);
  const judged = judgeDrafts(book, drafts, sorted.held);
  return {
    drafts: judged.drafts,
    outcomes: [...sorted.outcomes, ...pieces.outcomes],
    findings: mergeFindings([...sorted.findings, ...pieces.findings, ...judged.findings]),
  };
}
