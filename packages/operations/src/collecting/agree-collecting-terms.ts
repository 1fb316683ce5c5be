import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { collectingIssues, type CollectingTerms } from "@plumbline/domain/receivable/collecting-terms";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { lockClient } from "../payments/lock-clients.ts";

type Input = {
  readonly legalEntityId: LegalEntityId;
  /** With this client; with all others of the legal entity when absent. */
  readonly clientId?: ClientId | undefined;
  readonly currency: Currency;
  readonly startsOn: LocalDate;
  readonly terms: CollectingTerms;
};

/**
 * Keeps what was agreed about paying late, from a day on. What was agreed before stays known, and what was done by it.
 *
 * @throws Problem `permission-missing` | `legal-entity-not-found` | `client-not-found` | `client-merged` |
 *   `collecting-terms-refused` with every fault
 */
export async function agreeCollectingTerms(scope: Scope, input: Input): Promise<Id<"collecting-terms">> {
  demand(scope, "collecting.agree");
  const { legalEntityId, clientId, startsOn } = input;
  const [entity] = await query(scope.tx, "select 1 from legal_entities where id = ?", [legalEntityId]);
  if (entity === undefined) throw new Problem("legal-entity-not-found");
  if (clientId !== undefined) await lockClient(scope, clientId);
  const issues = collectingIssues(input.terms);
  if (issues.length > 0) throw refusedTerms(issues);
  const id = scope.newId<"collecting-terms">();
  await insertRows(scope.tx, "collecting_terms", [input], {
    id: ["uuid", () => id],
    legal_entity_id: ["uuid", () => legalEntityId],
    client_id: ["uuid", () => clientId],
    currency: ["text", ({ currency }) => currency],
    starts_on: ["date", () => startsOn],
    terms: ["jsonb", ({ terms }) => terms],
  });
  await scope.emit([{ name: "collecting_terms.agreed", subjectId: id, data: { startsOn } }]);
  await scope.audit([{ action: "collecting_terms.agreed", subjectId: id }]);
  return id;
}

/** Every fault of what was to be agreed. */
export function refusedTerms(issues: readonly { readonly at: string; readonly message: string }[]): Problem {
  const errors = issues.map(({ at, message }) => ({ field: at, reason: `${at} ${message}.` }));
  return new Problem("collecting-terms-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
}
