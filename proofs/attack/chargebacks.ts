import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { openChargeback } from "@plumbline/operations/chargebacks/open-chargeback";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

/** Cases that nobody decided: enough that each place of each route has one of its own. */
const undecided = 12;
const answerBy = "2099-12-31" as LocalDate;

/** The case that is opened by whoever follows the contract's example. */
export const exampleCase = "CB-2026-4711";

/** One cent of a payment each. */
export async function openCases(firm: Firm): Promise<void> {
  const collector = await firm.as("collector");
  await collector(async (scope) => {
    const [payment] = await query<{ id: Id<"payment"> }>(
      scope.tx,
      "select id from payments where reference = 'third' order by id limit 1",
    );
    if (payment === undefined) throw new Error("nobody paid a third time");
    for (let index = 0; index < undecided; index += 1) {
      const about = { scheme: "card", caseReference: `case ${index}`, reason: "Not received", answerBy } as const;
      await openChargeback(scope, { ...about, paymentId: payment.id, amount: money(1n, "EUR") });
    }
  });
}
