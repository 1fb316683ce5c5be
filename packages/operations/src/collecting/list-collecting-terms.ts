import type { z } from "zod";
import type { collectingTermsFilter, CollectingTermsWire } from "@plumbline/contract/collecting";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { CollectingTerms, DunningTerms } from "@plumbline/domain/receivable/collecting-terms";
import type { InterestTerms } from "@plumbline/domain/receivable/late-interest";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query, queryOne } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly entity: CollectingTermsWire["entity"];
  readonly client: CollectingTermsWire["client"] | null;
  readonly currency: string;
  readonly starts_on: LocalDate;
  readonly terms: CollectingTerms;
  readonly by_name: string;
  readonly recorded_at: Date;
};

/**
 * What was agreed about paying late, newest first; what it replaced is there too.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listCollectingTerms(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof collectingTermsFilter>>,
): Promise<Page<CollectingTermsWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "t.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "t.legal_entity_id": filter.legalEntityId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${termsSelect}, ${page.keys} from ${termsFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, fromRow);
}

/** As they were agreed, for whoever agreed them. */
export const findCollectingTerms = async ({ tx }: Scope, id: string): Promise<CollectingTermsWire> =>
  fromRow(await queryOne<Row>(tx, `select ${termsSelect} from ${termsFrom} where t.id = ?`, [id]));

const termsSelect = `t.id, jsonb_build_object('id', l.id, 'name', l.legal_name) as entity,
  case when c.id is not null then jsonb_build_object('id', c.id, 'name', c.name) end as client,
  t.currency, t.starts_on, t.terms, m.name as by_name, t.recorded_at`;

const termsFrom = `collecting_terms t
  join legal_entities l on l.tenant_id = t.tenant_id and l.id = t.legal_entity_id
  join memberships m on m.tenant_id = t.tenant_id and m.id = t.recorded_by
  left join clients c on c.tenant_id = t.tenant_id and c.id = t.client_id`;

const fromRow = (row: Row): CollectingTermsWire => ({
  id: row.id,
  entity: row.entity,
  ...(row.client !== null && { client: row.client }),
  currency: row.currency,
  startsOn: row.starts_on,
  ...(row.terms.dunning !== undefined && { dunning: toDunning(row.terms.dunning, row.currency) }),
  ...(row.terms.interest !== undefined && { interest: toInterest(row.terms.interest, row.currency) }),
  by: row.by_name,
  at: row.recorded_at.toISOString(),
});

const toInterest = (
  { compensationMinor, ...interest }: InterestTerms,
  currency: string,
): CollectingTermsWire["interest"] => ({
  ...interest,
  ...(compensationMinor !== undefined && { compensation: minorToWire(compensationMinor, currency) }),
});

const toDunning = ({ levels, minimumMinor }: DunningTerms, currency: string): CollectingTermsWire["dunning"] => ({
  levels: levels.map(({ feeMinor, ...level }) => ({
    ...level,
    ...(feeMinor !== undefined && { fee: minorToWire(feeMinor, currency) }),
  })),
  ...(minimumMinor !== undefined && { minimum: minorToWire(minimumMinor, currency) }),
});
