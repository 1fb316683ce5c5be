/** Everything a person or system may be allowed to do. `invoice.*` names are used by the lifecycle table. */
export const permissions = [
  "tenant.configure",
  "api-key.manage",
  "import.run",
  "quarantine.correct",
  "client.verify",
  "time.approve",
  "work.read",
  "billing.run",
  "exception.resolve",
  "invoice.read",
  "invoice.submit",
  "invoice.revise",
  "invoice.review",
  "invoice.approve.manager",
  "invoice.approve.finance",
  "invoice.issue",
  "invoice.post",
  "invoice.discard",
  "document.render",
  "receivable.read",
  "receivable.write_off",
  "payment.record",
  "payment.refund",
  "audit.read",
] as const;

export type Permission = (typeof permissions)[number];
