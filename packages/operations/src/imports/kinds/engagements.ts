import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { ActorId, ClientId, LegalEntityId } from "@plumbline/domain/id";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { References } from "../references.ts";
import { cut, type RowIssue, type RowReader } from "../row-reader.ts";
import { type AgreedLimit, limitContradictions, limitsOfCap, saveLimits } from "../../limits/save-limits.ts";
import { againstSplits } from "../../splits/split-contradictions.ts";
import { minimumContradictions } from "../../committed-minimums/minimum-contradictions.ts";
import { bucketContradictions } from "../../hour-buckets/bucket-contradictions.ts";
import { openBuckets } from "../../hour-buckets/open-buckets.ts";
import { amendedFees, feeAgainstOrder } from "../../change-orders/amended-fees.ts";
import { saveAmendedTerms } from "../../change-orders/save-amended-terms.ts";
import { feeContradictions, saveFeeInstalments } from "../../work/save-fee-instalments.ts";
import { profileOf, standardProfile } from "./delivery-profiles.ts";
import { readBucket } from "./bucket-terms.ts";
import { readMinimum } from "./minimum-terms.ts";
import { readRetainer } from "./retainer-terms.ts";
import { readTerms } from "./engagement-terms.ts";
import { refuseContradictions } from "./refuse-contradictions.ts";
import { firstDay, type OrderItem, readOrder, saveOrders } from "./purchase-orders.ts";

type EngagementItem = {
  readonly clientId: ClientId | undefined;
  readonly payerId: ClientId | undefined;
  /** Of the payer; its standard when absent. */
  readonly profileId: string | undefined;
  readonly entityId: LegalEntityId | undefined;
  readonly code: string;
  readonly name: string;
  readonly currency: Currency;
  readonly cardId: string | undefined;
  readonly orgUnitId: string | undefined;
  readonly approverId: ActorId | undefined;
  readonly startsOn: LocalDate;
  readonly terms: EngagementTerms;
  readonly order: OrderItem | undefined;
};

export const engagements: ImportKindSpec<EngagementItem> = {
  keyField: "engagement_key",
  key: (row) => row.key("engagement_key"),
  read: (row, references) => {
    const clientId = row.lookUp("client_key", references.clients, "client");
    const entity = entityOf(row, references);
    const currency = currencyOf(row, entity?.currency);
    const card = row.optional("card_key", (field) => row.lookUp(field, references.cards, "rate card"));
    if (card !== undefined && card.currency !== currency && entity?.takesRates === false) {
      const pair = `the rate card is in ${card.currency}, the engagement in ${currency}`;
      row.refuse("card_key", `${pair}, and its legal entity names no source of exchange rates`);
    }
    const code = row.needed("code", 100);
    const payerId = row.optional("payer_key", (field) => row.lookUp(field, references.clients, "client")) ?? clientId;
    const own = readTerms(row, currency);
    const startsOn = row.optional("starts_on", row.date) ?? firstDay;
    const terms = {
      ...own,
      ...readBucket(row, currency),
      ...readRetainer(row, currency),
      ...readMinimum(row, currency, own.cap),
    };
    refuseContradictions(row, terms, startsOn);
    return {
      clientId,
      payerId,
      profileId: row.optional("delivery_profile", (field) => profileOf(row, field, references, payerId)),
      entityId: entity?.id,
      code,
      name: row.optional("name", row.key) ?? code,
      currency,
      cardId: card?.id,
      orgUnitId: row.optional("org_unit_key", (field) => row.lookUp(field, references.orgUnits, "org unit")),
      approverId: row.optional("approver_email", (field) => row.lookUp(field, references.people, "person")),
      startsOn,
      terms,
      order: readOrder(row, currency),
    };
  },
  contradictions: async (scope, items) => {
    const found = new Map<string, RowIssue>();
    const amended = await amendedFees(
      scope.tx,
      items.map(({ id }) => id),
    );
    const [free, bound] = [items.filter(({ id }) => !amended.has(id)), items.filter(({ id }) => amended.has(id))];
    for (const [id, reason] of await feeContradictions(scope, free.map(feeOf))) {
      found.set(id, { field: "fee_instalments", reason });
    }
    for (const { id, item } of bound) {
      const reason = feeAgainstOrder(item.terms.fee, amended.get(id));
      if (reason !== undefined) found.set(id, { field: "fee_amount", reason });
    }
    for (const [id, reason] of await bucketContradictions(scope, items.map(saidOf))) {
      found.set(id, { field: "bucket_hours", reason });
    }
    for (const [id, reason] of await minimumContradictions(scope, items.map(saidOf))) {
      found.set(id, { field: "minimum_amount", reason });
    }
    for (const [id, issue] of await overspent(scope, items)) found.set(id, issue);
    for (const [id, issue] of await againstSplits(scope, items)) found.set(id, issue);
    const others = await query<{ code: string }>(
      scope.tx,
      "select code from engagements where code = any(?) and id <> all(?)",
      [items.map(({ item }) => item.code), items.map(({ id }) => id)],
    );
    const taken = new Set(others.map(({ code }) => code));
    for (const { id, item } of items) {
      if (taken.has(item.code)) {
        found.set(id, { field: "code", reason: `“${cut(item.code)}” is the code of another engagement` });
      }
      taken.add(item.code);
    }
    return found;
  },
  add: saveEngagements,
  change: saveEngagements,
};

export function entityOf(row: RowReader, references: References) {
  const named = row.optional("entity_key", (field) => row.lookUp(field, references.entities, "legal entity"));
  if (named !== undefined || row.issues.some((issue) => issue.field === "entity_key")) return named;
  if (references.entities.size === 1) return [...references.entities.values()][0];
  return row.refuse("entity_key", "is empty, and the tenant has more than one legal entity");
}

export function currencyOf(row: RowReader, otherwise: Currency | undefined): Currency {
  const text = row.optional("currency", row.key) ?? otherwise ?? "";
  if (isCurrency(text)) return text;
  row.refuse("currency", `“${cut(text)}” is not an ISO 4217 currency`);
  return "EUR";
}

async function saveEngagements(scope: Scope, items: readonly Keyed<EngagementItem>[]): Promise<void> {
  const profiles = await query<{ id: string; client_id: string }>(
    scope.tx,
    "select id, client_id from delivery_profiles where name = ? and client_id = any(?)",
    [standardProfile, items.map(({ item }) => item.payerId)],
  );
  const standardOf = new Map(profiles.map((profile) => [profile.client_id, profile.id]));
  await insertRows(
    scope.tx,
    "engagements",
    items,
    {
      id: ["uuid", ({ id }) => id],
      code: ["text", ({ item }) => item.code],
      name: ["text", ({ item }) => item.name],
      legal_entity_id: ["uuid", ({ item }) => item.entityId],
      client_id: ["uuid", ({ item }) => item.clientId],
      payer_id: ["uuid", ({ item }) => item.payerId],
      delivery_profile_id: ["uuid", ({ item }) => item.profileId ?? standardOf.get(item.payerId ?? "")],
      rate_card_id: ["uuid", ({ item }) => item.cardId],
      org_unit_id: ["uuid", ({ item }) => item.orgUnitId],
      currency: ["text", ({ item }) => item.currency],
      approver_id: ["uuid", ({ item }) => item.approverId],
    },
    {
      suffix: `on conflict (tenant_id, id) do update set code = excluded.code, name = excluded.name,
        legal_entity_id = excluded.legal_entity_id, client_id = excluded.client_id, payer_id = excluded.payer_id,
        delivery_profile_id = excluded.delivery_profile_id, rate_card_id = excluded.rate_card_id, org_unit_id = excluded.org_unit_id, currency = excluded.currency,
        approver_id = excluded.approver_id`,
    },
  );
  const ids = items.map(({ id }) => id);
  await saveTerms(scope, items);
  await saveAmendedTerms(scope, ids);
  await saveOrders(scope, items);
  await saveLimits(scope, await limitsOf(scope, items));
  const amended = await amendedFees(scope.tx, ids);
  await saveFeeInstalments(scope, items.filter(({ id }) => !amended.has(id)).map(feeOf));
  // Periods that are open follow their terms; those to come are opened by the run that reaches them.
  await openBuckets(scope, { before: firstDay, engagementIds: ids });
}

const feeOf = ({ id, item }: Keyed<EngagementItem>) => ({
  engagementId: id,
  currency: item.currency,
  fee: item.terms.fee,
});

const saidOf = ({ id, item }: Keyed<EngagementItem>) => ({
  engagementId: id,
  currency: item.currency,
  from: item.startsOn,
  terms: item.terms,
});

/** Terms known until now stay readable; the new ones are what is known from here on. */
async function saveTerms(scope: Scope, items: readonly Keyed<EngagementItem>[]): Promise<void> {
  const rows = items.map(({ id, item }) => ({ id, startsOn: item.startsOn, terms: item.terms }));
  await query(
    scope.tx,
    `update engagement_terms t set known_to = now()
       from unnest(?::uuid[], ?::date[]) u (engagement_id, effective_from)
      where t.engagement_id = u.engagement_id and t.effective_from = u.effective_from and t.known_to is null and not t.amended`,
    [rows.map((row) => row.id), rows.map((row) => row.startsOn)],
  );
  await insertRows(scope.tx, "engagement_terms", rows, {
    id: ["uuid", () => scope.newId()],
    engagement_id: ["uuid", (row) => row.id],
    effective_from: ["date", (row) => row.startsOn],
    terms: ["jsonb", (row) => row.terms],
  });
}

/** Caps and orders of the rows. An order that is not saved yet has used nothing, and is left out. */
async function limitsOf(scope: Scope, items: readonly Keyed<EngagementItem>[]): Promise<AgreedLimit[]> {
  const orders = await query<{ id: string; engagementId: string; number: string }>(
    scope.tx,
    'select id, engagement_id as "engagementId", number from purchase_orders where engagement_id = any(?)',
    [items.map(({ id }) => id)],
  );
  const orderIds = new Map(orders.map(({ id, engagementId, number }) => [`${engagementId}|${number}`, id]));
  return items.flatMap(({ id, item }) => {
    const caps = limitsOfCap(item.terms.cap, { engagementId: id, currency: item.currency });
    const orderId = item.order && orderIds.get(`${id}|${item.order.number}`);
    if (item.order === undefined || orderId === undefined) return caps;
    const order = { kind: "order", measure: "money", countsExpenses: true, projectId: undefined } as const;
    const of = { engagementId: id, orderId, currency: item.currency, total: item.order.amountMinor };
    return [...caps, { ...order, ...of }];
  });
}

async function overspent(
  scope: Scope,
  items: readonly Keyed<EngagementItem>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const contradictions = await limitContradictions(scope, await limitsOf(scope, items));
  return new Map(
    [...contradictions].map(([{ engagementId, kind, measure }, reason]) => {
      const field = kind === "order" ? "po_amount" : measure === "money" ? "cap_amount" : "cap_hours";
      return [engagementId, { field, reason }];
    }),
  );
}
