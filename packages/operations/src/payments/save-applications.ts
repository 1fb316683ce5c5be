import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, Id, InvoiceId } from "@plumbline/domain/id";
import { bookings, type HeldOn } from "@plumbline/domain/ledger/bookings";
import type { Application } from "@plumbline/domain/receivable/allocate-payment";
import { discountTaxes, type TaxedSum } from "@plumbline/domain/receivable/early-discount";
import { accountOf } from "@plumbline/domain/receivable/residual";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { openShortPaid } from "../disputes/short-paid.ts";
import { bookEntries } from "../ledger/book-entries.ts";
import { type Account, heldOn, type Owing } from "./payment-store.ts";

/** What one invoice takes of one payment. */
export type Part = Application & { readonly paymentId: Id<"payment"> };

/** A part with whose money it is, and when it is booked. */
export type BookedPart = Part & {
  readonly account: Account & { readonly engagementId?: EngagementId | undefined };
  readonly on: LocalDate;
};

/**
 * Writes what invoices take of payments whose client is locked: an entry of the ledger and an application each, in as many
 * statements as for one.
 *
 * @param input.open the invoices as they stood when the parts were worked out
 * @param input.on the day it is booked, and never before the invoice was issued
 */
export async function saveApplications(
  scope: Scope,
  account: BookedPart["account"],
  input: { readonly parts: readonly Part[]; readonly open: readonly Owing[]; readonly on: LocalDate },
): Promise<void> {
  const issuedOn = new Map(input.open.map((invoice) => [invoice.invoiceId, invoice.issuedOn]));
  const onOf = ({ invoiceId }: Part) => laterOf(input.on, issuedOn.get(invoiceId) ?? input.on);
  await saveParts(
    scope,
    input.parts.map((part) => ({ ...part, account, on: onOf(part) })),
  );
}

/** As `saveApplications`, for parts of several accounts. */
export async function saveParts(scope: Scope, parts: readonly BookedPart[]): Promise<void> {
  const entries = parts.map((part) => ({
    part,
    id: scope.newId<"ledger-entry">(),
    applicationId: scope.newId<"application">(),
  }));
  const taxesOf = await taxesOfDiscounts(scope, parts);
  await bookEntries(
    scope,
    entries.map(({ id, part }) => ({
      id,
      fact: "payment_applied",
      legalEntityId: part.account.legalEntityId,
      clientId: part.account.clientId,
      currency: part.account.currency,
      bookedOn: part.on,
      invoiceId: part.invoiceId,
      paymentId: part.paymentId,
      postings: postingsOf(part, heldOn(part.account), taxesOf(part)),
    })),
  );
  await insertRows(scope.tx, "payment_applications", entries, {
    id: ["uuid", ({ applicationId }) => applicationId],
    payment_id: ["uuid", ({ part }) => part.paymentId],
    invoice_id: ["uuid", ({ part }) => part.invoiceId],
    amount_minor: ["bigint", ({ part }) => part.amount.minor],
    residual_kind: ["text", ({ part }) => part.residual?.kind],
    residual_minor: ["bigint", ({ part }) => part.residual?.amount.minor],
    entry_id: ["uuid", ({ id }) => id],
  });
  await openShortPaid(
    scope,
    entries.flatMap(({ part: { invoiceId, residual, on }, applicationId }) =>
      residual?.kind === "disputed" ? [{ applicationId, invoiceId, minor: residual.amount.minor, on }] : [],
    ),
  );
  const byPayment = Map.groupBy(parts, ({ paymentId }) => paymentId);
  await scope.emit(
    [...byPayment].map(([subjectId, of]) => ({
      name: "payment.applied",
      subjectId,
      data: { invoiceIds: of.map(({ invoiceId }) => invoiceId) },
    })),
  );
  await scope.audit([...byPayment.keys()].map((subjectId) => ({ action: "payment.applied", subjectId })));
}

function postingsOf({ amount, residual }: Application, held: HeldOn, taxes: ReturnType<typeof discountTaxes>) {
  const account = residual && accountOf(residual.kind);
  return bookings.payment_applied({
    amount: amount.minor,
    held,
    ...(residual !== undefined &&
      account !== undefined && { residual: { account, minor: residual.amount.minor, taxes } }),
  });
}

/** A discount lowers the price after the supply, and so the tax; whatever else makes a payment short does not. */
async function taxesOfDiscounts(
  { tx }: Scope,
  parts: readonly BookedPart[],
): Promise<(part: BookedPart) => ReturnType<typeof discountTaxes>> {
  const discounts = parts.filter(({ residual }) => residual?.kind === "discount_taken");
  if (discounts.length === 0) return () => [];
  const rows = await query<TaxRow>(
    tx,
    `select i.id, d.category, d.basis_points as "basisPoints", d.jurisdiction, d.base_minor as "baseMinor", d.tax_minor as "taxMinor"
       from invoices i
       join tax_determinations d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version
      where i.id = any(?) order by d.category, d.basis_points, d.jurisdiction`,
    [discounts.map(({ invoiceId }) => invoiceId)],
  );
  const known = Map.groupBy(rows, ({ id }) => id);
  return ({ invoiceId, residual, account: { currency } }) =>
    residual?.kind === "discount_taken"
      ? discountTaxes(residual.amount.minor, (known.get(invoiceId) ?? []).map(fromTaxRow), currency)
      : [];
}

type TaxRow = { readonly id: InvoiceId; readonly jurisdiction: string | null } & Pick<
  TaxedSum,
  "category" | "basisPoints"
> &
  Record<"baseMinor" | "taxMinor", string>;

const fromTaxRow = ({ category, basisPoints, jurisdiction, baseMinor, taxMinor }: TaxRow): TaxedSum => ({
  category,
  basisPoints,
  ...(jurisdiction !== null && { jurisdiction }),
  baseMinor: BigInt(baseMinor),
  taxMinor: BigInt(taxMinor),
});

export const laterOf = (left: LocalDate, right: LocalDate): LocalDate => (left < right ? right : left);
