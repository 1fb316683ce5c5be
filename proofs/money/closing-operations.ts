import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { closeMonth } from "@plumbline/operations/closing/close-month";
import { reopenMonth } from "@plumbline/operations/closing/reopen-month";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

/** The month that everything is booked in, and some before it. */
const months = ["2026-07", "2026-08", "2026-09", "2026-10"];

/** Books are closed while others book in them, and opened again by two. */
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
