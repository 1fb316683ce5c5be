import { z } from "zod";
import { promiseStates } from "@plumbline/domain/receivable/promise";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, moneyInput, moneyWire, named } from "./scalar.ts";

const invoicesMax = 200;

export const promiseInput = z.strictObject({
  invoiceIds: z
    .array(id<"invoice">())
    .min(1)
    .max(invoicesMax)
    .meta({ description: "Of one client, legal entity and currency." }),
  amount: moneyInput.optional().meta({ description: "All that is open on them when absent." }),
  dueOn: localDate.meta({ description: "The last day on which the promise is kept.", example: "2030-12-31" }),
  said: z.string().trim().min(1).max(1_000).meta({ example: "Ms Roth, by telephone: after their own client has paid" }),
});

/** What a client promised to pay, and whether it did. */
export const promiseWire = z
  .strictObject({
    id: z.uuid(),
    client: named("ClientName"),
    entity: named("EntityName"),
    amount: moneyWire,
    paid: moneyWire.meta({ description: "What its invoices took of money that came in from its making to its day." }),
    madeOn: localDate,
    dueOn: localDate,
    said: z.string(),
    state: z.enum(promiseStates),
    invoices: z.array(z.strictObject({ id: z.uuid(), number: z.string() })),
    by: z.string(),
    at: instant,
    withdrawn: z.strictObject({ on: localDate, reason: z.string(), by: z.string() }).optional(),
  })
  .meta({
    id: "PromiseToPay",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d71",
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      amount: { amount: "238.00", currency: "EUR" },
      paid: { amount: "0.00", currency: "EUR" },
      madeOn: "2026-12-11",
      dueOn: "2026-12-31",
      said: "Ms Roth, by telephone: after their own client has paid",
      state: "open",
      invoices: [{ id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-00001" }],
      by: "Cleo Collector",
      at: "2026-12-11T09:00:00.000Z",
    },
  });
export type PromiseWire = z.infer<typeof promiseWire>;

export const promiseFilter = {
  ...pageQuery,
  clientId: id<"client">().optional(),
  state: z.enum(promiseStates).optional().meta({ description: "As of today." }),
};
