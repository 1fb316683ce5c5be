import type { EngagementId } from "@plumbline/domain/id";
import type { Charge } from "@plumbline/domain/rating/charge";
import { type CutOff, fitToLimits, limitText, useOf } from "@plumbline/domain/rating/limit";
import type { StoredLimit } from "../limits/load-limits.ts";
import type { Draft } from "./assemble-drafts.ts";
import type { Finding } from "./finding.ts";
import type { RunBook } from "./run-book.ts";

/** Lets a client's charges through as far as its caps and purchase orders go, and holds what they leave no room for. */
export function fitDrafts(
  book: RunBook,
  charges: readonly Charge[],
): { readonly charges: readonly Charge[]; readonly findings: readonly Finding[] } {
  const engagements = new Set(charges.map(({ engagementId }) => engagementId));
  const limits = [...engagements].flatMap((id) => limitsInForce(book, id));
  const languageOf = (id: EngagementId) => book.engagements.get(id)?.language ?? "en";
  const { charges: fitting, cut } = fitToLimits(charges, limits, languageOf);
  return { charges: fitting, findings: cut.map((each) => findingOf(book, each)) };
}

/** What a draft uses of each limit, for those that it uses anything of. */
export function usesOf(book: RunBook, draft: Draft): { readonly limit: StoredLimit; readonly amount: bigint }[] {
  const engagements = new Set(draft.lines.map(({ engagementId }) => engagementId));
  return [...engagements]
    .flatMap((id) => limitsInForce(book, id))
    .map((limit) => ({ limit, amount: draft.lines.reduce((sum, line) => sum + useOf(limit, line), 0n) }))
    .filter(({ amount }) => amount > 0n);
}

/** An order limits only where it can pay: a rule of its own says that one is out of date or in another currency. */
const limitsInForce = (book: RunBook, id: EngagementId): readonly StoredLimit[] => {
  const { order, currency } = book.engagements.get(id) ?? {};
  return (book.limits.get(id) ?? []).filter((limit) =>
    limit.kind === "order"
      ? limit.orderId === order?.id && order?.validOn === true && limit.currency === currency
      : limit.measure === "minutes" || limit.currency === currency,
  );
};

const findingOf = (book: RunBook, { limit, engagementId, work, minutes, valueMinor }: CutOff): Finding => ({
  code: limit.kind === "cap" ? "cap-reached" : "po-exhausted",
  lane: "business",
  severity: "block",
  owner: limit.kind === "cap" ? "account_manager" : "project_manager",
  subjectKind: "engagement",
  subjectId: engagementId,
  message:
    limit.kind === "cap"
      ? `The agreed cap of ${limitText(limit)} is reached; what goes beyond it waits for a change order or is written off.`
      : `The purchase order of ${limitText(limit)} is used up; what goes beyond it waits for a larger one.`,
  entries: 1,
  minutes,
  amountMinor: valueMinor,
  currency: book.engagements.get(engagementId)?.currency ?? "EUR",
  holds: [{ entry: work, amountMinor: valueMinor }],
});
