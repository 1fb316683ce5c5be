import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";

/** Days on which something holds; `until` is the first day on which it does not. */
export type Span = { readonly from: LocalDate; readonly until: LocalDate | undefined };

/** What holds for something, which the selector names. */
export type Held = Span & { readonly selector: string };

/**
 * Finds, by id, what would hold on a day on which something else does, with what that is. A later start may end an open
 * span, but not one that says itself how long it holds.
 */
export function findOverlaps(
  known: readonly Held[],
  items: readonly (Held & { readonly id: string })[],
): ReadonlyMap<string, Span> {
  const spansOf = new Map<string, Span[]>();
  const spansAt = (selector: string): Span[] => {
    const spans = spansOf.get(selector) ?? [];
    spansOf.set(selector, spans);
    return spans;
  };
  for (const { selector, from, until } of known) spansAt(selector).push({ from, until });
  const found = new Map<string, Span>();
  for (const { id, selector, ...span } of items) {
    const spans = spansAt(selector);
    const other = spans.find((each) => overlap(each, span));
    if (other === undefined) spans.push(span);
    else found.set(id, other);
  }
  return found;
}

export const spanInWords = ({ from, until }: Span): string =>
  `from ${from}${until === undefined ? "" : ` to ${addDays(until, -1)}`}`;

const overlap = (one: Span, other: Span): boolean => {
  const [earlier, later] = one.from <= other.from ? [one, other] : [other, one];
  return earlier.from === later.from || (earlier.until !== undefined && later.from < earlier.until);
};

/** A span as a row has it, whose open end is null. */
export const openEnded = <T extends { readonly until: LocalDate | null | undefined }>(row: T) => ({
  ...row,
  until: row.until ?? undefined,
});
