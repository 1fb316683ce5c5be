import { amendedTerms } from "@plumbline/domain/engagement/change-order";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { signedOrders } from "./change-order-store.ts";

type TermsRow = {
  readonly id: string;
  readonly engagementId: string;
  readonly from: LocalDate;
  readonly terms: EngagementTerms;
  readonly amended: boolean;
};

/**
 * Makes the terms of engagements anew as their signed orders amend them. What was known until now stays readable; what comes
 * out as it was stays as it is known.
 */
export async function saveAmendedTerms(scope: Scope, engagementIds: readonly string[]): Promise<void> {
  const orders = Map.groupBy(await signedOrders(scope.tx, engagementIds), ({ engagementId }) => engagementId as string);
  if (orders.size === 0) return;
  const rows = await query<TermsRow>(
    scope.tx,
    `select id, engagement_id as "engagementId", effective_from as "from", terms, amended
       from engagement_terms where known_to is null and engagement_id = any(?)`,
    [[...orders.keys()]],
  );
  const [known, agreed] = [rows.filter(({ amended }) => amended), rows.filter(({ amended }) => !amended)];
  const agreedOf = Map.groupBy(agreed, ({ engagementId }) => engagementId);
  const wanted = [...orders].flatMap(([engagementId, signed]) =>
    amendedTerms(agreedOf.get(engagementId) ?? [], signed).map((version) => ({ ...version, engagementId })),
  );
  const kept = new Set(known.map(textOf));
  const said = new Set(wanted.map(textOf));
  await query(scope.tx, "update engagement_terms set known_to = now() where id = any(?)", [
    known.flatMap((row) => (said.has(textOf(row)) ? [] : row.id)),
  ]);
  await insertRows(
    scope.tx,
    "engagement_terms",
    wanted.filter((version) => !kept.has(textOf(version))),
    {
      id: ["uuid", () => scope.newId()],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      effective_from: ["date", ({ from }) => from],
      terms: ["jsonb", ({ terms }) => terms],
    },
    { constants: { amended: "true" } },
  );
}

const textOf = ({ engagementId, from, terms }: Omit<TermsRow, "id" | "amended">): string =>
  `${engagementId}|${from}|${canonicalJson(terms)}`;
