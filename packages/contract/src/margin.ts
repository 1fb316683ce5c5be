import { z } from "zod";
import { pageQuery } from "./page.ts";
import { localDate, moneyWire, named } from "./scalar.ts";

export const marginSubjects = ["engagement", "client", "worker"] as const;
export type MarginSubject = (typeof marginSubjects)[number];

const daysMax = 366;
const dayMs = 86_400_000;

export const marginFilter = z
  .strictObject({
    ...pageQuery,
    by: z.enum(marginSubjects).meta({ description: "Whose; of a worker time alone is looked at." }),
    start: localDate.meta({ example: "2026-10-01" }),
    end: localDate.meta({ example: "2026-11-01", description: "The first day that no longer belongs to it." }),
  })
  .refine(({ start, end }) => start < end, { message: "must end after it starts", path: ["end"] })
  .refine(({ start, end }) => (Date.parse(end) - Date.parse(start)) / dayMs <= daysMax, {
    message: `covers at most ${daysMax} days`,
    path: ["end"],
  });

const basisPoints = z.int();
const eur = (amount: string) => ({ amount, currency: "EUR" });

/** What work of some days was worth, was billed at, and cost; in one currency. */
export const marginWire = z
  .strictObject({
    subject: named("MarginSubjectName"),
    minutes: z.int().meta({ description: "Approved time, billed or not." }),
    standard: moneyWire.meta({ description: "What issued invoices would ask for it before anything was taken off." }),
    takenOff: moneyWire.meta({ description: "Discounts and write-downs before bill, less surcharges." }),
    credited: moneyWire.meta({ description: "Credited after bill without being billed anew." }),
    billed: moneyWire.meta({ description: "Net, after both." }),
    realisationBasisPoints: basisPoints.optional().meta({ description: "Billed of standard; 10000 is all of it." }),
    cost: moneyWire.meta({ description: "Time at the cost rates of its days, and what was spent." }),
    uncostedMinutes: z.int().meta({ description: "Time for which no cost rate in this currency is known." }),
    uncostedSpends: z.int().meta({ description: "Expenses and disbursements that were paid in another currency." }),
    margin: moneyWire.optional().meta({ description: "Billed less cost; absent while some of the cost is not known." }),
    marginBasisPoints: basisPoints.optional().meta({ description: "Margin of billed." }),
  })
  .meta({
    id: "Margin",
    example: {
      subject: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80", name: "Rollout" },
      minutes: 6_000,
      standard: eur("15000.00"),
      takenOff: eur("1000.00"),
      credited: eur("0.00"),
      billed: eur("14000.00"),
      realisationBasisPoints: 9_333,
      cost: eur("8000.00"),
      uncostedMinutes: 0,
      uncostedSpends: 0,
      margin: eur("6000.00"),
      marginBasisPoints: 4_286,
    },
  });
export type MarginWire = z.infer<typeof marginWire>;
