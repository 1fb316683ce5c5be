import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { listRetainers } from "@plumbline/operations/payments/list-retainers";
import { listReceivables } from "@plumbline/operations/receivables/list-receivables";
import { listTrustMatters } from "@plumbline/operations/trust/list-trust-matters";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "./firm.ts";
import { whatDiffers } from "./what-differs.ts";

/** What a firm with merged clients says of itself: who owes and holds what, and that it all agrees. */
export async function stateOf(firm: Firm) {
  const controller = await firm.as("controller");
  return controller(async (scope) => ({
    owed: (await listReceivables(scope, { limit: 10 })).items.map(
      ({ client, total, unapplied }) => `${client.name}: ${total.amount}, credit ${unapplied.amount}`,
    ),
    held: [
      ...(await listRetainers(scope)).map(
        ({ engagement, client, balance }) => `${engagement.name} of ${client.name}: ${balance.amount}`,
      ),
      ...(await listTrustMatters(scope)).map(
        ({ engagement, client, balance }) => `trust ${engagement.name} of ${client.name}: ${balance.amount}`,
      ),
    ],
    aliases: (await query<{ said: string }>(scope.tx, aliasesSql)).map(({ said }) => said),
    faults: await listLedgerFaults(scope),
    differs: await whatDiffers(controller),
  }));
}

const aliasesSql =
  "select m.name || ' is ' || c.name as said from clients m join clients c on c.id = m.merged_into order by 1";
