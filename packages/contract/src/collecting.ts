import { z } from "zod";
import { dunningLevelsMax } from "@plumbline/domain/receivable/collecting-terms";
import { dayCounts, type DayCount } from "@plumbline/domain/receivable/late-interest";
import { pageQuery } from "./page.ts";
import { currencyInput, id, instant, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";

const daysPastDue = z.int().min(1).max(3_650);
const textKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes")
  .meta({ example: "friendly", description: "Names the text, and so the tone." });

const level = <Amount extends z.ZodType>(amount: Amount) =>
  z.strictObject({
    daysPastDue,
    textKey,
    fee: amount.optional().meta({ description: "What the notice costs the client: damages, without tax." }),
  });
const dunning = <Amount extends z.ZodType>(amount: Amount) =>
  z
    .strictObject({
      levels: z.array(level(amount)).max(dunningLevelsMax),
      minimum: amount.optional().meta({ description: "Less is not asked for." }),
    })
    .optional()
    .meta({ description: "The ladder, mildest first; an empty one reminds nobody." });

const baseName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes")
  .meta({ example: "bgb-247", description: "Who publishes the rate." });
const basisPoints = z.int().min(0).max(10_000);

const interest = <Amount extends z.ZodType>(amount: Amount) =>
  z
    .strictObject({
      rate: z
        .union([
          z.strictObject({ annualBasisPoints: basisPoints }),
          z.strictObject({
            base: baseName,
            pointsBasisPoints: basisPoints,
            baseFloorBasisPoints: z
              .int()
              .min(-10_000)
              .max(10_000)
              .optional()
              .meta({ description: "The base counts as no less; a negative one counts as it is when absent." }),
          }),
        ])
        .meta({ description: "Per year, 900 is 9 %: fixed, or above a base rate." }),
      dayCount: z.enum(Object.keys(dayCounts) as [DayCount, ...DayCount[]]),
      from: z.enum(["due_date", "day_after"]).meta({ description: "The first day that bears interest." }),
      compensation: amount.optional().meta({ description: "Once for each invoice that is paid late." }),
    })
    .optional()
    .meta({ description: "What being late costs; nothing when absent." });

/** What is agreed about paying late, from a day on. */
export const collectingTermsInput = z
  .strictObject({
    legalEntityId: id<"legal-entity">(),
    clientId: id<"client">().optional().meta({ description: "With this client; with all others when absent." }),
    currency: currencyInput,
    startsOn: localDate,
    dunning: dunning(moneyInput),
    interest: interest(moneyInput),
  })
  .meta({
    example: {
      legalEntityId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02",
      currency: "EUR",
      startsOn: "2026-11-01",
      dunning: {
        levels: [
          { daysPastDue: 7, textKey: "friendly" },
          { daysPastDue: 21, textKey: "firm", fee: { amount: "5.00", currency: "EUR" } },
        ],
        minimum: { amount: "10.00", currency: "EUR" },
      },
      interest: {
        rate: { annualBasisPoints: 900 },
        dayCount: "act/365",
        from: "day_after",
        compensation: { amount: "40.00", currency: "EUR" },
      },
    },
  });

export const collectingTermsWire = z
  .strictObject({
    id: z.uuid(),
    entity: named("EntityName"),
    client: named("ClientName").optional(),
    currency: z.string(),
    startsOn: localDate,
    dunning: dunning(moneyWire),
    interest: interest(moneyWire),
    by: z.string(),
    at: instant,
  })
  .meta({
    id: "CollectingTerms",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d61",
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      currency: "EUR",
      startsOn: "2026-11-01",
      dunning: { levels: [{ daysPastDue: 7, textKey: "friendly" }], minimum: { amount: "10.00", currency: "EUR" } },
      by: "Carl Controller",
      at: "2026-11-01T09:00:00.000Z",
    },
  });
export type CollectingTermsWire = z.infer<typeof collectingTermsWire>;
export const collectingTermsFilter = { ...pageQuery, legalEntityId: id<"legal-entity">().optional() };

export const dunningRunInput = z.strictObject({
  on: localDate.optional().meta({ description: "The day of the notices; today when absent." }),
  legalEntityId: id<"legal-entity">().optional().meta({ description: "All that have a ladder when absent." }),
});
export const dunningRunWire = z
  .strictObject({
    noticeIds: z.array(z.uuid()).meta({ description: "The notices that were recorded." }),
    invoices: z.int(),
  })
  .meta({ id: "DunningRun", example: { noticeIds: ["0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d62"], invoices: 1 } });

/** A letter that asks a client for what is late. It is recorded here; nothing sends it. */
export const dunningNoticeWire = z
  .strictObject({
    id: z.uuid(),
    entity: named("EntityName"),
    client: named("ClientName"),
    on: localDate,
    level: z.int().meta({ description: "The highest of its invoices; 1 is the mildest." }),
    textKey,
    language: z.string(),
    total: moneyWire,
    fee: moneyWire,
    invoices: z.array(
      z.strictObject({
        id: z.uuid(),
        number: z.string(),
        level: z.int(),
        open: moneyWire.meta({ description: "What is asked for: without what is disputed or covered by credit." }),
        daysPastDue: z.int(),
      }),
    ),
    by: z.string(),
    at: instant,
    withdrawn: z.strictObject({ on: localDate, reason: z.string(), by: z.string() }).optional(),
  })
  .meta({
    id: "DunningNotice",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d62",
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      on: "2026-12-11",
      level: 1,
      textKey: "friendly",
      language: "en",
      total: { amount: "238.00", currency: "EUR" },
      fee: { amount: "0.00", currency: "EUR" },
      invoices: [
        {
          id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
          number: "F-2026-00001",
          level: 1,
          open: { amount: "238.00", currency: "EUR" },
          daysPastDue: 8,
        },
      ],
      by: "Cleo Collector",
      at: "2026-12-11T09:00:00.000Z",
    },
  });
export type DunningNoticeWire = z.infer<typeof dunningNoticeWire>;
export const dunningNoticeFilter = {
  ...pageQuery,
  clientId: id<"client">().optional(),
  legalEntityId: id<"legal-entity">().optional(),
};
export const withdrawalInput = z.strictObject({ reason });

/** A rate that somebody publishes, from a day on. */
export const baseRateInput = z.strictObject({
  name: baseName,
  startsOn: localDate,
  basisPoints: z.int().min(-10_000).max(10_000).meta({ example: 127, description: "127 is 1.27 %." }),
});
export const baseRateWire = z
  .strictObject({
    id: z.uuid(),
    name: baseName,
    startsOn: localDate,
    basisPoints: z.int(),
    by: z.string(),
    at: instant,
  })
  .meta({
    id: "BaseRate",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d81",
      name: "bgb-247",
      startsOn: "2026-07-01",
      basisPoints: 127,
      by: "Carl Controller",
      at: "2026-07-01T09:00:00.000Z",
    },
  });
export type BaseRateWire = z.infer<typeof baseRateWire>;
export const baseRateFilter = { ...pageQuery, name: baseName.optional() };
