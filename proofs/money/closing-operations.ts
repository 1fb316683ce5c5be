import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, Id, LegalEntityId } from "@plumbline/domain/id";
import { closeEngagement } from "@plumbline/operations/closures/close-engagement";
import { reopenEngagement } from "@plumbline/operations/closures/reopen-engagement";
import { closeMonth } from "@plumbline/operations/closing/close-month";
import { reopenMonth } from "@plumbline/operations/closing/reopen-month";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

/** The month that everything is booked in, and some before it. */
const months = ["2026-07", "2026-08", "2026-09", "2026-10"];
const lastDay = "2026-10-31" as LocalDate;

/** Books and engagements are closed while others work on them, and opened again by a second person. */
export const closingOperations: Operations = {
  closeBooks: async ({ firm, random }) =>
    onOne<{ id: LegalEntityId }>(
      firm,
      "controller",
      { random, sql: "select id from legal_entities order by id" },
      (scope, { id }) => {
        const month = monthPeriod(months[Math.floor(random() * months.length)] ?? "") as Period;
        return closeMonth(scope, { legalEntityId: id, month });
      },
    ),
  closeEngagement: async ({ firm, random }) =>
    onOne<{ id: EngagementId }>(
      firm,
      "controller",
      { random, sql: "select id from engagements order by id" },
      (scope, { id }) => closeEngagement(scope, { engagementId: id, on: lastDay, reason: "over" }),
    ),
  reopenEngagement: async ({ firm, random }) =>
    onOne<{ id: Id<"closure"> }>(
      firm,
      "lead",
      { random, sql: "select id from closures where reopened_at is null order by id" },
      (scope, { id }) => reopenEngagement(scope, { closureId: id, reason: "not yet" }),
    ),
  reopenBooks: async ({ firm, random }) => {
    for (const who of ["controller", "finance"] as const) {
      const last = "select id from month_closes where reopened_at is null order by month desc limit 1";
      const seen = await onOne<{ id: Id<"month-close"> }>(firm, who, { random, sql: last }, (scope, { id }) =>
        reopenMonth(scope, { monthCloseId: id, reason: "forgotten" }),
      );
      if (seen === "nothing to do") return seen;
    }
    return "done";
  },
};
