import { z } from "zod";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { closeItemNames, closeItems, tieOutKinds } from "@plumbline/domain/ledger/close-items";
import { taxCategoryCodes } from "@plumbline/domain/tax/category";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, moneyWire, named, reason } from "./scalar.ts";

/** A calendar month, as whose books are closed. */
export const monthInput = z
  .string()
  .regex(/^\d{4}-\d{2}$/, "write a month as YYYY-MM")
  .transform((text, context): Period => {
    const month = monthPeriod(text);
    if (month !== undefined) return month;
    context.addIssue("is no month of the calendar");
    return z.NEVER;
  })
  .meta({ example: "2025-12" });

const monthText = z.string().regex(/^\d{4}-\d{2}$/);
const legalEntityId = id<"legal-entity">();

export const checklistParams = z.strictObject({ legalEntityId });
export const checklistQuery = z.strictObject({ month: monthInput });
export const monthCloseInput = z.strictObject({ legalEntityId, month: monthInput });
export const reopeningInput = z.strictObject({ reason });
export const monthCloseFilter = { ...pageQuery, legalEntityId: legalEntityId.optional() };

const meanings = closeItemNames.map((item) => `\`${item}\`: ${closeItems[item].means}`).join("; ");

/** What stands open at the end of a month. */
export const closeChecklistWire = z
  .strictObject({
    entity: named("EntityName"),
    month: monthText,
    lockedOn: localDate.optional().meta({ description: "The last day of closed books; absent while none are." }),
    closable: z.boolean(),
    because: z
      .array(z.enum(["not_over", "closed_already", ...closeItemNames]))
      .meta({ description: "Everything that keeps the books from being closed." }),
    items: z
      .array(
        z.strictObject({
          item: z.enum(closeItemNames).meta({ description: meanings }),
          blocks: z.boolean(),
          count: z.int(),
          amounts: z.array(moneyWire).meta({ description: "Per currency; time has no amount before it is rated." }),
          examples: z.array(z.uuid()).meta({ description: "Ids of some of them." }),
        }),
      )
      .meta({ description: "What stands open; what does not is absent." }),
    tieOuts: z
      .array(
        z.strictObject({
          kind: z.enum(tieOutKinds),
          tax: z
            .strictObject({
              category: z.enum(taxCategoryCodes),
              basisPoints: z.int(),
              jurisdiction: z.string().optional(),
            })
            .optional(),
          documents: moneyWire,
          ledger: moneyWire,
          agrees: z.boolean(),
        }),
      )
      .meta({
        description:
          "What documents, payments and matters say, and the ledger: at the end of the month, tax of the month.",
      }),
  })
  .meta({
    id: "CloseChecklist",
    example: {
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      month: "2026-10",
      lockedOn: "2026-09-30",
      closable: false,
      because: ["bank_entries_open"],
      items: [
        {
          item: "bank_entries_open",
          blocks: true,
          count: 1,
          amounts: [{ amount: "119.00", currency: "EUR" }],
          examples: ["0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00"],
        },
      ],
      tieOuts: [
        {
          kind: "receivables",
          documents: { amount: "1190.00", currency: "EUR" },
          ledger: { amount: "1190.00", currency: "EUR" },
          agrees: true,
        },
      ],
    },
  });
export type CloseChecklistWire = z.infer<typeof closeChecklistWire>;

const done = { by: z.string(), at: instant };

/** A month whose books were closed. */
export const monthCloseWire = z
  .strictObject({
    id: z.uuid(),
    entity: named("EntityName"),
    month: monthText,
    closed: z.strictObject(done),
    reopeningAsked: z.strictObject({ ...done, reason: z.string() }).optional(),
    reopened: z.strictObject(done).optional(),
  })
  .meta({
    id: "MonthClose",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d90",
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      month: "2026-10",
      closed: { by: "Carl Controller", at: "2026-11-05T09:00:00.000Z" },
    },
  });
export type MonthCloseWire = z.infer<typeof monthCloseWire>;
