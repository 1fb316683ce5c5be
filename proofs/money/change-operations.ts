import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { draftChangeOrder } from "@plumbline/operations/change-orders/draft-change-order";
import { signChangeOrder } from "@plumbline/operations/change-orders/sign-change-order";
import { sha256 } from "@plumbline/platform/hash";
import { newId } from "@plumbline/platform/new-id";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

/** What people agree while the work goes on. */
export const changeOperations: Operations = {
  draftChange: async ({ firm, random }) =>
    onOne<{ id: EngagementId }>(
      firm,
      "coordinator",
      { random, sql: "select id from engagements where currency = 'EUR' order by id" },
      (scope, { id }) =>
        draftChangeOrder(scope, {
          engagementId: id,
          number: newId(),
          effectiveOn: "2026-10-01" as LocalDate,
          reason: "more",
          amends: random() < 0.5 ? {} : { cap: { amountMinor: String(Math.ceil(random() * 6_000_000)) } },
          charge: { description: "Survey", amount: money(BigInt(Math.ceil(random() * 50_000)), "EUR") },
        }),
    ),
  signChange: async ({ firm, random }) =>
    onOne<{ id: Id<"change-order"> }>(
      firm,
      "controller",
      { random, sql: "select id from change_orders where state = 'draft' order by id" },
      (scope, { id }) =>
        signChangeOrder(scope, {
          changeOrderId: id,
          signedOn: "2026-10-01" as LocalDate,
          evidence: { document: "order.pdf", sha256: sha256(id) },
        }),
    ),
};
