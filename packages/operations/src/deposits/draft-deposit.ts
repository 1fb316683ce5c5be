import { addDays } from "@plumbline/domain/calendar/local-date";
import {
  askDeposit,
  type AskedDeposit,
  type DepositAsk,
  type DepositIssue,
} from "@plumbline/domain/deposit/ask-deposit";
import { depositWords } from "@plumbline/domain/deposit/deposit-words";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { EngagementId } from "@plumbline/domain/id";
import { isSettled } from "@plumbline/domain/tax/decide-tax";
import { newId } from "@plumbline/platform/new-id";
import { type Draft, sumDraft } from "../drafts/assemble-drafts.ts";
import type { DraftLine } from "../drafts/draft-line.ts";
import { withheldOf, withheldUnder } from "../drafts/withhold.ts";
import { type BookEngagement, heldOn, type RunBook } from "../drafts/run-book.ts";

/** What a deposit is made of: kept with it, so that it can be made anew. */
export type DepositInput = { readonly engagementId: EngagementId; readonly ask: DepositAsk };

/** What a deposit rests on, on the day it is asked for; the terms are absent when none hold then. */
export function agreedFor(book: RunBook, { engagementId }: Pick<DepositInput, "engagementId">) {
  const engagement = book.engagements.get(engagementId);
  if (engagement === undefined) throw new Error(`engagement ${engagementId} is not in the book`);
  return { engagement, terms: heldOn(engagement.terms, addDays(book.period.end, -1))?.terms };
}

export const askedOf = (
  { engagement, terms }: { readonly engagement: BookEngagement; readonly terms: EngagementTerms },
  ask: DepositAsk,
): AskedDeposit | DepositIssue => askDeposit(ask, { ...engagement, terms });

/** The deposit as an invoice of one line. Pure: the same book and the same ask always give the same. */
export function draftDeposit(book: RunBook, { engagementId, ask }: DepositInput): Draft {
  const { engagement, terms } = agreedFor(book, { engagementId });
  const asked = terms && askedOf({ engagement, terms }, ask);
  if (terms === undefined || asked === undefined || "reason" in asked)
    throw new Error(`nothing can be asked for engagement ${engagementId} on ${book.period.start}`);
  const line: DraftLine = {
    id: newId<"invoice-line">(),
    position: 1,
    engagementId,
    projectId: undefined,
    on: book.period.start,
    nature: "deposit",
    description: depositWords(engagement.language).line(engagement.code),
    quantity: "1",
    unit: "each",
    minutes: 0,
    priceMinor: asked.amountMinor,
    priceBase: 1,
    rateId: undefined,
    retainedMinor: 0n,
    tax: engagement.tax,
    because: asked.because,
    claims: [],
    adjustments: [],
    netMinor: asked.amountMinor,
    spreadMinor: 0n,
  };
  const { issues, ...sums } = sumDraft({ engagement, lines: [line], adjustments: [] });
  return {
    id: newId<"invoice">(),
    kind: "deposit",
    // Its own, whatever rule its entity follows.
    taxPoint: { rule: "deposit", on: book.period.start },
    engagement,
    engagementId,
    projectId: undefined,
    missing: engagement.missing,
    lines: [line],
    adjustments: [],
    decisions: [engagement.tax],
    taxSettled: issues.length === 0 && isSettled(engagement.tax),
    paymentTermsDays: terms.paymentTermsDays,
    ...withheldOf(withheldUnder(book, engagement), { ...sums, lines: [line] }),
    ...sums,
  };
}
