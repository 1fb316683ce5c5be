import { delegate, escalate, type Owner, remind, type Step } from "../clock/step.ts";
import type { InvoiceStage } from "./lifecycle.ts";

/** What a stage waits for, and who is next when it takes too long. Business time; 8 hours make a day. */
export type StageWait = {
  /** Beside the stage, what its clocks and policies are called by. */
  readonly key: string;
  readonly what: string;
  readonly owner: Owner;
  readonly hours: number;
  readonly steps: readonly Step[];
};

type Stage = {
  readonly title: string;
  /** What must be true for an invoice to enter. */
  readonly entersWhen: string;
  readonly waitsFor: readonly StageWait[];
};

/** The stages in words, owners and clocks. A board column, an escalation and a refusal read this one table. */
export const stages: Readonly<Record<InvoiceStage, Stage>> = {
  draft: {
    title: "Draft",
    entersWhen: "the cut-off is reached, sources are claimed and rated",
    waitsFor: [
      {
        key: "submission",
        what: "submission",
        owner: "billing_coordinator",
        hours: 8,
        steps: [remind(50), escalate(100, "project_manager"), escalate(150, "practice_lead")],
      },
    ],
  },
  validation_pending: {
    title: "Validation pending",
    entersWhen: "it was submitted and its policy bundle is pinned",
    waitsFor: [
      {
        key: "decision",
        what: "the manager's decision",
        owner: "project_manager",
        hours: 16,
        steps: [remind(50), delegate(100), escalate(150, "practice_lead")],
      },
    ],
  },
  manager_approved: {
    title: "Manager approved",
    entersWhen: "no blocking exception is open and its manager signed the content",
    waitsFor: [
      {
        key: "decision",
        what: "the finance decision",
        owner: "finance_approver",
        hours: 8,
        steps: [remind(50), escalate(100, "controller")],
      },
    ],
  },
  finance_approved: {
    title: "Finance approved",
    entersWhen: "the content is unchanged and finance signed it",
    waitsFor: [
      {
        key: "issue",
        what: "issuing",
        owner: "billing_coordinator",
        hours: 4,
        steps: [remind(50), escalate(100, "platform")],
      },
    ],
  },
  issued: {
    title: "Issued",
    entersWhen: "number, issue date and snapshot were written in one transaction",
    waitsFor: [
      {
        key: "documents",
        what: "its documents and delivery",
        owner: "platform",
        hours: 4,
        steps: [escalate(100, "ar_specialist")],
      },
      { key: "posting", what: "posting", owner: "platform", hours: 24, steps: [escalate(100, "ar_specialist")] },
    ],
  },
  posted: { title: "Posted", entersWhen: "the ledger acknowledged it with its id", waitsFor: [] },
  discarded: { title: "Discarded", entersWhen: "it was given up before issue; no number was consumed", waitsFor: [] },
};
