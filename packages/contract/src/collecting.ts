import { z } from "zod";
import { dunningLevelsMax } from "@plumbline/domain/receivable/collecting-terms";
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

/** What is agreed about paying late, from a day on. */
export const collectingTermsInput = z
  .strictObject({
    legalEntityId: id<"legal-entity">(),
    clientId: id<"client">().optional().meta({ description: "With this client; with all others when absent." }),
    currency: currencyInput,
    startsOn: localDate,
    dunning: dunning(moneyInput),
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
