import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId, WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { lockDeposits } from "../deposits/load-deposits.ts";
import { lockBuckets } from "../hour-buckets/load-buckets.ts";
import { lockLimits } from "../limits/load-limits.ts";
import { currentBundle, loadBundle } from "../policies/policy-bundles.ts";
import { type ClientDrafts, draftClient } from "./draft-client.ts";
import { type LoadedBook, loadRunBook } from "./load-run-book.ts";
import { screenWork, selectWork } from "./select-work.ts";
import { ruleWeeks } from "./week-rulings.ts";

/**
 * Drafts some of a client's unbilled work outside a run, however old it is: by the terms, rates and rules of now. Deposits, bought
 * hours and limits are locked and taken as in every run; nothing is saved yet.
 */
export async function draftWorks(
  scope: Scope,
  of: { readonly clientId: ClientId; readonly period: Period; readonly works: readonly WorkItemId[] },
): Promise<{ readonly book: LoadedBook; readonly batch: readonly ClientDrafts[] }> {
  const { tx } = scope;
  const { clientId, period, works } = of;
  await lockLimits(tx, [clientId]);
  await lockBuckets(tx, [clientId]);
  await lockDeposits(tx, [clientId]);
  const bundle = await loadBundle(tx, await currentBundle(scope));
  const book = await loadRunBook(tx, { period, bundle, issued: { at: scope.now } });
  const screening = await screenWork(tx, period);
  const weeks = ruleWeeks(bundle, screening.weeks);
  const batch: ClientDrafts[] = [];
  for await (const { entries, pieces } of selectWork(tx, { period, only: clientId, works, bundle })) {
    batch.push(draftClient(book, { entries, pieces, screening, weeks }));
  }
  return { book, batch };
}
