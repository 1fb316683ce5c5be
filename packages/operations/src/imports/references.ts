import type { Meter } from "@plumbline/domain/engagement/meter";
import type { ActorId, ClientId, EngagementId, LegalEntityId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** What rows may refer to, by the source's own keys; read once per import. */
export type References = {
  readonly clients: ReadonlyMap<string, ClientId>;
  /** By client and name, which say which it is in every source. */
  readonly profiles: ReadonlyMap<string, string>;
  readonly cards: ReadonlyMap<string, { readonly id: string; readonly currency: Currency }>;
  readonly engagements: ReadonlyMap<string, { readonly id: EngagementId; readonly currency: Currency }>;
  readonly projects: ReadonlyMap<
    string,
    { readonly id: ProjectId; readonly engagementId: EngagementId; readonly currency: Currency }
  >;
  readonly meters: ReadonlyMap<string, MeterReference>;
  readonly workers: ReadonlyMap<string, WorkerId>;
  readonly entities: ReadonlyMap<
    string,
    { readonly id: LegalEntityId; readonly currency: Currency; readonly takesRates: boolean }
  >;
  readonly orgUnits: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, ActorId>;
};

/** A meter, with what a reading must agree with. */
export type MeterReference = { readonly id: string; readonly version: number } & Pick<
  Meter,
  "every" | "anchoredOn" | "startsOn" | "cancelledFrom" | "measure"
>;

export async function loadReferences(tx: TenantTx, system: string): Promise<References> {
  const byKey = async <T>(sql: string, values: readonly unknown[] = []): Promise<Map<string, T>> => {
    const rows = await query<{ key: string; value: T }>(tx, sql, values);
    return new Map(rows.map((row) => [row.key, row.value]));
  };
  const external = "select external_id as key, subject_id as value from external_refs where system = ? and kind = ?";
  return {
    // A client that was merged is the one it was merged into, by whichever key a source goes on naming it.
    clients: await byKey(
      `select r.external_id as key, coalesce(c.merged_into, c.id) as value
         from external_refs r join clients c on c.id = r.subject_id where r.system = ? and r.kind = 'clients'`,
      [system],
    ),
    profiles: await byKey("select client_id || '|' || name as key, id as value from delivery_profiles"),
    workers: await byKey(external, [system, "workers"]),
    cards: await byKey(
      `select r.external_id as key, jsonb_build_object('id', c.id, 'currency', c.currency) as value
         from external_refs r join rate_cards c on c.id = r.subject_id where r.system = ? and r.kind = 'rate_cards'`,
      [system],
    ),
    engagements: await byKey(
      `select r.external_id as key, jsonb_build_object('id', e.id, 'currency', e.currency) as value
         from external_refs r join engagements e on e.id = r.subject_id where r.system = ? and r.kind = 'engagements'`,
      [system],
    ),
    projects: await byKey(
      `select r.external_id as key, jsonb_build_object('id', p.id, 'engagementId', p.engagement_id, 'currency', e.currency) as value
         from external_refs r
         join projects p on p.id = r.subject_id
         join engagements e on e.id = p.engagement_id
        where r.system = ? and r.kind = 'projects'`,
      [system],
    ),
    meters: await byKey(
      `select r.external_id as key, a.terms || jsonb_build_object('id', a.id, 'version', a.version) as value
         from external_refs r join recurring_agreements a on a.id = r.subject_id and a.current
        where r.system = ? and r.kind = 'meters'`,
      [system],
    ),
    entities: await byKey(
      "select key, jsonb_build_object('id', id, 'currency', currency, 'takesRates', fx_source is not null) as value from legal_entities",
    ),
    orgUnits: await byKey("select key, id as value from org_units"),
    people: await byKey("select email as key, id as value from memberships where kind = 'person'"),
  };
}
