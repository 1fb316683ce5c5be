import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { contains } from "@plumbline/domain/calendar/period";
import { periodsBetween } from "@plumbline/domain/engagement/recurrence";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { knownPieces } from "../../work/recurring-pieces.ts";
import { saveRecurringPieces } from "../../work/save-recurring-pieces.ts";
import { firstVersions, type Versioned } from "../change-versions.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { MeterReference } from "../references.ts";
import type { RowIssue, RowReader } from "../row-reader.ts";
import { readQuantity } from "./meters.ts";

type UsageItem = {
  readonly meter: MeterReference | undefined;
  readonly on: LocalDate | undefined;
  readonly quantity: string | undefined;
};

export const usage: ImportKindSpec<UsageItem> = {
  keyField: "usage_key",
  key: (row) => row.key("usage_key"),
  read: (row, references) => {
    const meter = row.lookUp("meter_key", references.meters, "meter");
    const on = row.date("used_on");
    if (meter !== undefined && on !== undefined) checkDays(row, meter, on);
    return { meter, on, quantity: row.needed("quantity") === "" ? undefined : readQuantity(row, "quantity") };
  },
  contradictions: lateCounts,
  add: async (scope, items) => {
    await saveReadings(scope, firstVersions(items));
    await saveRecurringPieces(scope, { only: metersOf(items) });
  },
  change: changeReadings,
};

/** What is read for several days counts in one period, so it must lie within one. */
function checkDays(row: RowReader, meter: MeterReference, on: LocalDate): void {
  if (on < meter.startsOn) row.refuse("used_on", `is before ${meter.startsOn}, the meter's first day`);
  if (meter.cancelledFrom !== undefined && on >= meter.cancelledFrom) {
    row.refuse("used_on", `is after the meter's last day, ${addDays(meter.cancelledFrom, -1)}`);
  }
  const through = row.optional("used_through", row.date);
  if (through === undefined) return;
  if (through < on) row.refuse("used_through", "is before used_on");
  const next = periodsBetween(meter, on, addDays(on, 1))[0]?.end;
  if (next !== undefined && through >= next) {
    row.refuse("used_through", `runs into the meter's next period, which begins on ${next}; report the two apart`);
  }
}

/** A count that changes what a period was billed at is a correction. Use that is read late counts in the next period. */
async function lateCounts(scope: Scope, items: readonly Keyed<UsageItem>[]): Promise<ReadonlyMap<string, RowIssue>> {
  const counts = items.filter(({ item }) => item.meter !== undefined && item.meter.measure !== "sum");
  const billed = (await knownPieces(scope, metersOf(counts))).filter(({ invoice }) => invoice !== undefined);
  return new Map(
    counts.flatMap(({ id, item }) => {
      const piece = billed.find(
        ({ agreementId, detail }) =>
          agreementId === item.meter?.id &&
          contains(detail["period"] as { start: LocalDate; end: LocalDate }, item.on as LocalDate),
      );
      if (piece === undefined) return [];
      const reason = `the period it counts in was billed on invoice ${piece.invoice}: credit that first`;
      return [[id, { field: "used_on", reason }]];
    }),
  );
}

async function changeReadings(scope: Scope, items: readonly Keyed<UsageItem>[]): Promise<void> {
  const retired = await query<{ id: string; version: number; meterId: string }>(
    scope.tx,
    'update usage_readings set current = false where current and id = any(?) returning id, version, meter_id as "meterId"',
    [items.map(({ id }) => id)],
  );
  const versionOf = new Map(retired.map(({ id, version }) => [id, version + 1]));
  await saveReadings(
    scope,
    items.map((keyed) => ({ ...keyed, version: versionOf.get(keyed.id) ?? 1 })),
  );
  // The meter it was read at before has less now.
  await saveRecurringPieces(scope, {
    only: [...new Set([...metersOf(items), ...retired.map(({ meterId }) => meterId)])],
  });
}

const metersOf = (items: readonly Keyed<UsageItem>[]): string[] => [
  ...new Set(items.flatMap(({ item }) => item.meter?.id ?? [])),
];

const saveReadings = (scope: Scope, items: readonly Versioned<UsageItem>[]) =>
  insertRows(scope.tx, "usage_readings", items, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    meter_id: ["uuid", ({ item }) => item.meter?.id],
    meter_version: ["int", ({ item }) => item.meter?.version],
    read_on: ["date", ({ item }) => item.on],
    quantity: ["numeric", ({ item }) => item.quantity],
  });
