import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";

/** So many, for as long as they lasted. */
export type Layer = { readonly from: LocalDate; readonly until: LocalDate; readonly quantity: number };

/**
 * How many there were in a span, as layers: what was there at its beginning, and beside it what came later, each for the
 * days it was there. What came last goes first. An increase thus adds a layer and leaves what was billed as it was.
 */
export function layersOf(
  counts: readonly { readonly from: LocalDate; readonly quantity: number }[],
  { start, end }: Period,
): Layer[] {
  const open: { from: LocalDate; quantity: number }[] = [];
  const layers: Layer[] = [];
  const take = (from: LocalDate, quantity: number) => {
    let change = quantity - open.reduce((sum, layer) => sum + layer.quantity, 0);
    if (change > 0) open.push({ from, quantity: change });
    while (change < 0) {
      const last = open.at(-1);
      if (last === undefined) return;
      const gone = Math.min(last.quantity, -change);
      if (last.from < from) layers.push({ from: last.from, until: from, quantity: gone });
      last.quantity -= gone;
      change += gone;
      if (last.quantity === 0) open.pop();
    }
  };
  take(start, counts.findLast(({ from }) => from <= start)?.quantity ?? 0);
  for (const { from, quantity } of counts) if (start < from && from < end) take(from, quantity);
  layers.push(...open.map((layer) => ({ ...layer, until: end })));
  return layers.toSorted((left, right) => (byDays(left) < byDays(right) ? -1 : 1));
}

const byDays = ({ from, until }: Layer): string => `${from} ${until}`;
