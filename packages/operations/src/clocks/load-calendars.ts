import type { BusinessCalendar, Opening } from "@plumbline/domain/calendar/business-calendar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** The calendars of a firm, each as it is known now. */
export type Calendars = {
  readonly of: (legalEntityId: LegalEntityId | null) => BusinessCalendar;
};

/** What is about no legal entity goes by the calendar of the firm's first. */
export async function loadCalendars(tx: TenantTx): Promise<Calendars> {
  const rows = await query<Row>(tx, calendarsSql);
  const calendars = new Map(rows.map((row) => [row.id, fromRow(row)]));
  const [first] = calendars.values();
  return {
    of: (legalEntityId) => {
      const calendar = legalEntityId === null ? first : calendars.get(legalEntityId);
      if (calendar === undefined) throw new Error("the firm has no such legal entity, so no calendar");
      return calendar;
    },
  };
}

type StoredOpening = { readonly opens: number | null; readonly closes: number | null };
type Row = {
  readonly id: LegalEntityId;
  readonly zone: string;
  readonly week: Readonly<Record<string, StoredOpening>> | null;
  readonly days: Readonly<Record<LocalDate, StoredOpening>> | null;
};

const openings = (key: string) => `jsonb_object_agg(${key}, jsonb_build_object('opens', h.opens, 'closes', h.closes))`;

const calendarsSql = `
  select e.id, e.time_zone as zone,
         (select ${openings("h.weekday")} from business_hours h
           where h.tenant_id = e.tenant_id and h.legal_entity_id = e.id and h.known_to is null) as week,
         (select ${openings("h.falls_on")} from holidays h
           where h.tenant_id = e.tenant_id and h.legal_entity_id = e.id and h.known_to is null) as days
    from legal_entities e order by e.key`;

const fromRow = ({ zone, week, days }: Row): BusinessCalendar => ({
  zone,
  week: new Map(Object.entries(week ?? {}).map(([day, stored]) => [Number(day), toOpening(stored)])),
  days: new Map(
    Object.entries<StoredOpening>(days ?? {}).map(([date, stored]) => [date as LocalDate, toOpening(stored)]), // Keys are dates.
  ),
});

const toOpening = ({ opens, closes }: StoredOpening): Opening | "closed" =>
  opens === null || closes === null ? "closed" : { opens, closes };
