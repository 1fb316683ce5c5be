import { z } from "zod";
import { claimStates } from "@plumbline/domain/receivable/interest-claim";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, moneyWire, named } from "./scalar.ts";

export const interestRunInput = z.strictObject({
  on: localDate.optional().meta({ description: "The day before which interest is claimed; today when absent." }),
  legalEntityId: id<"legal-entity">().optional().meta({ description: "All that agreed on interest when absent." }),
});
export const interestRunWire = z
  .strictObject({
    claimIds: z.array(z.uuid()).meta({ description: "What is proposed now: nothing is owed yet." }),
    waiting: z
      .int()
      .meta({ description: "Invoices left out: disputed, or of a client whose money waits for an invoice." }),
  })
  .meta({ id: "InterestRun", example: { claimIds: ["0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d82"], waiting: 0 } });

/** What a client owes for paying an invoice late, outside the scope of VAT; owed once it is charged. */
export const interestClaimWire = z
  .strictObject({
    id: z.uuid(),
    client: named("ClientName"),
    entity: named("EntityName"),
    invoice: z.strictObject({ id: z.uuid(), number: z.string() }),
    from: localDate,
    until: localDate.meta({ description: "The first day that it does not claim for." }),
    interest: moneyWire.meta({ description: "Of all lines together, rounded once, half up." }),
    compensation: moneyWire,
    total: moneyWire,
    lines: z.array(
      z.strictObject({
        from: localDate,
        until: localDate,
        days: z.int(),
        principal: moneyWire,
        basisPoints: z.int().meta({ description: "Per year; 900 is 9 %." }),
      }),
    ),
    state: z.enum(claimStates),
    reason: z.string().optional(),
    by: z.string(),
    at: instant,
    decidedBy: z.string().optional(),
  })
  .meta({
    id: "InterestClaim",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d82",
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      invoice: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-00001" },
      from: "2026-12-01",
      until: "2026-12-11",
      interest: { amount: "24.66", currency: "EUR" },
      compensation: { amount: "40.00", currency: "EUR" },
      total: { amount: "64.66", currency: "EUR" },
      lines: [
        {
          from: "2026-12-01",
          until: "2026-12-11",
          days: 10,
          principal: { amount: "10000.00", currency: "EUR" },
          basisPoints: 900,
        },
      ],
      state: "proposed",
      by: "Cleo Collector",
      at: "2026-12-11T09:00:00.000Z",
    },
  });
export type InterestClaimWire = z.infer<typeof interestClaimWire>;

export const interestClaimFilter = {
  ...pageQuery,
  clientId: id<"client">().optional(),
  state: z.enum(claimStates).optional(),
};
