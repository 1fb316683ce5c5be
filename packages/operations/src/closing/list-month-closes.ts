import type { z } from "zod";
import type { monthCloseFilter, MonthCloseWire } from "@plumbline/contract/closing";
import type { Page } from "@plumbline/contract/page";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly entity: { readonly id: string; readonly name: string };
  readonly month: string;
  readonly closed: MonthCloseWire["closed"];
  readonly asked: MonthCloseWire["reopeningAsked"] | null;
  readonly reopened: MonthCloseWire["reopened"] | null;
  readonly page_keys: readonly string[];
};

/**
 * One page of months that were closed, the newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listMonthCloses(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof monthCloseFilter>>,
): Promise<Page<MonthCloseWire>> {
  demand(scope, "receivable.read");
  const { where, values } = matching({ "c.legal_entity_id": filter.legalEntityId });
  const page = keysetPage(filter, { sort: { "c.id": "uuid" }, direction: "desc" });
  const rows = await query<Row>(
    scope.tx,
    `select ${columns}, ${page.keys} from ${tables} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

/** @throws Problem `permission-missing` | `month-close-not-found` */
export async function findMonthClose(
  scope: Scope,
  { monthCloseId }: { readonly monthCloseId: Id<"month-close"> },
): Promise<MonthCloseWire> {
  demand(scope, "receivable.read");
  const [row] = await query<Row>(scope.tx, `select ${columns} from ${tables} where c.id = ?`, [monthCloseId]);
  if (row === undefined) throw new Problem("month-close-not-found");
  return toWire(row);
}

const toWire = ({ page_keys: _keys, asked, reopened, ...row }: Row): MonthCloseWire => ({
  ...row,
  ...(asked !== null && { reopeningAsked: asked }),
  ...(reopened !== null && { reopened }),
});

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const columns = `
  c.id, jsonb_build_object('id', l.id, 'name', l.legal_name) as entity, to_char(c.month, 'YYYY-MM') as month,
  jsonb_build_object('by', b.name, 'at', ${instant("c.closed_at")}) as closed,
  case when c.reopening_asked_at is not null then
    jsonb_build_object('by', s.name, 'at', ${instant("c.reopening_asked_at")}, 'reason', c.reopening_reason) end as asked,
  case when c.reopened_at is not null then jsonb_build_object('by', r.name, 'at', ${instant("c.reopened_at")}) end as reopened`;

const tables = `
  month_closes c
  join legal_entities l on l.tenant_id = c.tenant_id and l.id = c.legal_entity_id
  join memberships b on b.tenant_id = c.tenant_id and b.id = c.closed_by
  left join memberships s on s.tenant_id = c.tenant_id and s.id = c.reopening_asked_by
  left join memberships r on r.tenant_id = c.tenant_id and r.id = c.reopened_by`;
