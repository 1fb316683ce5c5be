import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { amountText } from "@plumbline/domain/money/decimal";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookingDate } from "../ledger/booking-date.ts";
import { takeIn } from "../payments/record-payment.ts";
import { lockMatter, refuseOverdraft, saveTrustEntry, type TrustMove } from "./trust-store.ts";

/**
 * Pays an issued invoice of a matter out of its trust money: billed before it is transferred, and nothing of what is
 * disputed. Two entries: money leaves trust, and the firm is paid.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `invoice-not-found` | `trust-refused` |
 *   `booking-date-refused`
 */
export async function transferTrust(scope: Scope, input: TrustMove & { readonly invoiceId: InvoiceId }): Promise<void> {
  demand(scope, "trust.disburse");
  const matter = await lockMatter(scope, input);
  const { invoiceId, amount } = input;
  const invoice = await billedInvoice(scope, input);
  const payable = invoice.open - invoice.disputed;
  if (!invoice.ofMatter) throw new Problem("trust-refused", { detail: "The invoice bills nothing of this matter." });
  if (amount.minor > payable) {
    const disputed =
      invoice.disputed > 0n ? `; ${amountText(invoice.disputed, matter.currency)} is disputed and stays` : "";
    const detail = `The invoice still asks for ${amountText(payable > 0n ? payable : 0n, matter.currency)}${disputed}.`;
    throw new Problem("trust-refused", { detail });
  }
  refuseOverdraft(matter, input);
  const asked = input.on !== undefined && input.on < invoice.issuedOn ? invoice.issuedOn : input.on;
  const on = await bookingDate(scope, matter.legalEntityId, asked);
  const paymentId = await takeIn(scope, {
    clientId: matter.payerId,
    legalEntityId: matter.legalEntityId,
    amount,
    receivedOn: on,
    reference: input.reference,
    to: [{ invoiceId, amount }],
  });
  await saveTrustEntry(scope, matter, { ...input, on, kind: "transfer", pays: { invoiceId, paymentId } });
}

type Billed = {
  readonly open: bigint;
  readonly disputed: bigint;
  readonly ofMatter: boolean;
  readonly issuedOn: LocalDate;
};

/** A draft is answered like an invoice that does not exist: nothing is paid before it is billed. */
async function billedInvoice(
  { tx }: Scope,
  { invoiceId, engagementId }: TrustMove & { readonly invoiceId: InvoiceId },
): Promise<Billed> {
  const [row] = await query<{ open: string; disputed: string; ofMatter: boolean; issuedOn: LocalDate }>(
    tx,
    `select s.open, d.disputed, i.issued_on as "issuedOn",
            exists (select 1 from invoice_lines l where l.tenant_id = i.tenant_id and l.invoice_id = i.id
                       and l.content_version = i.content_version and l.engagement_id = ?)
              or i.kind = 'opening' and i.engagement_id = ? as "ofMatter"
       from invoices i
      cross join lateral (
        select coalesce(sum(p.amount_minor), 0) as open
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'receivable') s
      cross join lateral (select app.disputed_minor(i.tenant_id, i.id) as disputed) d
      where i.id = ? and i.issued_on is not null`,
    [engagementId, engagementId, invoiceId],
  );
  if (row === undefined) throw new Problem("invoice-not-found");
  return { ...row, open: BigInt(row.open), disputed: BigInt(row.disputed) };
}
