import type { z } from "zod";
import type { marginFilter, MarginSubject, MarginWire } from "@plumbline/contract/margin";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import { divide } from "@plumbline/domain/money/money";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { billedSql, workSql } from "./margin-sql.ts";

type Row = Readonly<Record<"standard" | "asked" | "conceded" | "cost", string>> & {
  readonly subject_id: string;
  readonly name: string;
  readonly currency: string;
  readonly minutes: string;
  readonly uncosted: string;
  readonly elsewhere: string;
  readonly page_keys: readonly string[];
};

/** Where the name of whose work it is stands. */
const tables: Readonly<Record<MarginSubject, string>> = {
  engagement: "engagements",
  client: "clients",
  worker: "workers",
};

/**
 * What work of some days came to: its worth at the prices it was billed at, what was asked for it, and what it cost. By the day
 * of the work, whenever it was billed; currencies are never mixed. Each sum of a row is rounded once, half up: rows of workers,
 * who share lines, may come to a cent more or less than the lines do.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listMargins(scope: Scope, filter: z.output<typeof marginFilter>): Promise<Page<MarginWire>> {
  demand(scope, "margin.read");
  const { by, start, end } = filter;
  const page = keysetPage(filter, { sort: { "m.subject_id": "uuid", "m.currency": "text" }, direction: "asc" });
  const rows = await query<Row>(
    scope.tx,
    `with work as materialized (${workSql(by)}), billed as (${billedSql})
     select m.*, n.name, ${page.keys}
       from (select w.subject_id, w.currency, w.minutes, w.uncosted, w.elsewhere, w.cost, coalesce(b.standard, 0) as standard,
                    coalesce(b.asked, 0) as asked, coalesce(b.conceded, 0) as conceded
               from (select subject_id, currency, coalesce(sum(minutes), 0) as minutes,
                            coalesce(sum(minutes) filter (where cost_minor is null), 0) as uncosted,
                            count(*) filter (where elsewhere) as elsewhere,
                            round(coalesce(sum(minutes * cost_minor), 0) / 60) + coalesce(sum(spent_minor), 0) as cost
                       from work group by subject_id, currency) w
               left join billed b using (subject_id, currency)) m
       join ${tables[by]} n on n.tenant_id = (select app.tenant()) and n.id = m.subject_id
      where ${page.after} ${page.tail}`,
    [start, end, ...page.values],
  );
  return page.of(rows, toWire);
}

function toWire({ subject_id: id, name, currency, ...row }: Row): MarginWire {
  const [standard, asked, cost] = [BigInt(row.standard), BigInt(row.asked), BigInt(row.cost)];
  const billed = asked + BigInt(row.conceded);
  const [uncostedMinutes, uncostedSpends] = [Number(row.uncosted), Number(row.elsewhere)];
  const of = (minor: bigint) => minorToWire(minor, currency);
  return {
    subject: { id, name },
    minutes: Number(row.minutes),
    standard: of(standard),
    takenOff: of(standard - asked),
    credited: of(-BigInt(row.conceded)),
    billed: of(billed),
    ...(standard > 0n && { realisationBasisPoints: shareOf(billed, standard) }),
    cost: of(cost),
    uncostedMinutes,
    uncostedSpends,
    ...(uncostedMinutes + uncostedSpends === 0 && {
      margin: of(billed - cost),
      ...(billed > 0n && { marginBasisPoints: shareOf(billed - cost, billed) }),
    }),
  };
}

const shareOf = (part: bigint, whole: bigint): number => Number(divide(part * 10_000n, whole, "half-up"));
