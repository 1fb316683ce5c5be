import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { examplesMax, type Standing } from "../checklists/standing.ts";
import { knownShortfalls, loadMinimums } from "./agreed-minimums.ts";
import { countPeriods } from "./count-periods.ts";
import { loadBilled } from "./load-billed.ts";

/** What committed periods of an engagement up to a day lack by what is drafted and billed, where no invoice bills it yet. */
export async function findLacking(
  { tx }: Scope,
  { engagementId, on }: { readonly engagementId: EngagementId; readonly on: LocalDate },
): Promise<readonly Standing<"minimum_lacking">[]> {
  const [agreed] = await loadMinimums(tx, [engagementId]);
  if (agreed === undefined || agreed.terms.every(({ minimum }) => minimum === undefined)) return [];
  const known = new Map((await knownShortfalls(tx, [engagementId])).map((made) => [made.startsOn, made]));
  const billed = await loadBilled(tx, { engagementIds: [engagementId], drafts: true });
  const closedFrom = addDays(on, 1);
  const periods = countPeriods(agreed, { lines: billed.get(engagementId) ?? [], before: closedFrom, closedFrom });
  const lacking = periods.filter(
    ({ startsOn, amountMinor }) => amountMinor > 0n && (known.get(startsOn)?.invoice ?? null) === null,
  );
  if (lacking.length === 0) return [];
  const minor = String(lacking.reduce((sum, { amountMinor }) => sum + amountMinor, 0n));
  const examples = lacking.flatMap(({ startsOn }) => known.get(startsOn)?.id ?? []).slice(0, examplesMax);
  return [{ item: "minimum_lacking", currency: agreed.currency, count: lacking.length, minor, examples }];
}
