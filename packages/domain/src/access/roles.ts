import { type Permission, permissions } from "./permissions.ts";

const reading = ["invoice.read", "work.read"] as const satisfies readonly Permission[];

/**
 * What each role of a tenant may do: the one policy that routes, operations and buttons ask.
 * Nobody holds both approval gates, so that separated duties are the normal case and not an exception.
 */
export const roles = {
  consultant: ["work.read"],
  project_manager: [
    ...reading,
    "time.approve",
    "change-order.draft",
    "exception.resolve",
    "clock.pause",
    "invoice.review",
    "invoice.approve.manager",
  ],
  practice_lead: [
    ...reading,
    "time.approve",
    "change-order.sign",
    "engagement.close",
    "exception.resolve",
    "exception.waive",
    "clock.pause",
    "invoice.review",
    "invoice.approve.manager",
    "invoice.write_down",
    "dispute.decide",
  ],
  account_manager: [...reading, "change-order.draft", "invoice.deposit", "invoice.write_down", "dispute.record"],
  // prettier-ignore
  // oxfmt-ignore
  billing_coordinator: [...reading, "import.run", "quarantine.correct", "client.verify", "change-order.draft", "billing.run", "exception.resolve", "clock.pause", "invoice.submit", "invoice.revise", "invoice.issue", "invoice.discard", "invoice.credit", "invoice.deposit", "dispute.record"],
  // prettier-ignore
  // oxfmt-ignore
  finance_approver: [...reading, "policy.publish", "invoice.review", "invoice.approve.finance", "invoice.issue", "receivable.read", "trust.reconcile", "books.reopen", "margin.read"],
  // prettier-ignore
  // oxfmt-ignore
  controller: [...reading, "policy.propose", "policy.publish", "client.verify", "client.merge", "change-order.sign", "engagement.close", "exception.resolve", "exception.waive", "clock.pause", "sla.set", "invoice.review", "invoice.approve.finance", "invoice.issue", "invoice.discard", "audit.read", "receivable.read", "receivable.write_off", "payment.refund", "chargeback.decide", "dispute.decide", "trust.disburse", "trust.reconcile", "revenue.release", "retention.release", "books.close", "books.reopen", "collecting.agree", "margin.read"],
  ar_specialist: [
    ...reading,
    "invoice.credit",
    "receivable.read",
    "payment.record",
    "chargeback.decide",
    "dispute.record",
    "dispute.decide",
    "trust.record",
    "dunning.run",
    "promise.record",
    "interest.claim",
  ],
  automation_admin: [
    ...reading,
    "tenant.configure",
    "policy.propose",
    "sla.set",
    "api-key.manage",
    "import.run",
    "quarantine.correct",
    "audit.read",
  ],
  auditor: [...reading, "audit.read", "receivable.read"],
  executive: ["invoice.read", "receivable.read", "margin.read"],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly Role[];

/** System actors, one per job that writes: each holds only what its job does, and none may approve. */
export const systemActors = {
  "tenant-provisioner": ["tenant.configure"],
  importer: ["import.run", "quarantine.correct"],
  "billing-runner": ["billing.run", "work.read", "invoice.read", "invoice.submit", "invoice.revise", "revenue.release"],
  "invoice-issuer": ["invoice.read", "invoice.issue"],
  "clock-keeper": ["clock.keep"],
  "document-renderer": ["invoice.read", "document.render"],
} as const satisfies Record<string, readonly Permission[]>;

export type SystemActor = keyof typeof systemActors;

/** The union of what some roles allow. */
export function permissionsOf(held: readonly Role[]): ReadonlySet<Permission> {
  return new Set(held.flatMap((role): readonly Permission[] => roles[role]));
}

/** Permissions that no role and no system actor holds: dead, or forgotten. */
export function unheldPermissions(): Permission[] {
  const held = new Set<Permission>([...Object.values(roles).flat(), ...Object.values(systemActors).flat()]);
  return permissions.filter((permission) => !held.has(permission));
}
