import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, Id } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { money } from "@plumbline/domain/money/money";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { RowIssue } from "../imports/row-reader.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { savePayments } from "../payments/save-payments.ts";
import { cutOverContradictions, fixCutOver, type TakenOver } from "./cut-over.ts";

/** Money of a client that the firm held at the cut-over. */
export type OpeningCredit = TakenOver & {
  readonly clientId: ClientId;
  readonly reference: string;
  /** What it was paid ahead for; free for any invoice when absent. */
  readonly engagementId: EngagementId | undefined;
  readonly receivedOn: LocalDate;
  readonly currency: Currency;
  readonly heldMinor: bigint;
};

/** Why money cannot be taken over: its day, or an engagement that somebody else pays. */
export async function creditContradictions(
  scope: Scope,
  credits: readonly OpeningCredit[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const days = await cutOverContradictions(scope, credits);
  const ahead = credits.filter(({ engagementId }) => engagementId !== undefined);
  const foreign = await query<{ id: string }>(
    scope.tx,
    `select u.id from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::uuid[], ?::text[]) u (id, engagement, client, entity, currency)
       join engagements g on g.id = u.engagement
      where (g.payer_id, g.legal_entity_id, g.currency) is distinct from (u.client, u.entity, u.currency)`,
    [
      ahead.map(({ id }) => id),
      ahead.map(({ engagementId }) => engagementId),
      ahead.map(({ clientId }) => clientId),
      ahead.map(({ legalEntityId }) => legalEntityId),
      ahead.map(({ currency }) => currency),
    ],
  );
  const reason = "is paid by another client, in another legal entity or in another currency";
  return new Map<string, RowIssue>([
    ...foreign.map(({ id }) => [id, { field: "engagement_key", reason }] as const),
    ...[...days].map(([id, day]) => [id, { field: "cut_over_on", reason: day }] as const),
  ]);
}

/** Takes over what was held: it is applied, drawn in the order it came in, and paid back like money that came in here. */
export async function takeOverCredits(scope: Scope, credits: readonly OpeningCredit[]): Promise<void> {
  await lockClients(
    scope,
    credits.map(({ clientId }) => clientId),
  );
  await fixCutOver(scope, credits);
  await savePayments(
    scope,
    credits.map(({ id, cutOverOn, currency, heldMinor, ...credit }) => ({
      ...credit,
      id: id as Id<"payment">, // The row's own id is the payment's.
      amount: money(heldMinor, currency),
      takenOverOn: cutOverOn,
    })),
  );
}
