import { type Permission, permissions } from "./permissions.ts";

/**
 * What a program may be let in for. Whatever a person must answer for stays with persons: approving, reviewing, giving
 * up or paying back money, and giving out keys.
 */
const personsOnly: ReadonlySet<Permission> = new Set<Permission>([
  "api-key.manage",
  "tenant.configure",
  "policy.publish",
  "time.approve",
  "exception.waive",
  "invoice.review",
  "invoice.approve.manager",
  "invoice.approve.finance",
  "invoice.post",
  "invoice.credit",
  "invoice.write_down",
  "document.render",
  "clock.keep",
  "receivable.write_off",
  "payment.refund",
  "engagement.close",
  "client.merge",
  "books.close",
  "books.reopen",
]);

/** The scopes an API key can have. */
export const keyPermissions: readonly Permission[] = permissions.filter((permission) => !personsOnly.has(permission));
