import type { ImportKind } from "@plumbline/contract/import-row";
import type { ColumnMapping } from "@plumbline/operations/imports/read-csv";
import type { Cells } from "./dirty-faults.ts";
import { readSource } from "./read-source.ts";
import { gradeFinder } from "./timesheet-firm.ts";
import { roleName, timesheetSources } from "./timesheet-mapping.ts";

/** A file to be taken in: how its columns are named, which of them is the key, and which it lacks that faults need. */
export type Source = {
  readonly kind: ImportKind;
  readonly rows: readonly Cells[];
  readonly mapping: ColumnMapping;
  readonly key: string;
  readonly optional: readonly string[];
};

/** The consultancy's files, with a rate card and a price for each grade before them. */
export async function readSources(data: string): Promise<Source[]> {
  const grades = await readSource(data, "grades.csv");
  const roles = [...new Set(grades.map(({ row }) => roleName(row["grade"] ?? "")))].filter((role) => role !== "");
  const card = { card_key: "grades", currency: "USD", is_default: "yes" };
  const span = { effective_from: "1990-01-01", effective_to: "2030-12-31" };
  const rates = roles.map((role, at) => ({ card_key: "grades", role, price: `${100 + 10 * at}.00`, ...span }));
  return [
    { kind: "rate_cards", rows: [card], mapping: {}, ...columnsOf("rate_cards") },
    { kind: "rates", rows: rates, mapping: {}, ...columnsOf("rates") },
    ...(await Promise.all(
      timesheetSources(gradeFinder(grades)).map(async ({ kind, file, mapping }) => ({
        kind,
        mapping,
        rows: (await readSource(data, file)).map(({ row }) => row),
        ...columnsOf(kind),
      })),
    )),
  ];
}

function columnsOf(kind: ImportKind): Pick<Source, "key" | "optional"> {
  const known = columns[kind];
  if (known === undefined) throw new Error(`nobody said which column of ${kind} is the key`);
  return known;
}

// prettier-ignore
// oxfmt-ignore
const columns: Readonly<Partial<Record<ImportKind, Pick<Source, "key" | "optional">>>> = {
  rate_cards:    { key: "card_key",      optional: [] },
  rates:         { key: "role",          optional: [] },
  clients:       { key: "client_id",     optional: ["is_business", "vat_id_checked_on"] },
  engagements:   { key: "engagement_id", optional: ["po_number", "po_amount", "increment_minutes", "starts_on"] },
  projects:      { key: "project_id",    optional: [] },
  workers:       { key: "worker_id",     optional: [] },
  worker_grades: { key: "worker_id",     optional: [] },
  time_entries:  { key: "entry_id",      optional: ["started_at", "status"] },
};
