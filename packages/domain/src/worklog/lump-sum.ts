import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { WorkRef } from "./work-ref.ts";

/** Work that has a sum of its own instead of minutes. */
type LumpSum = WorkRef & {
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId | undefined;
  /** The day it can be billed from. */
  readonly on: LocalDate;
  readonly status: "submitted" | "approved";
  readonly currency: Currency;
  readonly amountMinor: bigint;
};

/** A part of a fixed fee that falls due. */
export type FeeInstalment = LumpSum & {
  readonly kind: "fee";
  readonly number: number;
  readonly of: number;
  readonly feeMinor: bigint;
  /** Its share of the fee, when it was agreed as one; 3000 is 30 %. */
  readonly basisPoints: number | undefined;
};

/** A result with a price. It is billed when the client accepted it and something proves that. */
export type Milestone = LumpSum & {
  readonly kind: "milestone";
  readonly name: string;
  readonly dueOn: LocalDate;
  readonly acceptedOn: LocalDate | undefined;
  readonly acceptedBy: string | undefined;
  readonly evidence: AcceptanceEvidence | undefined;
};

/** The document that proves an acceptance, and the SHA-256 of its bytes. */
export type AcceptanceEvidence = { readonly document: string; readonly sha256: string };

export type WorkPiece = FeeInstalment | Milestone;
export type WorkPieceKind = WorkPiece["kind"];
