import { minorToWire } from "@plumbline/contract/scalar";

/** Some of what stands open, in one currency or in none. */
export type Standing<Item extends string> = {
  readonly item: Item;
  readonly currency: string | null;
  readonly count: number;
  readonly minor: string | null;
  readonly examples: readonly string[];
};

/** At most so many ids of each item are shown; its list shows all. */
export const examplesMax = 5;

/**
 * Counts what statements find, each giving item, id, currency and amount of every thing.
 *
 * @param asked the select list of what is asked about, which they read as `asked`
 */
export const standingSql = (asked: string, statements: readonly string[]): string => `
  with asked as (select ${asked})
  select item, currency, count(*)::int as count, sum(minor)::text as minor,
         coalesce((array_agg(id order by id) filter (where id is not null))[1:${examplesMax}], '{}') as examples
    from (${statements.join(" union all ")}) found
   group by item, currency order by item, currency`;

/** What stands open, in the order of a checklist; what does not is absent. */
export const itemsOf = <Item extends string>(names: readonly Item[], standing: readonly Standing<Item>[]) =>
  names.flatMap((item) => {
    const parts = standing.filter((part) => part.item === item);
    if (parts.length === 0) return [];
    return [
      {
        item,
        count: parts.reduce((sum, { count }) => sum + count, 0),
        amounts: parts.flatMap(({ currency, minor }) =>
          currency === null || minor === null ? [] : minorToWire(minor, currency),
        ),
        examples: parts.flatMap(({ examples }) => examples).slice(0, examplesMax),
      },
    ];
  });
