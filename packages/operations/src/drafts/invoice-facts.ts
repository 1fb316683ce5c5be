import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Facts } from "@plumbline/domain/policy/facts";
import { limitsInForce } from "./fit-drafts.ts";
import type { BookEngagement, RunBook } from "./run-book.ts";

/** Facts that mean the same when an invoice is drafted and when it is judged again. */

/**
 * How full the fullest cap is, in whole percent, rounded down: 100 only when nothing is left. Caps of projects that the
 * invoice does not bill are none of its.
 *
 * @param taken by limit, what drafts take that the book does not count as used yet
 */
export function budgetOf(
  book: RunBook,
  billed: { readonly engagementIds: Iterable<EngagementId>; readonly projectIds: readonly ProjectId[] },
  taken: ReadonlyMap<string, bigint> = new Map(),
): Facts<"invoice">["budget"] {
  const shares = [...billed.engagementIds]
    .flatMap((id) => limitsInForce(book, id))
    .filter(({ kind, total }) => kind === "cap" && total > 0n)
    .filter(({ projectId }) => projectId === undefined || billed.projectIds.includes(projectId))
    .map(({ id, total, remaining }) => ((total - remaining + (taken.get(id) ?? 0n)) * 100n) / total);
  return { capped: shares.length > 0, usedPercent: shares.reduce((most, share) => (share > most ? share : most), 0n) };
}

export const partiesOf = ({
  sellerCountry,
  buyer,
}: Pick<BookEngagement, "sellerCountry" | "buyer">): Pick<Facts<"invoice">, "seller" | "buyer"> => ({
  seller: { country: sellerCountry },
  buyer: { country: buyer.country ?? "", hasTaxId: buyer.hasTaxId },
});
