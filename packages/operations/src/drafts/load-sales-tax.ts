import type { ClientId, LegalEntityId } from "@plumbline/domain/id";
import type { ExemptionCertificate, Nexus, SalesTaxFacts } from "@plumbline/domain/tax/sales-tax";
import type { SalesTaxRate } from "@plumbline/domain/tax/sales-tax-rates";
import type { Taxability } from "@plumbline/domain/tax/us-taxability";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { EngagementRow } from "./book-rows.ts";

/** What the firm knows about sales tax, and where its parties are. */
type SalesTaxBook = Pick<SalesTaxFacts, "rates" | "taxability"> & {
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly nexus: ReadonlyMap<LegalEntityId, readonly Nexus[]>;
  readonly certificates: ReadonlyMap<ClientId, readonly ExemptionCertificate[]>;
};

/**
 * Reads what was known about sales tax: rates only of places where somebody is.
 *
 * @param knownAt as known then; as known now when null
 */
export async function loadSalesTax(tx: TenantTx, knownAt: string | null): Promise<SalesTaxBook | undefined> {
  const at = [knownAt, knownAt];
  const nexus = await query<Nexus & { readonly entityId: LegalEntityId }>(
    tx,
    `select legal_entity_id as "entityId", state, effective_from as "from", effective_to as until
       from us_tax_nexus where ${known}`,
    at,
  );
  // Who collects nowhere need know nothing more.
  if (nexus.length === 0) return undefined;
  const rates = await query<SalesTaxRate>(
    tx,
    `select code, name, level, service, rate_millionths as "rateMillionths", effective_from as "from", effective_to as until
       from us_tax_rates
      where ${known} and code in (select unnest(tax_jurisdictions) from clients
                                  union select unnest(tax_jurisdictions) from legal_entities)`,
    at,
  );
  const certificates = await query<ExemptionCertificate & { readonly clientId: ClientId }>(
    tx,
    `select id, client_id as "clientId", number, states, reason, valid_from as "from", valid_to as until,
            when_expired as "whenExpired"
       from tax_certificates where ${known} order by id`,
    at,
  );
  const taxability = await query<Taxability>(
    tx,
    `select state, service, taxable, source, effective_from as "from" from us_taxability where ${known}`,
    at,
  );
  const places = await query<{ readonly id: string; readonly places: readonly string[] }>(
    tx,
    `select id, tax_jurisdictions as places from clients where tax_jurisdictions <> '{}'
      union all select id, tax_jurisdictions from legal_entities where tax_jurisdictions <> '{}'`,
  );
  return {
    places: new Map(places.map((party) => [party.id, party.places])),
    rates: rates.map(withoutNulls),
    taxability,
    nexus: Map.groupBy(nexus.map(withoutNulls), ({ entityId }) => entityId),
    certificates: Map.groupBy(certificates.map(withoutNulls), ({ clientId }) => clientId),
  };
}

const known = `known_from <= coalesce(?::timestamptz, now()) and (known_to is null or known_to > coalesce(?::timestamptz, now()))`;

/** Gives each engagement of a seller that collects sales tax what is known about it: kept with the draft, like the rest. */
export function withSalesTax(
  engagements: readonly EngagementRow[],
  book: SalesTaxBook | undefined,
): readonly EngagementRow[] {
  if (book === undefined) return engagements;
  return engagements.map((row) => {
    const nexus = book.nexus.get(row.entityId);
    if (nexus === undefined) return row;
    const factsOf = (payerId: ClientId) => ({ salesTax: factsFor(book, { nexus, entityId: row.entityId, payerId }) });
    const splits = row.splits?.map((split) => ({
      ...split,
      parts: split.parts.map((part) => ({ ...part, as: { ...part.as, ...factsOf(part.as.payerId) } })),
    }));
    return { ...row, ...factsOf(row.payerId), ...(splits && { splits }) };
  });
}

function factsFor(
  book: SalesTaxBook,
  about: { readonly nexus: readonly Nexus[]; readonly entityId: LegalEntityId; readonly payerId: ClientId },
): NonNullable<EngagementRow["salesTax"]> {
  const { nexus, entityId, payerId } = about;
  const [sellerPlaces, buyerPlaces] = [book.places.get(entityId) ?? [], book.places.get(payerId) ?? []];
  const near = new Set([...sellerPlaces, ...buyerPlaces]);
  const states = new Set([...near].map((place) => place.slice(0, 2)));
  return {
    sellerPlaces,
    buyerPlaces,
    nexus,
    certificates: book.certificates.get(payerId) ?? [],
    rates: book.rates.filter(({ code }) => near.has(code)),
    taxability: book.taxability.filter(({ state }) => states.has(state)),
  };
}

/** An open end is null in a row, and absent in a fact. */
const withoutNulls = <Row extends object>(row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row;
