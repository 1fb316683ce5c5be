import type { ClientId } from "@plumbline/domain/id";
import { mergeContradictionNames } from "@plumbline/domain/party/client-merge";
import { mergeClients } from "@plumbline/operations/clients/merge-clients";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

/** Two clients turn out to be one, while others bill, pay and remind them; at last one is left. */
export const mergeOperations: Operations = {
  mergeClients: async ({ firm, random }) =>
    onOne<{ mergedId: ClientId; survivorId: ClientId }>(
      firm,
      "controller",
      {
        random,
        sql: `select m.id as "mergedId", s.id as "survivorId" from clients m join clients s on s.id <> m.id
               where m.merged_into is null and s.merged_into is null and not exists (
                 select 1 from invoices i
                  where i.stage not in ('issued', 'posted', 'discarded') and (i.client_id in (m.id, s.id) or i.payer_id in (m.id, s.id)))
               order by m.id, s.id`,
      },
      (scope, pair) => mergeClients(scope, { ...pair, accepts: mergeContradictionNames, reason: "imported twice" }),
    ),
};
