import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { isUsState } from "@plumbline/domain/tax/us-state";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowReader } from "../row-reader.ts";

type NexusItem = {
  readonly entityId: LegalEntityId | undefined;
  readonly state: string;
  readonly reason: string;
  readonly from: LocalDate | undefined;
  readonly until: LocalDate | undefined;
};

export const usTaxNexus: ImportKindSpec<NexusItem> = {
  keyField: "state",
  key: (row) => [row.key("entity_key"), row.key("state").toUpperCase(), row.key("from_date")].join("|"),
  read: (row, references) => {
    const from = row.date("from_date");
    const last = row.optional("to_date", row.date);
    if (from !== undefined && last !== undefined && last < from) row.refuse("to_date", "is before from_date");
    return {
      entityId: row.lookUp("entity_key", references.entities, "legal entity")?.id,
      state: readState(row, "state"),
      reason: row.needed("reason", 200),
      from,
      until: last === undefined ? undefined : addDays(last, 1),
    };
  },
  add: save,
  change: (scope, items) => replaceKnown(scope, { kind: "us_tax_nexus", table: "us_tax_nexus", items, add: save }),
};

export function readState(row: RowReader, field: string): string {
  const text = row.key(field).toUpperCase();
  if (text !== "" && !isUsState(text)) row.refuse(field, `“${cut(text)}” is not a state of two capitals`);
  return text;
}

async function save(scope: Scope, items: readonly Keyed<NexusItem>[]): Promise<void> {
  await insertRows(scope.tx, "us_tax_nexus", items, {
    id: ["uuid", ({ id }) => id],
    legal_entity_id: ["uuid", ({ item }) => item.entityId],
    state: ["text", ({ item }) => item.state],
    reason: ["text", ({ item }) => item.reason],
    effective_from: ["date", ({ item }) => item.from],
    effective_to: ["date", ({ item }) => item.until],
  });
}
