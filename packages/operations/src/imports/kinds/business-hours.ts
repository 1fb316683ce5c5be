import type { Opening } from "@plumbline/domain/calendar/business-calendar";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { entityOf } from "./engagements.ts";
import { readOpening } from "./read-opening.ts";

type HoursItem = {
  readonly entityId: LegalEntityId | undefined;
  readonly weekday: number | undefined;
  readonly opening: Opening | undefined;
};

/** When a legal entity works on a day of the week; the usual hours hold for days that are not said. */
export const businessHours: ImportKindSpec<HoursItem> = {
  keyField: "weekday",
  key: (row) => [row.text("entity_key", 200), row.key("weekday").toLowerCase()].filter((part) => part !== "").join("|"),
  read: (row, references) => ({
    entityId: entityOf(row, references)?.id,
    weekday: readWeekday(row),
    opening: readOpening(row),
  }),
  add: save,
  change: (scope, items) => replaceKnown(scope, { kind: "business_hours", table: "business_hours", items, add: save }),
};

/** In the order of ISO 8601, where Monday is 1. */
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

function readWeekday(row: RowReader): number | undefined {
  const text = row.key("weekday");
  const index = weekdays.indexOf(text.toLowerCase());
  if (text === "" || index >= 0) return index + 1;
  return row.refuse("weekday", `“${cut(text)}” is none of ${weekdays.join(", ")}`);
}

async function save(scope: Scope, items: readonly Keyed<HoursItem>[]): Promise<void> {
  await insertRows(scope.tx, "business_hours", items, {
    id: ["uuid", ({ id }) => id],
    legal_entity_id: ["uuid", ({ item }) => item.entityId],
    weekday: ["int", ({ item }) => item.weekday],
    opens: ["int", ({ item }) => item.opening?.opens],
    closes: ["int", ({ item }) => item.opening?.closes],
  });
}
