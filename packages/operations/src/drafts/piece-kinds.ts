import type { ClientId } from "@plumbline/domain/id";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { evaluate, type PolicyBundle, type Ruling } from "@plumbline/domain/policy/evaluate";
import { chargeBoughtHours } from "@plumbline/domain/rating/bought-hours";
import { chargeChangeOrder } from "@plumbline/domain/rating/change-order";
import type { Priced } from "@plumbline/domain/rating/charge";
import { chargeDisbursement } from "@plumbline/domain/rating/disbursement";
import { chargeExpense, costFacts } from "@plumbline/domain/rating/expense";
import { chargeInstalment } from "@plumbline/domain/rating/fixed-fee";
import { chargeMilestone } from "@plumbline/domain/rating/milestone";
import { chargeShortfall } from "@plumbline/domain/rating/shortfall";
import { chargeSubscription } from "@plumbline/domain/rating/subscription";
import { chargeUsage } from "@plumbline/domain/rating/usage";
import type { PieceTerms } from "@plumbline/domain/rating/piece-terms";
import type { Cost, WorkPiece, WorkPieceKind } from "@plumbline/domain/worklog/work-piece";
import type { Finding } from "./finding.ts";

type PieceOf<Kind extends WorkPieceKind> = Extract<WorkPiece, { readonly kind: Kind }>;

/** The rules, and whose work they are asked about. */
export type RulesFor = { readonly bundle: PolicyBundle; readonly clientId: ClientId };

/** What a run does with one kind of work: who judges it, what it costs, and whom an exception about it concerns. */
type PieceKind<Piece> = {
  readonly price: (piece: Piece, terms: PieceTerms) => Priced;
  readonly judge: (rules: RulesFor, piece: Piece, terms: PieceTerms) => readonly Ruling[];
  /** Whether what was agreed covers it, so that it is counted and not charged. */
  readonly isCovered?: (agreed: EngagementTerms) => boolean;
  readonly subject: (piece: Piece) => Pick<Finding, "subjectKind" | "subjectId">;
};

const kinds: { readonly [Kind in WorkPieceKind]: PieceKind<PieceOf<Kind>> } = {
  fee: {
    price: chargeInstalment,
    // It was agreed and is due: there is nothing about it that a rule could find.
    judge: () => [],
    subject: ({ engagementId }) => ({ subjectKind: "engagement", subjectId: engagementId }),
  },
  milestone: {
    price: chargeMilestone,
    judge: ({ bundle, clientId }, { acceptedOn, evidence, amountMinor }) =>
      evaluate(bundle, "milestone", {
        milestone: { accepted: acceptedOn !== undefined, evidenced: evidence !== undefined, amountMinor },
        client: { id: clientId },
      }),
    subject: ({ id }) => ({ subjectKind: "milestone", subjectId: id }),
  },
  change_order: {
    price: chargeChangeOrder,
    judge: () => [],
    subject: ({ engagementId }) => ({ subjectKind: "engagement", subjectId: engagementId }),
  },
  expense: {
    price: chargeExpense,
    judge: (rules, work, terms) => judgeCost(rules, work, { ...costFacts(work, terms), asAgent: false }),
    isCovered: (agreed) => agreed.expenses?.included === true,
    subject: ({ id }) => ({ subjectKind: "expense", subjectId: id }),
  },
  disbursement: {
    price: chargeDisbursement,
    // It is the client's own cost: no agreed category or limit applies, and proof is always asked for.
    judge: (rules, work, terms) =>
      judgeCost(rules, work, { ...costFacts(work, terms), allowed: true, receiptRequired: true, asAgent: true }),
    subject: ({ id }) => ({ subjectKind: "expense", subjectId: id }),
  },
  hour_bucket: {
    price: chargeBoughtHours,
    judge: () => [],
    subject: ({ engagementId }) => ({ subjectKind: "engagement", subjectId: engagementId }),
  },
  subscription: {
    price: chargeSubscription,
    judge: () => [],
    subject: ({ engagementId }) => ({ subjectKind: "engagement", subjectId: engagementId }),
  },
  usage: {
    price: chargeUsage,
    judge: () => [],
    subject: ({ engagementId }) => ({ subjectKind: "engagement", subjectId: engagementId }),
  },
  shortfall: {
    price: chargeShortfall,
    judge: () => [],
    subject: ({ engagementId }) => ({ subjectKind: "engagement", subjectId: engagementId }),
  },
};

const judgeCost = (
  { bundle, clientId }: RulesFor,
  { category, amountMinor }: Cost,
  facts: ReturnType<typeof costFacts> & { readonly asAgent: boolean },
): readonly Ruling[] =>
  evaluate(bundle, "expense", { expense: { ...facts, category, amountMinor }, client: { id: clientId } });

/** The kind of a piece, which takes the pieces of that kind: the table above is keyed by it. */
export const kindOf = (piece: WorkPiece): PieceKind<WorkPiece> => kinds[piece.kind] as PieceKind<WorkPiece>;
