import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Charge, PricingIssue } from "@plumbline/domain/rating/charge";
import type { PieceTerms } from "@plumbline/domain/rating/piece-terms";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import { type Finding, findingOf } from "./finding.ts";
import { kindOf, type RulesFor } from "./piece-kinds.ts";
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
    const agreed = heldOn(engagement.terms, piece.on)?.terms;
    if (agreed === undefined) {
      findings.push(unpriced(piece, noTerms));
      continue;
    }
    const free = freeOfCharge(book, { engagement, agreed, piece });
    if (free !== undefined) {
      outcomes.push({ entry: piece, ...free });
      continue;
    }
    const { currency, language, sellerCountry } = engagement;
    const rules = { bundle: book.bundle, clientId: engagement.clientId };
    const priced = judgeAndPrice(rules, piece, { agreed, currency, language, sellerCountry });
    findings.push(...priced.findings);
    if (priced.charge !== undefined) charges.push(priced.charge);
  }
  return { charges, outcomes, findings };
}

function judgeAndPrice(
  rules: RulesFor,
  piece: WorkPiece,
  terms: PieceTerms,
): { readonly charge?: Charge; readonly findings: readonly Finding[] } {
  const { price, judge } = kindOf(piece);
  const findings = judge(rules, piece, terms)
    .filter(({ outcome }) => outcome !== "pass")
    .map((ruling) => findingOf(ruling, { ...about(piece), work: [{ entry: piece, amountMinor: piece.amountMinor }] }));
  if (findings.some(({ severity }) => severity === "block")) return { findings };
  const priced = price(piece, terms);
  // Rules may hold more back than the method must, never less.
  if ("issue" in priced) return { findings: [...findings, unpriced(piece, priced.issue)] };
  return { charge: priced.charge, findings };
}

function freeOfCharge(
  book: RunBook,
  of: { readonly engagement: BookEngagement; readonly agreed: EngagementTerms; readonly piece: WorkPiece },
): Omit<Outcome, "entry"> | undefined {
  const { engagement, agreed, piece } = of;
  if (agreed.time.basis === "non_billable") {
    return { outcome: "no_charge", reason: `engagement ${engagement.code} is not billable` };
  }
  const project = piece.projectId && book.projects.get(piece.projectId);
  if (project && !project.billable) return { outcome: "no_charge", reason: `project ${project.name} is not billable` };
  if (kindOf(piece).isCovered?.(agreed) !== true) return undefined;
  return { outcome: "covered", reason: `what was agreed for engagement ${engagement.code} covers it` };
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
