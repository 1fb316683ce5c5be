import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { committedPeriods } from "@plumbline/domain/engagement/committed-minimum";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Scope } from "@plumbline/platform/scope";
import { type AgreedMinimums, knownShortfalls, loadMinimums } from "./agreed-minimums.ts";

type Said = { readonly engagementId: string; readonly from: LocalDate; readonly terms: EngagementTerms };

/** Why a minimum cannot be as it is said now, by engagement: a period whose shortfall was issued keeps its own. */
export async function minimumContradictions(
  { tx }: Scope,
  said: readonly Said[],
): Promise<ReadonlyMap<string, string>> {
  const ids = said.map(({ engagementId }) => engagementId);
  const issued = (await knownShortfalls(tx, ids)).filter(({ invoice }) => invoice !== null);
  if (issued.length === 0) return new Map();
  const agreed = new Map<string, AgreedMinimums>(
    (await loadMinimums(tx, ids)).map((each) => [each.engagementId, each]),
  );
  const reasons = new Map<string, string>();
  for (const { engagementId, from, terms } of said) {
    const versions = withSaid(agreed.get(engagementId)?.terms ?? [], {
      from,
      ...(terms.minimum && { minimum: terms.minimum }),
    });
    for (const { startsOn, endsOn, minimumMinor, detail, invoice } of issued.filter(
      (made) => made.engagementId === engagementId,
    )) {
      const periods = committedPeriods(versions, { before: addDays(endsOn, 1), closedFrom: endsOn });
      const now = periods.find(({ start }) => start === startsOn)?.agreed.amountMinor;
      if (now === (detail.prorated?.amountMinor ?? minimumMinor)) continue;
      reasons.set(
        engagementId,
        `the shortfall of ${startsOn} to ${addDays(endsOn, -1)} was billed on invoice ${invoice} and must stay: let the change begin after it, or credit it first`,
      );
    }
  }
  return reasons;
}

const withSaid = (known: AgreedMinimums["terms"], said: AgreedMinimums["terms"][number]) =>
  [...known.filter(({ from }) => from !== said.from), said].toSorted((left, right) =>
    left.from < right.from ? -1 : 1,
  );
