import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { money } from "@plumbline/domain/money/money";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import { refundTrust } from "@plumbline/operations/trust/refund-trust";
import { transferTrust } from "@plumbline/operations/trust/transfer-trust";
import { sha256 } from "@plumbline/platform/hash";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

type Matter = { readonly id: EngagementId; readonly currency: Currency };

const matters = "select id, currency from engagements order by id";
const held = `
  select e.id, e.currency from engagements e
   where exists (select 1 from trust_entries t where t.tenant_id = e.tenant_id and t.engagement_id = e.id) order by e.id`;
const billed = `
  select distinct l.engagement_id as id, i.currency, i.id as "invoiceId"
    from invoices i join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
    join trust_entries t on t.tenant_id = l.tenant_id and t.engagement_id = l.engagement_id
   where i.number is not null and i.kind = 'invoice' order by i.id`;

/** Up to a sum of one matter's money, on whose word; today, when no books are closed. */
const about = (random: () => number, { id, currency }: Matter, most: number) => ({
  engagementId: id,
  amount: money(BigInt(Math.ceil(random() * most)), currency),
  reference: "wire",
  reason: "on account of costs",
  authority: "the client's letter",
  evidence: { document: "letter.pdf", sha256: sha256(id) },
});

/** Money that is the clients' own. */
export const trustOperations: Operations = {
  trustReceive: async ({ firm, random }) =>
    onOne<Matter>(firm, "collector", { random, sql: matters }, (scope, matter) =>
      receiveTrust(scope, about(random, matter, 100_000)),
    ),
  trustRefund: async ({ firm, random }) =>
    onOne<Matter>(firm, "controller", { random, sql: held }, (scope, matter) =>
      refundTrust(scope, about(random, matter, 20_000)),
    ),
  trustTransfer: async ({ firm, random }) =>
    onOne<Matter & { readonly invoiceId: InvoiceId }>(firm, "controller", { random, sql: billed }, (scope, matter) =>
      transferTrust(scope, { ...about(random, matter, 40_000), invoiceId: matter.invoiceId }),
    ),
};
