import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { type MergePair, plainId, ratesOfBoth, saidTwice } from "./merge-facts.ts";

/**
 * Every column that names a client, by table: what a merge moves. A test holds it against the keys of the database, and the
 * database against what still names a merged client at commit (`PL223`).
 */
export const movedColumns = {
  clients: ["merged_into"],
  engagements: ["client_id", "payer_id"],
  invoices: ["client_id", "payer_id"],
  ledger_entries: ["client_id"],
  payments: ["client_id"],
  promises: ["client_id"],
  dunning_notices: ["client_id"],
  interest_claims: ["client_id"],
  withholding_certificates: ["client_id"],
  collecting_terms: ["client_id"],
  rates: ["client_id"],
  tax_certificates: ["client_id"],
  split_parts: ["payer_id"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Where a row says besides whom it named when it was written: it is billed or booked, and what it says is kept. */
const keptAsWritten: ReadonlySet<string> = new Set(["invoices", "ledger_entries", "payments", "rates"]);

/** Whatever names the merged client comes to name the survivor; a way of delivery, the survivor's of the same name. */
export async function moveToSurvivor(scope: Scope, { mergedId, survivorId }: MergePair): Promise<void> {
  const { tx } = scope;
  const pair = [survivorId, mergedId];
  await query(tx, "update clients set merged_into = ? where id = ?", pair);
  await query(tx, saidOnceSql, [mergedId, survivorId]);
  await query(tx, profilesSql, [survivorId, mergedId, survivorId]);
  for (const [table, columns] of Object.entries(movedColumns)) await query(tx, moveSql(table, columns), pair);
  await takeVatIdCheck(scope, { mergedId, survivorId });
}

/** A price that both have holds as the survivor's. */
const saidOnceSql = `
  update rates set known_to = now()
   where id in (select m.id from ${ratesOfBoth} where m.client_id = ? and s.client_id = ? and ${saidTwice})`;

const profilesSql = `
  update delivery_profiles d set client_id = ?
   where d.client_id = ? and not exists (select 1 from delivery_profiles o where o.client_id = ? and o.name = d.name)`;

/** All columns of a row at once: between two statements it would name both clients. */
const moveSql = (table: string, columns: readonly string[]): string => `
  with pair as (select ?::uuid as survivor, ?::uuid as merged)
  update ${table} x set ${columns.flatMap((column) => changes(table, column)).join(", ")}
    from pair where pair.merged in (${columns.map((column) => `x.${column}`).join(", ")})`;

function changes(table: string, column: string): string[] {
  const ifMerged = (then: string, otherwise: string) =>
    `case when x.${column} = pair.merged then ${then} else ${otherwise} end`;
  const written = `written_${column}`;
  return [
    `${column} = ${ifMerged("pair.survivor", `x.${column}`)}`,
    ...(keptAsWritten.has(table)
      ? [`${written} = ${ifMerged(`coalesce(x.${written}, x.${column})`, `x.${written}`)}`]
      : []),
    ...(column === "payer_id" && table !== "invoices"
      ? [`delivery_profile_id = coalesce(${profileSql}, x.delivery_profile_id)`]
      : []),
  ];
}

/** The survivor's way of delivery of the same name, where the merged client's own stayed behind. */
const profileSql = `(
  select o.id from delivery_profiles d join delivery_profiles o on o.client_id = pair.survivor and o.name = d.name
   where d.id = x.delivery_profile_id and d.client_id = pair.merged)`;

/** What a register said last about the id that both have, where nobody asked it about the survivor. */
async function takeVatIdCheck(scope: Scope, { mergedId, survivorId }: MergePair): Promise<void> {
  const checks = await query<{ facts: unknown; hash: string }>(scope.tx, checkSql, [survivorId, mergedId]);
  await insertRows(scope.tx, "evidence", checks, {
    id: ["uuid", () => scope.newId()],
    kind: ["text", () => "vat_id_check"],
    subject_id: ["uuid", () => survivorId],
    facts: ["jsonb", ({ facts }) => facts],
    hash: ["text", ({ hash }) => hash],
  });
}

const checkSql = `
  select v.facts, v.hash
    from clients s join clients m on ${plainId("m.tax_id")} = ${plainId("s.tax_id")}
    join evidence v on v.kind = 'vat_id_check' and v.subject_id = m.id and ${plainId("v.facts ->> 'taxId'")} = ${plainId("s.tax_id")}
   where s.id = ? and m.id = ? and not exists (select 1 from evidence o where o.kind = 'vat_id_check' and o.subject_id = s.id)
   order by v.recorded_at desc, v.id desc limit 1`;
