import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { verb } from "../verb.ts";
import { decided } from "./bank-decided.ts";

type Entry = Schemas["BankEntry"];
type Proposed = {
  readonly invoiceId: string;
  readonly amount: Entry["amount"];
  readonly residual?: NonNullable<Entry["proposals"][number]["residual"]>;
};

export const bankSettle = verb({
  name: "bank settle",
  summary: "Say which client sent what came in: it becomes a payment",
  arguments: { ENTRY: { what: "id of the bank entry" }, CLIENT: { what: "id of the client" } },
  options: {
    later: { what: "apply it to no invoice: it waits as the client's credit; else those due first take it" },
    "as-proposed": { what: "apply it to the invoice that plumb bank waiting names first, less the tax it names" },
    on: { value: "DAY", what: "the day it is booked, where the books of the bank's day are closed" },
  },
  examples: [
    "bank settle 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d51 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01",
    "bank settle 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d51 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01 --as-proposed",
  ],
  run: async ({ connect, arguments: { ENTRY: bankEntryId, CLIENT: clientId }, options }) => {
    const { ask } = await connect();
    const path = { bankEntryId };
    const asProposed = options["as-proposed"] !== undefined;
    const applications = asProposed
      ? [
          proposedOf(
            await ask((client) => client.GET("/v1/bank-entries/{bankEntryId}", { params: { path } })),
            clientId,
          ),
        ]
      : undefined;
    const params = { header: { "Idempotency-Key": randomUUID() }, path };
    const body = {
      clientId,
      apply: options.later === undefined ? ("oldest_first" as const) : ("later" as const),
      ...(applications !== undefined && { applications }),
      ...(options.on !== undefined && { receivedOn: options.on }),
    };
    return decided(await ask((client) => client.POST("/v1/bank-entries/{bankEntryId}/settlement", { params, body })));
  },
});

/** All that came in goes to the first invoice of the client that is proposed. */
function proposedOf({ proposals, amount }: Entry, clientId: string): Proposed {
  const first = proposals.find(({ client }) => client.id === clientId);
  if (first === undefined) throw new Failure("failed", "No invoice of this client is proposed for it.");
  const { invoice, residual } = first;
  return { invoiceId: invoice.id, amount, ...(residual !== undefined && { residual }) };
}
