import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, ProjectId, WorkerId } from "@plumbline/domain/id";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import { rateLevels } from "@plumbline/domain/rating/rate-level";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowIssue } from "../row-reader.ts";
import { findOverlaps, type Held, openEnded, type Span, spanInWords } from "../spans.ts";

type RateItem = {
  readonly cardId: string | undefined;
  readonly engagementId: EngagementId | undefined;
  readonly clientId: ClientId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly workerId: WorkerId | undefined;
  readonly role: string | undefined;
  readonly task: string | undefined;
  readonly priceMinor: bigint;
  readonly from: LocalDate | undefined;
  readonly until: LocalDate | undefined;
};

/** An hour at more than this is a price with a slipped point. */
const priceMinorMax = 10n ** 11n;

const selectorColumns = ["client_key", "project_key", "worker_key", "role", "task"] as const;

export const rates: ImportKindSpec<RateItem> = {
  keyField: "effective_from",
  key: (row) =>
    [
      row.key("card_key"),
      ...selectorColumns.map((column) => row.text(column, 200)),
      row.key("effective_from"),
      // Only where there is one: the keys of rates that came before stay as they are.
      ...(row.optional("engagement_key", (field) => [row.text(field, 200)]) ?? []),
    ].join("|"),
  read: (row, references) => {
    const card = row.lookUp("card_key", references.cards, "rate card");
    const price = parseDecimal(row.key("price"), card?.currency ?? "EUR", { thousandsSeparator: "," });
    if (price === undefined || price.minor <= 0n || price.minor > priceMinorMax) {
      row.refuse("price", `“${cut(row.text("price"))}” is not a price in ${card?.currency ?? "the card's currency"}`);
    }
    const from = row.date("effective_from");
    const last = row.optional("effective_to", row.date);
    if (from !== undefined && last !== undefined && last < from) row.refuse("effective_to", "is before effective_from");
    const engagement = row.optional("engagement_key", (field) =>
      row.lookUp(field, references.engagements, "engagement"),
    );
    if (engagement !== undefined && card !== undefined && engagement.currency !== card.currency) {
      row.refuse("card_key", `the rate card is in ${card.currency}, the engagement in ${engagement.currency}`);
    }
    const item = {
      cardId: card?.id,
      engagementId: engagement?.id,
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
        "names neither a role (alone, with a client or with a project), nor one engagement or project whose roles it blends, nor a person's task on a client's project",
      );
    }
    return item;
  },
  contradictions: overlappingRates,
  add: saveRates,
  change: (scope, items) => replaceKnown(scope, { kind: "rates", table: "rates", items, add: saveRates }),
};

/** Two prices for one day. */
async function overlappingRates(scope: Scope, items: readonly Keyed<RateItem>[]) {
  const known = await query<Held>(
    scope.tx,
    `select concat_ws('|', rate_card_id, coalesce(engagement_id::text, '-'), coalesce(client_id::text, '-'), coalesce(project_id::text, '-'),
              coalesce(worker_id::text, '-'), coalesce(role, '-'), coalesce(task, '-')) as selector,
            effective_from as "from", effective_to as until
       from rates where known_to is null and rate_card_id = any(?) and id <> all(?)`,
    [[...new Set(items.map(({ item }) => item.cardId))], items.map(({ id }) => id)],
  );
  const held = items.flatMap(({ id, item }) => (item.from === undefined ? [] : [{ ...spanOf(item, item.from), id }]));
  const reason = (span: Span) => `overlaps the rate of the same work ${spanInWords(span)}`;
  return new Map(
    [...findOverlaps(known.map(openEnded), held)].map(([id, span]): [string, RowIssue] => [
      id,
      { field: "effective_from", reason: reason(span) },
    ]),
  );
}

const spanOf = ({ cardId, until, ...item }: RateItem, from: LocalDate): Held => {
  const { engagementId = "-", clientId = "-", projectId = "-", workerId = "-", role = "-", task = "-" } = item;
  return { from, until, selector: [cardId, engagementId, clientId, projectId, workerId, role, task].join("|") };
};

const isKnownLevel = (item: RateItem): boolean => {
  const named = (["engagementId", "clientId", "projectId", "workerId", "role", "task"] as const).filter(
    (name) => item[name] !== undefined,
  );
  return rateLevels.some(({ matches }) => [...matches].toSorted().join() === named.toSorted().join());
};

async function saveRates(scope: Scope, items: readonly Keyed<RateItem>[]): Promise<void> {
  await insertRows(scope.tx, "rates", items, {
    id: ["uuid", ({ id }) => id],
    rate_card_id: ["uuid", ({ item }) => item.cardId],
    engagement_id: ["uuid", ({ item }) => item.engagementId],
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
