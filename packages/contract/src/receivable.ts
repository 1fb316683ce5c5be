import { z } from "zod";
import { bookedFacts } from "@plumbline/domain/ledger/bookings";
import { pageQuery } from "./page.ts";
import { id, localDate, moneyWire, named, periodWire } from "./scalar.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });

/** What a client owes in one currency, by how long it has been due. */
export const clientReceivable = z
  .strictObject({
    client: named("ClientName"),
    notDue: moneyWire,
    days0To30: moneyWire.meta({ description: "Due that day, or up to 30 days ago." }),
    days31To60: moneyWire,
    days61To90: moneyWire,
    over90: moneyWire,
    total: moneyWire,
    disputed: moneyWire.meta({ description: "Of the total: disputed, or about to be written off." }),
    promised: moneyWire.meta({
      description: "Of the rest: what the client promised to pay by a day that is not over.",
    }),
    unapplied: moneyWire.meta({ description: "What the client paid and no invoice took; not taken off `total`." }),
  })
  .meta({
    id: "ClientReceivable",
    example: {
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      notDue: eur("1190.00"),
      days0To30: eur("0.00"),
      days31To60: eur("595.00"),
      days61To90: eur("0.00"),
      over90: eur("0.00"),
      total: eur("1785.00"),
      disputed: eur("0.00"),
      promised: eur("595.00"),
      unapplied: eur("12.50"),
    },
  });
export type ClientReceivable = z.infer<typeof clientReceivable>;

export const receivableFilter = {
  ...pageQuery,
  on: localDate.optional().meta({
    description: "The day on which it is looked at: only what was booked by then counts. Today when absent.",
  }),
  legalEntityId: id<"legal-entity">().optional(),
};

const daysMax = 366;
const dayMs = 86_400_000;

/** Of which days a statement tells; `end` is the first day that no longer belongs to it. */
export const statementQuery = z
  .strictObject({ start: localDate, end: localDate })
  .refine(({ start, end }) => start < end, { message: "must end after it starts", path: ["end"] })
  .refine(({ start, end }) => (Date.parse(end) - Date.parse(start)) / dayMs <= daysMax, {
    message: `covers at most ${daysMax} days`,
    path: ["end"],
  })
  .meta({ example: { start: "2026-11-01", end: "2026-12-01" } });

const statementEntry = z.strictObject({
  bookedOn: localDate,
  what: z.enum(bookedFacts),
  reference: z.string().optional().meta({ description: "The invoice's number, or what the payment is called." }),
  amount: moneyWire.meta({ description: "How much more the client owes; negative when less." }),
  balance: moneyWire,
});

const statementAccount = z.strictObject({
  entity: named("EntityName"),
  opening: moneyWire,
  entries: z.array(statementEntry),
  closing: moneyWire,
});

/** What happened between a firm and a client in some days, per legal entity and currency. */
export const statementWire = z
  .strictObject({ client: named("ClientName"), period: periodWire, accounts: z.array(statementAccount) })
  .meta({
    id: "Statement",
    example: {
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      period: { start: "2026-11-01", end: "2026-12-01" },
      accounts: [
        {
          entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
          opening: eur("0.00"),
          entries: [
            {
              bookedOn: "2026-11-04",
              what: "invoice_issued",
              reference: "F-2026-00001",
              amount: eur("1190.00"),
              balance: eur("1190.00"),
            },
          ],
          closing: eur("1190.00"),
        },
      ],
    },
  });
export type StatementWire = z.infer<typeof statementWire>;
