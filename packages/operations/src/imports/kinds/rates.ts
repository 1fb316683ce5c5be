import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, ProjectId, WorkerId } from "@plumbline/domain/id";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import { rateLevels } from "@plumbline/domain/rating/rate-level";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";

type CardItem = { readonly key: string; readonly currency: Currency; readonly isDefault: boolean };

export const rateCards: ImportKindSpec<CardItem> = {
  key: (row) => row.key("card_key"),
  read: (row) => {
    const currency = row.needed("currency", 3);
    if (!isCurrency(currency)) row.refuse("currency", `“${currency}” is not an ISO 4217 currency`);
    return { key: row.key("card_key"), currency: currency as Currency, isDefault: row.yesNo("is_default", false) };
  },
  add: saveCards,
  change: saveCards,
};

async function saveCards(scope: Scope, items: readonly Keyed<CardItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "rate_cards",
    items,
    {
      id: ["uuid", ({ id }) => id],
      key: ["text", ({ item }) => item.key],
      currency: ["text", ({ item }) => item.currency],
      is_default: ["boolean", ({ item }) => item.isDefault],
    },
    { suffix: "on conflict (tenant_id, id) do update set is_default = excluded.is_default" },
  );
}

type RateItem = {
  readonly cardId: string | undefined;
  readonly clientId: ClientId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly workerId: WorkerId | undefined;
  readonly role: string | undefined;
  readonly task: string | undefined;
  readonly priceMinor: bigint;
  readonly from: LocalDate | undefined;
  readonly until: LocalDate | undefined;
};

const selectorColumns = ["client_key", "project_key", "worker_key", "role", "task"] as const;

export const rates: ImportKindSpec<RateItem> = {
  key: (row) =>
    [row.key("card_key"), ...selectorColumns.map((column) => row.text(column, 200)), row.key("effective_from")].join(
      "|",
    ),
  read: (row, references) => {
    const card = row.lookUp("card_key", references.cards, "rate card");
    const price = parseDecimal(row.key("price"), card?.currency ?? "EUR", { thousandsSeparator: "," });
    if (price === undefined || price.minor <= 0n) {
      row.refuse("price", `“${row.text("price", 60)}” is not a price in ${card?.currency ?? "the card's currency"}`);
    }
    const from = row.date("effective_from");
    const last = row.optional("effective_to", row.date);
    if (from !== undefined && last !== undefined && last < from) row.refuse("effective_to", "is before effective_from");
    const item = {
      cardId: card?.id,
      clientId: row.optional("client_key", (field) => row.lookUp(field, references.clients, "client")),
      projectId: row.optional("project_key", (field) => row.lookUp(field, references.projects, "project"))?.id,
      workerId: row.optional("worker_key", (field) => row.lookUp(field, references.workers, "worker")),
      role: row.optional("role", row.key),
      task: row.optional("task", row.key),
      priceMinor: price?.minor ?? 0n,
      from,
      until: last === undefined ? undefined : addDays(last, 1),
    };
    if (!isKnownLevel(item)) {
      row.refuse(
        "row",
        "names neither a role (alone, with a client or with a project) nor a person's task on a client's project",
      );
    }
    return item;
  },
  add: saveRates,
  // A correction is what we know from now on; the old price stays readable for the invoices it made.
  change: async (scope, items) => {
    await query(scope.tx, "update rates set known_to = now() where id = any(?) and known_to is null", [
      items.map(({ id }) => id),
    ]);
    const fresh = items.map(({ item }) => ({ id: scope.newId(), item }));
    await saveRates(scope, fresh);
    await query(
      scope.tx,
      `update external_refs r set subject_id = u.fresh from unnest(?::uuid[], ?::uuid[]) u (old, fresh)
        where r.kind = 'rates' and r.subject_id = u.old`,
      [items.map(({ id }) => id), fresh.map(({ id }) => id)],
    );
  },
};

const isKnownLevel = (item: RateItem): boolean => {
  const named = (["clientId", "projectId", "workerId", "role", "task"] as const).filter(
    (name) => item[name] !== undefined,
  );
  return rateLevels.some(({ matches }) => [...matches].toSorted().join() === named.toSorted().join());
};

async function saveRates(scope: Scope, items: readonly Keyed<RateItem>[]): Promise<void> {
  await insertRows(scope.tx, "rates", items, {
    id: ["uuid", ({ id }) => id],
    rate_card_id: ["uuid", ({ item }) => item.cardId],
    client_id: ["uuid", ({ item }) => item.clientId],
    project_id: ["uuid", ({ item }) => item.projectId],
    worker_id: ["uuid", ({ item }) => item.workerId],
    role: ["text", ({ item }) => item.role],
    task: ["text", ({ item }) => item.task],
    price_minor: ["bigint", ({ item }) => item.priceMinor],
    effective_from: ["date", ({ item }) => item.from],
    effective_to: ["date", ({ item }) => item.until],
  });
}
