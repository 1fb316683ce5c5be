import { z } from "zod";
import { roleNames } from "@plumbline/domain/access/roles";
import { flag, pageQuery } from "./page.ts";
import { exampleOf, id, instant, moneyWire, named } from "./scalar.ts";

/** A role, or those who run the service. */
const owner = z.enum(["platform", ...roleNames]).meta({
  description: "Role on whom it waits; `platform` for those who run the service.",
  example: "project_manager",
});

const stepKind = z.enum(["remind", "delegate", "escalate"]);

const stepTaken = z
  .strictObject({
    does: stepKind,
    to: owner,
    at: instant,
    lateSeconds: z.int().meta({ description: "How long after it was due." }),
  })
  .meta({
    id: "ClockStep",
    example: { does: "remind", to: "project_manager", at: "2026-11-04T10:15:00.000Z", lateSeconds: 1 },
  });

/** Something that waits, and on whom. */
export const clockWire = z
  .strictObject({
    id: id<"clock">(),
    wait: z.string().meta({ description: "What its terms are called by." }),
    waitsFor: z.string(),
    owner,
    subject: z.strictObject({
      kind: z.enum(["invoice", "exception", "dispute"]),
      id: z.uuid(),
      name: z.string().meta({ description: "Number or client of the invoice; what the exception or the client says." }),
    }),
    invoiceId: id<"invoice">().optional().meta({ description: "The invoice it holds up, where there is one." }),
    client: named("ClientName").optional(),
    since: instant,
    dueAt: instant.optional().meta({ description: "When waiting becomes late; absent while it is paused." }),
    lateSeconds: z.int().meta({ description: "For how long it is late; 0 when it is not." }),
    atStake: moneyWire.optional().meta({ description: "Unknown for work without a rate." }),
    paused: z.strictObject({ since: instant, reason: z.string(), by: z.string() }).optional(),
    steps: z.array(stepTaken).meta({ description: "What was done meanwhile, oldest first." }),
  })
  .meta({
    id: "Clock",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d81",
      wait: "validation_pending.decision",
      waitsFor: "the manager's decision",
      owner: "project_manager",
      subject: { kind: "invoice", id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", name: "Bright & Moor" },
      invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      since: "2026-11-03T10:15:00.000Z",
      dueAt: "2026-11-05T10:15:00.000Z",
      lateSeconds: 0,
      atStake: { amount: "1190.00", currency: "EUR" },
      steps: [exampleOf(stepTaken)],
    },
  });
export type ClockWire = z.infer<typeof clockWire>;

export const clockFilter = {
  ...pageQuery,
  owner: owner.optional(),
  late: flag.optional().meta({ description: "Only those that wait longer than they may, or all others." }),
  invoiceId: id<"invoice">().optional(),
};

const step = z.strictObject({
  does: stepKind,
  percent: z.int().meta({ description: "Of the allowed time; 100 is when it is late.", example: 50 }),
  to: owner.optional().meta({
    description:
      "Who is asked then. A reminder goes to the owner, and so to nobody else; who stands in may be all who hold the owner's role.",
  }),
});

const policyShape = {
  wait: z.string().max(120).meta({
    description: "A wait of a stage, a lane of exceptions, or one of their causes: `exception.business.po-required`.",
    example: "validation_pending.decision",
  }),
  owner: owner
    .optional()
    .meta({ description: "The platform's when absent; that of an exception is named by its rule." }),
  hours: z.int().meta({ description: "Allowed, in business time.", example: 16 }),
  steps: z.array(step).max(20),
};

export const slaPolicyInput = z.strictObject(policyShape);
export type SlaPolicyInput = z.output<typeof slaPolicyInput>;

/** How long something may wait, and what is done meanwhile. */
export const slaPolicyWire = z
  .strictObject({
    ...policyShape,
    waitsFor: z.string(),
    recorded: z
      .strictObject({ at: instant, by: z.string() })
      .optional()
      .meta({ description: "When the firm said so, and who; these are the platform's terms when absent." }),
  })
  .meta({
    id: "SlaPolicy",
    example: {
      wait: "validation_pending.decision",
      owner: "project_manager",
      hours: 16,
      steps: [
        { does: "remind", percent: 50 },
        { does: "delegate", percent: 100 },
        { does: "escalate", percent: 150, to: "practice_lead" },
      ],
      waitsFor: "the manager's decision",
    },
  });
export type SlaPolicyWire = z.infer<typeof slaPolicyWire>;

export const slaPoliciesWire = z.strictObject({ items: z.array(slaPolicyWire) });
