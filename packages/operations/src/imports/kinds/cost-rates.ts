import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { WorkerId } from "@plumbline/domain/id";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowIssue } from "../row-reader.ts";
import { findOverlaps, type Held, openEnded, spanInWords } from "../spans.ts";
import { readAmount } from "./read-amount.ts";

type CostItem = {
  readonly workerId: WorkerId | undefined;
  readonly grade: string | undefined;
  readonly currency: Currency;
  readonly costMinor: bigint;
  readonly from: LocalDate | undefined;
  /** First day on which it no longer holds. */
  readonly until: LocalDate | undefined;
};

export const costRates: ImportKindSpec<CostItem> = {
  keyField: "effective_from",
  key: (row) =>
    ["worker_key", "grade", "currency"].map((column) => row.text(column, 200)).join("|") +
    `|${row.key("effective_from")}`,
  read: (row, references) => {
    const text = row.key("currency").toUpperCase();
    const currency = isCurrency(text) ? text : undefined;
    if (currency === undefined) row.refuse("currency", `“${cut(text)}” is not an ISO 4217 currency`);
    const workerId = row.optional("worker_key", (field) => row.lookUp(field, references.workers, "worker"));
    const grade = row.optional("grade", row.key);
    if ((row.text("worker_key") === "") === (grade === undefined))
      row.refuse("row", "names neither a worker nor a grade, or both: it is the cost of one of them");
    const from = row.date("effective_from");
    const last = row.optional("effective_to", row.date);
    if (from !== undefined && last !== undefined && last < from) row.refuse("effective_to", "is before effective_from");
    return {
      workerId,
      grade,
      currency: currency ?? "EUR",
      costMinor: readAmount(row, "cost", currency ?? "EUR") ?? 0n,
      from,
      until: last === undefined ? undefined : addDays(last, 1),
    };
  },
  contradictions: overlappingCosts,
  add: saveCosts,
  change: (scope, items) => replaceKnown(scope, { kind: "cost_rates", table: "cost_rates", items, add: saveCosts }),
};

/** Two costs for one day. */
async function overlappingCosts(
  scope: Scope,
  items: readonly Keyed<CostItem>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const known = await query<Held>(
    scope.tx,
    `select concat_ws('|', coalesce(worker_id::text, '-'), coalesce(grade, '-'), currency) as selector, effective_from as "from",
            effective_to as until
       from cost_rates where known_to is null and id <> all(?)`,
    [items.map(({ id }) => id)],
  );
  const held = items.flatMap(({ id, item: { workerId = "-", grade = "-", currency, from, until } }) =>
    from === undefined ? [] : [{ id, from, until, selector: [workerId, grade, currency].join("|") }],
  );
  return new Map(
    [...findOverlaps(known.map(openEnded), held)].map(([id, span]): [string, RowIssue] => [
      id,
      { field: "effective_from", reason: `overlaps the cost ${spanInWords(span)}` },
    ]),
  );
}

async function saveCosts(scope: Scope, items: readonly Keyed<CostItem>[]): Promise<void> {
  await insertRows(scope.tx, "cost_rates", items, {
    id: ["uuid", ({ id }) => id],
    worker_id: ["uuid", ({ item }) => item.workerId],
    grade: ["text", ({ item }) => item.grade],
    currency: ["text", ({ item }) => item.currency],
    cost_minor: ["bigint", ({ item }) => item.costMinor],
    effective_from: ["date", ({ item }) => item.from],
    effective_to: ["date", ({ item }) => item.until],
  });
}
