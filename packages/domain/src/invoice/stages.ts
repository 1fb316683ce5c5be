import type { Role } from "@plumbline/domain/access/roles";
import type { InvoiceStage } from "./lifecycle.ts";

/** What a stage waits for, and who is next when it takes too long. Business time; 8 hours make a day. */
type Wait = {
  readonly what: string;
  readonly owner: Role | "platform";
  readonly hours: number;
  readonly escalatesTo: readonly (Role | "platform")[];
};

type Stage = {
  readonly title: string;
  /** What must be true for an invoice to enter. */
  readonly entersWhen: string;
  readonly waitsFor: readonly Wait[];
};

/** The stages in words, owners and clocks. A board column, an escalation and a refusal read this one table. */
export const stages: Readonly<Record<InvoiceStage, Stage>> = {
  draft: {
    title: "Draft",
    entersWhen: "the cut-off is reached, sources are claimed and rated",
    waitsFor: [
      {
        what: "submission",
        owner: "billing_coordinator",
        hours: 8,
        escalatesTo: ["project_manager", "practice_lead"],
      },
    ],
  },
  validation_pending: {
    title: "Validation pending",
    entersWhen: "it was submitted and its policy bundle is pinned",
    waitsFor: [{ what: "the manager's decision", owner: "project_manager", hours: 16, escalatesTo: ["practice_lead"] }],
  },
  manager_approved: {
    title: "Manager approved",
    entersWhen: "no blocking exception is open and its manager signed the content",
    waitsFor: [{ what: "the finance decision", owner: "finance_approver", hours: 8, escalatesTo: ["controller"] }],
  },
  finance_approved: {
    title: "Finance approved",
    entersWhen: "the content is unchanged and finance signed it",
    waitsFor: [{ what: "issuing", owner: "billing_coordinator", hours: 4, escalatesTo: ["platform"] }],
  },
  issued: {
    title: "Issued",
    entersWhen: "number, issue date and snapshot were written in one transaction",
    waitsFor: [
      { what: "its documents and delivery", owner: "platform", hours: 4, escalatesTo: ["ar_specialist"] },
      { what: "posting", owner: "platform", hours: 24, escalatesTo: ["ar_specialist"] },
    ],
  },
  posted: { title: "Posted", entersWhen: "the ledger acknowledged it with its id", waitsFor: [] },
  discarded: { title: "Discarded", entersWhen: "it was given up before issue; no number was consumed", waitsFor: [] },
};
