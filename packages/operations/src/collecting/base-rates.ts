import type { z } from "zod";
import type { baseRateFilter, BaseRateWire } from "@plumbline/contract/collecting";
import type { Page } from "@plumbline/contract/page";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { BaseRate } from "@plumbline/domain/receivable/late-interest";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, matching, query, queryOne } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly name: string;
  readonly starts_on: LocalDate;
  readonly basis_points: number;
  readonly by_name: string;
  readonly recorded_at: Date;
};

/**
 * Keeps a rate that somebody published. One that was recorded for the same day before stays known; what was claimed by it too.
 *
 * @throws Problem `permission-missing`
 */
export async function recordBaseRate(scope: Scope, rate: BaseRate): Promise<BaseRateWire> {
  demand(scope, "collecting.agree");
  const id = scope.newId<"base-rate">();
  await insertRows(scope.tx, "base_rates", [rate], {
    id: ["uuid", () => id],
    name: ["text", ({ name }) => name],
    starts_on: ["date", ({ startsOn }) => startsOn],
    basis_points: ["int", ({ basisPoints }) => basisPoints],
  });
  await scope.emit([{ name: "base_rate.recorded", subjectId: id, data: { name: rate.name, startsOn: rate.startsOn } }]);
  await scope.audit([{ action: "base_rate.recorded", subjectId: id }]);
  return fromRow(await queryOne<Row>(scope.tx, `select ${rateSelect} from ${rateFrom} where r.id = ?`, [id]));
}

/**
 * Rates that were recorded, the last recorded first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listBaseRates(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof baseRateFilter>>,
): Promise<Page<BaseRateWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "r.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "r.name": filter.name });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${rateSelect}, ${page.keys} from ${rateFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, fromRow);
}

const rateSelect = "r.id, r.name, r.starts_on, r.basis_points, m.name as by_name, r.recorded_at";
const rateFrom = "base_rates r join memberships m on m.tenant_id = r.tenant_id and m.id = r.recorded_by";

const fromRow = (row: Row): BaseRateWire => ({
  id: row.id,
  name: row.name,
  startsOn: row.starts_on,
  basisPoints: row.basis_points,
  by: row.by_name,
  at: row.recorded_at.toISOString(),
});
