import { nothingBilled } from "@plumbline/domain/rating/billed-before";
import { drawFromBuckets, type Drawn } from "@plumbline/domain/rating/hour-bucket";
import { chargeOverage, type OverageTime } from "@plumbline/domain/rating/overage";
import {
  byWork,
  type ChargedTime,
  chargeTime,
  coveringLine,
  roundTime,
} from "@plumbline/domain/rating/time-and-materials";
import type { DecisionOn } from "@plumbline/domain/rating/write-down";
import { apartOf } from "../splits/divide-charges.ts";
import type { RunBook } from "./run-book.ts";
import type { OverageEntry, PricedEntry, SortedWork } from "./sort-work.ts";

/**
 * Charges the billable time of a client, after what its hour buckets cover. Time is rounded before it is drawn, so that
 * the parts of an entry, or of a day, still sum to what they were rounded to.
 */
export function chargeDrawnTime(
  book: RunBook,
  { billable, overage }: SortedWork,
  decisionOn: DecisionOn,
): ChargedTime & { readonly drawn: readonly Drawn[] } {
  const times: readonly (PricedEntry | OverageEntry)[] = [...billable, ...overage].toSorted(byWork);
  const [first] = times;
  const before = (first && book.billedBefore.get(first.engagement.clientId)) ?? nothingBilled;
  const apart = apartOf(book);
  const context = { workerNames: book.workerNames, before, decisionOn, apart };
  const hasBucket = ({ entry }: PricedEntry | OverageEntry) => (book.buckets.get(entry.engagementId) ?? []).length > 0;
  if (overage.length === 0 && !times.some(hasBucket)) return { ...chargeTime(billable, context), drawn: [] };

  const billed = roundTime(times, before);
  const rounded = times.map((time, index) => ({ ...time, billedMinutes: billed[index] ?? 0 }));
  // Hours cover what nobody was asked for yet: of the rest, others paid their parts.
  const isPart = ({ entry }: (typeof rounded)[number]) => entry.part !== undefined;
  const whole = drawFromBuckets(
    rounded.filter((time) => !isPart(time)),
    book.buckets,
  );
  const { drawn } = whole;
  const rest = [...whole.rest, ...rounded.filter(isPart)];
  const atRates: PricedEntry[] = [];
  const atPrice: OverageTime[] = [];
  const absorbed: ChargedTime["absorbed"][number][] = [];
  for (const time of rest) {
    const covering = "priceMinor" in time && time.billedMinutes === 0 ? coveringLine(time, before) : undefined;
    if (covering !== undefined) absorbed.push(covering);
    else if ("priceMinor" in time) atPrice.push(time);
    else atRates.push(time);
  }
  const charged = chargeTime(atRates, context);
  return {
    charges: [...charged.charges, ...chargeOverage(atPrice, decisionOn, apart)],
    absorbed: [...charged.absorbed, ...absorbed],
    unpriced: charged.unpriced,
    drawn,
  };
}
