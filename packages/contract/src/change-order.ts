import { z } from "zod";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Amendments, changeOrderStates } from "@plumbline/domain/engagement/change-order";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Money } from "@plumbline/domain/money/money";
import { pageQuery } from "./page.ts";
import { id, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";
import { evidence } from "./trust.ts";

const instalmentsMax = 120;
const amendedMax = 200;
const capHoursMax = 1_000_000;

/** The same shape goes in and comes out; amounts differ in how strictly they are read. */
const amendsOf = <Amount extends z.ZodType, Project extends z.ZodType, Milestone extends z.ZodType>(
  amount: Amount,
  ids: { readonly project: Project; readonly milestone: Milestone },
) => {
  const cap = {
    amount: amount.optional(),
    hours: z.number().positive().max(capHoursMax).optional().meta({ example: 120 }),
    includesExpenses: z.boolean().optional().meta({ description: "Whether expenses count; not when absent." }),
  };
  return z.strictObject({
    cap: z.strictObject(cap).optional().meta({ description: "The ceiling of the engagement, said anew as a whole." }),
    projectCaps: z
      .array(z.strictObject({ projectId: ids.project, ...cap }))
      .min(1)
      .max(amendedMax)
      .optional()
      .meta({ description: "Ceilings of phases, which are projects." }),
    fee: z
      .strictObject({
        amount,
        instalments: z
          .array(z.strictObject({ dueOn: localDate, amount }))
          .min(1)
          .max(instalmentsMax),
      })
      .optional()
      .meta({ description: "The fixed fee, said anew with all its instalments: those billed or due before stay." }),
    milestones: z
      .array(z.strictObject({ milestoneId: ids.milestone, amount: amount.optional(), dueOn: localDate.optional() }))
      .min(1)
      .max(amendedMax)
      .optional(),
    orders: z
      .array(
        z.strictObject({
          number: z.string().trim().min(1).max(200).meta({ example: "PO-4711" }),
          amount,
          validTo: localDate.optional(),
        }),
      )
      .min(1)
      .max(amendedMax)
      .optional()
      .meta({ description: "Purchase orders by their number; a new number is a new order, valid from the day on." }),
    rates: z
      .array(
        z.strictObject({
          projectId: ids.project.optional(),
          role: z.string().trim().min(1).max(200).optional(),
          price: amount,
        }),
      )
      .min(1)
      .max(amendedMax)
      .optional()
      .meta({ description: "Of a role on a project, of all roles of a project, or without both of the engagement." }),
  });
};

const money = moneyInput.meta({ example: { amount: "60000.00", currency: "EUR" } });

const amendsInput = amendsOf(money, { project: id<"project">(), milestone: id<"work-item">() })
  .transform((said, context) => {
    const currencies = new Set(amountsOf(said).map(({ currency }) => currency));
    const [currency, ...others] = currencies;
    if (others.length > 0) {
      context.addIssue("has amounts of more than one currency");
      return z.NEVER;
    }
    return { ...(currency !== undefined && { currency }), amends: toAmendments(said) };
  })
  .meta({ example: { cap: { amount: { amount: "60000.00", currency: "EUR" } } } });

type Said = z.output<
  ReturnType<typeof amendsOf<typeof money, ReturnType<typeof id<"project">>, ReturnType<typeof id<"work-item">>>>
>;

const amountsOf = ({ cap, projectCaps = [], fee, milestones = [], orders = [], rates = [] }: Said): Money[] =>
  [
    cap?.amount,
    ...projectCaps.map(({ amount }) => amount),
    fee?.amount,
    ...(fee?.instalments ?? []).map(({ amount }) => amount),
    ...milestones.map(({ amount }) => amount),
    ...orders.map(({ amount }) => amount),
    ...rates.map(({ price }) => price),
  ].flatMap((amount) => amount ?? []);

function toAmendments({ cap, projectCaps, fee, milestones, orders, rates }: Said): Amendments {
  return {
    ...(cap && { cap: toCap(cap) }),
    ...(projectCaps && { projectCaps: projectCaps.map(({ projectId, ...of }) => ({ projectId, cap: toCap(of) })) }),
    ...(fee && {
      fee: {
        amountMinor: text(fee.amount),
        instalments: fee.instalments.map(({ dueOn, amount }) => ({ dueOn, amountMinor: text(amount) })),
      },
    }),
    ...(milestones && {
      milestones: milestones.map(({ milestoneId, amount, dueOn }) => ({
        milestoneId,
        ...(amount && { amountMinor: text(amount) }),
        ...(dueOn && { dueOn }),
      })),
    }),
    ...(orders && {
      orders: orders.map(({ number, amount, validTo }) => ({
        number,
        amountMinor: text(amount),
        ...(validTo && { validTo }),
      })),
    }),
    ...(rates && {
      rates: rates.map(({ projectId, role, price }) => ({
        ...(projectId && { projectId }),
        ...(role && { role }),
        priceMinor: text(price),
      })),
    }),
  };
}

const text = ({ minor }: Money): string => String(minor);

const toCap = ({ amount, hours, includesExpenses }: NonNullable<Said["cap"]>) => ({
  ...(amount && { amountMinor: text(amount) }),
  ...(hours !== undefined && { minutes: Math.round(hours * 60) }),
  ...(includesExpenses && { includesExpenses }),
});

const description = z.string().trim().min(1).max(200).meta({ example: "Second site survey" });
const orderNumber = z.string().trim().min(1).max(40).meta({ description: "As people know it.", example: "3" });

export const changeOrderInput = z
  .strictObject({
    number: orderNumber,
    effectiveOn: localDate,
    reason,
    amends: amendsInput.optional().meta({ description: "What changes. What is not named stays as it was agreed." }),
    charge: z
      .strictObject({ description, amount: money })
      .optional()
      .meta({ description: "What it costs by itself, billed once." }),
  })
  .transform(({ amends, ...said }): ChangeOrderSaid => ({ ...said, ...(amends ?? { amends: {} }) }));

type ChangeOrderSaid = {
  readonly number: string;
  readonly effectiveOn: LocalDate;
  readonly reason: string;
  readonly currency?: Currency;
  readonly amends: Amendments;
  readonly charge?: { readonly description: string; readonly amount: Money } | undefined;
};

export const changeOrderSignatureInput = z.strictObject({
  signedOn: localDate.meta({ description: "The day on the signed document.", example: "2026-03-12" }),
  evidence,
});

export const changeOrderWire = z
  .strictObject({
    id: z.uuid(),
    engagement: named("EngagementName"),
    number: z.string(),
    state: z.enum(changeOrderStates),
    effectiveOn: localDate,
    reason: z.string(),
    amends: amendsOf(moneyWire, { project: z.uuid(), milestone: z.uuid() }),
    charge: z.strictObject({ description: z.string(), amount: moneyWire }).optional(),
    draftedBy: z.string(),
    signedOn: localDate.optional(),
    signedBy: z.string().optional(),
    evidence: z.strictObject({ document: z.string(), sha256: z.string() }).optional(),
  })
  .meta({
    id: "ChangeOrder",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70",
      engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80", name: "Harbour crane" },
      number: "3",
      state: "signed",
      effectiveOn: "2026-03-15",
      reason: "Second site survey",
      amends: { cap: { amount: { amount: "60000.00", currency: "EUR" } } },
      draftedBy: "Cora Coordinator",
      signedOn: "2026-03-12",
      signedBy: "Carl Controller",
      evidence: { document: "co-3.pdf", sha256: "5f2c9a7d0e4b81635f2c9a7d0e4b81635f2c9a7d0e4b81635f2c9a7d0e4b8163" },
    },
  });
export type ChangeOrderWire = z.infer<typeof changeOrderWire>;

export const changeOrderFilter = {
  ...pageQuery,
  state: z.enum(changeOrderStates).optional(),
  engagementId: id<"engagement">().optional(),
};
