import type { Charge, PricingIssue } from "@plumbline/domain/rating/charge";
import type { WorkPiece } from "@plumbline/domain/worklog/lump-sum";
import { type Finding, findingOf } from "./finding.ts";
import { kindOf } from "./piece-kinds.ts";
import { type BookEngagement, heldOn, type RunBook } from "./run-book.ts";
import type { Outcome } from "./sort-work.ts";

export type ChargedPieces = {
  readonly charges: readonly Charge[];
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
};

/** Decides for each piece of work that is not time whether it is charged, free of charge, or held. */
export function chargePieces(book: RunBook, pieces: readonly WorkPiece[]): ChargedPieces {
  const charges: Charge[] = [];
  const outcomes: Outcome[] = [];
  const findings: Finding[] = [];
  for (const piece of pieces) {
    const engagement = book.engagements.get(piece.engagementId);
    if (engagement === undefined) throw new Error(`engagement ${piece.engagementId} is not in the run's book`);
    const reason = noCharge(book, engagement, piece);
    if (reason !== undefined) {
      outcomes.push({ entry: piece, outcome: "no_charge", reason });
      continue;
    }
    const { price, judge } = kindOf(piece);
    const against = judge(book.bundle, piece)
      .filter(({ outcome }) => outcome !== "pass")
      .map((ruling) =>
        findingOf(ruling, { ...about(piece), work: [{ entry: piece, amountMinor: piece.amountMinor }] }),
      );
    findings.push(...against);
    if (against.some(({ severity }) => severity === "block")) continue;
    const terms = heldOn(engagement.terms, piece.on)?.terms;
    const priced =
      terms === undefined
        ? { issue: noTerms }
        : price(piece, {
            currency: engagement.currency,
            language: engagement.language,
            holdbackBasisPoints: terms.holdbackBasisPoints,
          });
    // Rules may hold more back than the method must, never less.
    if ("issue" in priced) findings.push(unpriced(piece, priced.issue));
    else charges.push(priced.charge);
  }
  return { charges, outcomes, findings };
}

function noCharge(book: RunBook, engagement: BookEngagement, piece: WorkPiece): string | undefined {
  const terms = heldOn(engagement.terms, piece.on)?.terms;
  if (terms?.time.basis === "non_billable") return `engagement ${engagement.code} is not billable`;
  const project = piece.projectId && book.projects.get(piece.projectId);
  return project && !project.billable ? `project ${project.name} is not billable` : undefined;
}

const noTerms: PricingIssue = { code: "terms-missing", message: "No terms are agreed for the day this is due." };

const about = (piece: WorkPiece) => ({
  ...kindOf(piece).subject(piece),
  entries: 1,
  minutes: 0,
  amountMinor: piece.amountMinor,
  currency: piece.currency,
});

const unpriced = (piece: WorkPiece, { code, message }: PricingIssue): Finding => ({
  ...about(piece),
  code,
  lane: "business",
  severity: "block",
  owner: "project_manager",
  message,
  holds: [{ entry: piece, amountMinor: piece.amountMinor }],
});
