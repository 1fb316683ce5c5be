import type { Opening } from "@plumbline/domain/calendar/business-calendar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { entityOf } from "./engagements.ts";
import { readOpening } from "./read-opening.ts";

type HolidayItem = {
  readonly entityId: LegalEntityId | undefined;
  readonly on: LocalDate | undefined;
  readonly name: string;
  readonly opening: Opening | undefined;
};

/** A day on which a legal entity does not work, or at other hours than usual. One that is none any more gets its hours back. */
export const holidays: ImportKindSpec<HolidayItem> = {
  keyField: "date",
  key: (row) => [row.text("entity_key", 200), row.key("date")].filter((part) => part !== "").join("|"),
  read: (row, references) => ({
    entityId: entityOf(row, references)?.id,
    on: row.date("date"),
    name: row.needed("name", 100),
    opening: readOpening(row),
  }),
  add: save,
  change: (scope, items) => replaceKnown(scope, { kind: "holidays", table: "holidays", items, add: save }),
};

async function save(scope: Scope, items: readonly Keyed<HolidayItem>[]): Promise<void> {
  await insertRows(scope.tx, "holidays", items, {
    id: ["uuid", ({ id }) => id],
    legal_entity_id: ["uuid", ({ item }) => item.entityId],
    falls_on: ["date", ({ item }) => item.on],
    name: ["text", ({ item }) => item.name],
    opens: ["int", ({ item }) => item.opening?.opens],
    closes: ["int", ({ item }) => item.opening?.closes],
  });
}
