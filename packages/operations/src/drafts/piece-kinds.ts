import { evaluate, type PolicyBundle, type Ruling } from "@plumbline/domain/policy/evaluate";
import type { Priced } from "@plumbline/domain/rating/charge";
import { chargeInstalment } from "@plumbline/domain/rating/fixed-fee";
import { chargeMilestone } from "@plumbline/domain/rating/milestone";
import type { SumTerms } from "@plumbline/domain/rating/sum-terms";
import type { WorkPiece, WorkPieceKind } from "@plumbline/domain/worklog/lump-sum";
import type { Finding } from "./finding.ts";

type PieceOf<Kind extends WorkPieceKind> = Extract<WorkPiece, { readonly kind: Kind }>;

/** What a run does with one kind of work: who judges it, what it costs, and whom an exception about it concerns. */
type PieceKind<Piece> = {
  readonly price: (piece: Piece, terms: SumTerms) => Priced;
  readonly judge: (bundle: PolicyBundle, piece: Piece) => readonly Ruling[];
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
    judge: (bundle, { acceptedOn, evidence, amountMinor }) =>
      evaluate(bundle, "milestone", {
        milestone: { accepted: acceptedOn !== undefined, evidenced: evidence !== undefined, amountMinor },
      }),
    subject: ({ id }) => ({ subjectKind: "milestone", subjectId: id }),
  },
};

/** The kind of a piece, which takes the pieces of that kind: the table above is keyed by it. */
export const kindOf = (piece: WorkPiece): PieceKind<WorkPiece> => kinds[piece.kind] as PieceKind<WorkPiece>;
