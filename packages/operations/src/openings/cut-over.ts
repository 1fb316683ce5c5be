import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Something that is taken over from the former books of a legal entity, which ended on a day. */
export type TakenOver = {
  readonly id: string;
  readonly legalEntityId: LegalEntityId;
  readonly cutOverOn: LocalDate;
};

/** Why what is said cannot be taken over on its day: by the id of each. */
export async function cutOverContradictions(
  { tx, now }: Scope,
  said: readonly TakenOver[],
): Promise<ReadonlyMap<string, string>> {
  const books = await query<Books>(tx, booksSql, [[...new Set(said.map(({ legalEntityId }) => legalEntityId))]]);
  const booksOf = new Map(books.map((row) => [row.id, row]));
  const daysOf = Map.groupBy(said, ({ legalEntityId }) => legalEntityId);
  return new Map(
    said.flatMap(({ id, legalEntityId, cutOverOn }) => {
      const of = booksOf.get(legalEntityId);
      const days = new Set((daysOf.get(legalEntityId) ?? []).map((other) => other.cutOverOn));
      const reason = of && contradiction(of, { cutOverOn, days, today: localDateIn(now, of.zone) });
      return reason === undefined ? [] : [[id, reason] as const];
    }),
  );
}

type Books = {
  readonly id: LegalEntityId;
  readonly zone: string;
  readonly lockedOn: LocalDate | null;
  readonly cutOverOn: LocalDate | null;
  /** The day of the first thing that happened in our own books. */
  readonly begunOn: LocalDate | null;
};

const booksSql = `
  select l.id, l.time_zone as zone, l.lock_date as "lockedOn", l.cut_over_on as "cutOverOn",
         (select min(e.booked_on) from ledger_entries e
           where e.tenant_id = l.tenant_id and e.legal_entity_id = l.id and not e.fact like '%_taken_over') as "begunOn"
    from legal_entities l where l.id = any(?)`;

function contradiction(
  { lockedOn, cutOverOn: fixed, begunOn }: Books,
  said: { readonly cutOverOn: LocalDate; readonly days: ReadonlySet<LocalDate>; readonly today: LocalDate },
): string | undefined {
  const { cutOverOn, days, today } = said;
  if (lockedOn !== null && cutOverOn <= lockedOn)
    return `${cutOverOn} lies in closed books: they are closed up to ${lockedOn}`;
  if (fixed !== null)
    return fixed === cutOverOn ? undefined : `is ${fixed} for this legal entity: what was taken over first fixed it`;
  if (cutOverOn > today) return `${cutOverOn} lies ahead: today is ${today}`;
  if (begunOn !== null && begunOn <= cutOverOn)
    return `${cutOverOn} is not before ${begunOn}, when the books begin here`;
  if (days.size > 1) return `is not one day: the rows of this legal entity say ${[...days].toSorted().join(" and ")}`;
  return undefined;
}

/** Fixes the day for each legal entity that has none: from then on all that is booked lies after it. */
export async function fixCutOver({ tx }: Scope, said: readonly TakenOver[]): Promise<void> {
  const days = new Map(said.map(({ legalEntityId, cutOverOn }) => [legalEntityId, cutOverOn]));
  await query(
    tx,
    `update legal_entities l set cut_over_on = u.cut_over_on
       from unnest(?::uuid[], ?::date[]) u (id, cut_over_on) where l.id = u.id and l.cut_over_on is null`,
    [[...days.keys()], [...days.values()]],
  );
}
