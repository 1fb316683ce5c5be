import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import { closeEngagement } from "@plumbline/operations/closures/close-engagement";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

/** Enough that each place of each route has one of its own to reopen. */
const shut = 6;

/** Engagements without work that somebody who asks nothing in these proofs closed long ago. */
export async function shutEngagements(firm: Firm): Promise<void> {
  const keys = Array.from({ length: shut }, (_, index) => `shut-${index}`);
  const terms = { client_key: "held", card_key: "std", approver_email: "manager@firm.example" };
  await firm.take(
    "engagements",
    keys.map((key) => ({ ...terms, engagement_key: key, code: key })),
  );
  const lead = await firm.as("lead");
  await lead(async (scope) => {
    const rows = await query<{ id: EngagementId }>(
      scope.tx,
      "select id from engagements where code like 'shut-%' order by id",
    );
    const about = { on: "2001-01-01" as LocalDate, reason: "over" };
    for (const { id } of rows) await closeEngagement(scope, { engagementId: id, ...about });
  });
}
