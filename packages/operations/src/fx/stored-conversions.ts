import type { InvoiceWire } from "@plumbline/contract/invoice";
import { minorToWire } from "@plumbline/contract/scalar";
import type { InvoiceId } from "@plumbline/domain/id";
import type { TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { Scope } from "@plumbline/platform/scope";
import { type Column, insertRows } from "@plumbline/platform/sql";

/** What a conversion is stored as. Saving writes these columns, and recomputing compares them. */
export const conversionColumns: Readonly<Record<string, Column<TaxConversion>>> = {
  currency: ["text", ({ currency }) => currency],
  tax_minor: ["bigint", ({ taxMinor }) => taxMinor],
  fixed_at: ["text", ({ fixedAt }) => fixedAt],
  base_currency: ["text", ({ rate }) => rate.base],
  quote_currency: ["text", ({ rate }) => rate.quote],
  rate: ["numeric", ({ rate }) => rate.rate],
  rate_on: ["date", ({ rate }) => rate.on],
  source: ["text", ({ rate }) => rate.source],
};

export type InvoiceConversion = TaxConversion & { readonly invoiceId: InvoiceId; readonly contentVersion: number };

export async function saveConversions(scope: Scope, conversions: readonly InvoiceConversion[]): Promise<void> {
  await insertRows(scope.tx, "tax_conversions", conversions, {
    invoice_id: ["uuid", ({ invoiceId }) => invoiceId],
    content_version: ["int", ({ contentVersion }) => contentVersion],
    ...conversionColumns,
  });
}

/** Of the invoice `i`, as its snapshot has it; null where nothing is converted. */
export const conversionOfInvoice = `(
  select jsonb_build_object('currency', v.currency, 'taxMinor', v.tax_minor::text, 'rate', jsonb_build_object(
           'base', v.base_currency, 'quote', v.quote_currency, 'rate', v.rate::text, 'on', v.rate_on, 'source', v.source))
    from tax_conversions v
   where v.tenant_id = i.tenant_id and v.invoice_id = i.id and v.content_version = i.content_version)`;

export type ConversionRow = Pick<TaxConversion, "currency" | "rate"> & { readonly taxMinor: string };

export const conversionToWire = ({ currency, taxMinor, rate }: ConversionRow): InvoiceWire["taxConversion"] => ({
  tax: minorToWire(taxMinor, currency),
  rate,
});
