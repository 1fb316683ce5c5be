import type { ClientId, EngagementId, InvoiceId } from "@plumbline/domain/id";
import type { OpeningReceivable } from "@plumbline/domain/receivable/opening-receivable";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { RowIssue } from "../imports/row-reader.ts";
import { cutOverContradictions, type TakenOver } from "./cut-over.ts";
import { numbersToCome } from "./numbers-of-ours.ts";

/** An opening receivable as it is taken over. */
export type NewOpening = TakenOver &
  OpeningReceivable & {
    readonly id: InvoiceId;
    readonly number: string;
    readonly clientId: ClientId;
    readonly payerId: ClientId;
    readonly engagementId: EngagementId | undefined;
  };

/** Why opening receivables cannot be taken over, by their ids: each with the column that has to change. */
export async function openingContradictions(
  scope: Scope,
  openings: readonly NewOpening[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const days = await cutOverContradictions(scope, openings);
  const taken = await numbersTaken(scope, openings);
  const isToCome = await numbersToCome(scope, openings);
  const foreign = await foreignEngagements(scope, openings);
  const reasonOf = (opening: NewOpening): RowIssue | undefined => {
    const { id, number } = opening;
    const day = days.get(id);
    if (day !== undefined) return { field: "cut_over_on", reason: day };
    if (taken.has(id)) return { field: "number", reason: `“${number}” is the number of another invoice` };
    if (isToCome(opening)) {
      const reason = `“${number}” is a number that our own series will give: let it continue after the former one first`;
      return { field: "number", reason };
    }
    if (!foreign.has(id)) return undefined;
    const reason = "is billed to another client, by another legal entity or in another currency";
    return { field: "engagement_key", reason };
  };
  return new Map(
    openings.flatMap((opening) => {
      const issue = reasonOf(opening);
      return issue === undefined ? [] : [[opening.id, issue] as const];
    }),
  );
}

/** Those whose number another invoice of their legal entity has, or a row before them. */
async function numbersTaken({ tx }: Scope, openings: readonly NewOpening[]): Promise<ReadonlySet<string>> {
  const rows = await query<{ id: string }>(
    tx,
    `with said as (
       select * from unnest(?::uuid[], ?::uuid[], ?::text[]) with ordinality u (id, entity, number, position))
     select s.id from said s
      where exists (select 1 from invoices i where i.legal_entity_id = s.entity and i.number_text = s.number and i.id <> s.id)
         or exists (select 1 from said o where o.entity = s.entity and o.number = s.number and o.position < s.position)`,
    [
      openings.map(({ id }) => id),
      openings.map(({ legalEntityId }) => legalEntityId),
      openings.map(({ number }) => number),
    ],
  );
  return new Set(rows.map(({ id }) => id));
}

async function foreignEngagements({ tx }: Scope, openings: readonly NewOpening[]): Promise<ReadonlySet<string>> {
  const about = openings.filter(({ engagementId }) => engagementId !== undefined);
  const rows = await query<{ id: string }>(
    tx,
    `select u.id from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::uuid[], ?::uuid[], ?::text[])
            u (id, engagement, client, payer, entity, currency)
       join engagements g on g.id = u.engagement
      where (g.client_id, g.payer_id, g.legal_entity_id, g.currency) is distinct from (u.client, u.payer, u.entity, u.currency)`,
    [
      about.map(({ id }) => id),
      about.map(({ engagementId }) => engagementId),
      about.map(({ clientId }) => clientId),
      about.map(({ payerId }) => payerId),
      about.map(({ legalEntityId }) => legalEntityId),
      about.map(({ currency }) => currency),
    ],
  );
  return new Set(rows.map(({ id }) => id));
}
