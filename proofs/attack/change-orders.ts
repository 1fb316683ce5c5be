import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import { draftChangeOrder } from "@plumbline/operations/change-orders/draft-change-order";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

/** Enough that each place of each route has one of its own to sign. */
const unsigned = 12;

/** A milestone of each engagement, and orders that nobody signed, drafted by somebody who asks nothing in these proofs. */
export async function draftOrders(firm: Firm): Promise<void> {
  const manager = await firm.as("otherManager");
  const engagements = await manager((scope) =>
    query<{ id: EngagementId; key: string }>(
      scope.tx,
      "select subject_id as id, external_id as key from external_refs where kind = 'engagements' order by subject_id",
    ),
  );
  const [row] = engagements;
  if (row === undefined) throw new Error("there is no engagement");
  const freeze = { name: "Freeze", amount: "100.00", due_date: "2099-01-01" };
  await firm.take(
    "milestones",
    engagements.map(({ key }) => ({ ...freeze, milestone_key: key, engagement_key: key })),
  );
  await manager(async (scope) => {
    for (let index = 0; index < unsigned; index += 1) {
      const about = { engagementId: row.id, effectiveOn: "2099-01-01" as LocalDate, reason: "more work" };
      await draftChangeOrder(scope, { ...about, number: `waiting ${index}`, amends: { cap: { minutes: 60_000 } } });
    }
  });
}
