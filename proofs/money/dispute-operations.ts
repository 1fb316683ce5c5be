import type { CorrectionCode } from "@plumbline/domain/credit/correction";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { money } from "@plumbline/domain/money/money";
import { acknowledgeDispute } from "@plumbline/operations/disputes/acknowledge-dispute";
import { openDispute } from "@plumbline/operations/disputes/open-dispute";
import { resolveDispute } from "@plumbline/operations/disputes/resolve-dispute";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

const undecided = "select id from disputes where state <> 'resolved' order by id";
const decision = { rootCause: "other", reason: "looked into" } as const;

/** Clients that object to what was issued, and what becomes of it. */
export const disputeOperations: Operations = {
  object: async ({ firm, random }) =>
    onOne<{ id: InvoiceId; total: string; currency: Currency }>(
      firm,
      "collector",
      {
        random,
        sql: "select id, total_minor as total, currency from invoices where number is not null and kind = 'invoice' and total_minor > 0 order by id",
      },
      (scope, { id: invoiceId, total, currency }) => {
        const amount = money(1n + (BigInt(total) * BigInt(Math.floor(random() * 60))) / 100n, currency);
        const part = random() < 0.5 ? { lines: [1] } : { amount };
        return openDispute(scope, { invoiceId, code: "hours", reason: "too much", ...part });
      },
    ),
  acknowledge: async ({ firm, random }) =>
    onOne<{ id: Id<"dispute"> }>(firm, "collector", { random, sql: undecided }, (scope, { id: disputeId }) =>
      acknowledgeDispute(scope, { disputeId }),
    ),
  resolve: async ({ firm, random }) =>
    onOne<{ id: Id<"dispute"> }>(firm, "collector", { random, sql: undecided }, (scope, { id: disputeId }) => {
      if (random() < 0.3) return resolveDispute(scope, { disputeId, ...decision, outcome: "rejected" });
      const lines = random() < 0.5 ? ("rebillable" as const) : ("concession" as const);
      const credit = { code: "wrong_quantity" as CorrectionCode, lines };
      return resolveDispute(scope, { disputeId, ...decision, outcome: "upheld", credit });
    }),
};
