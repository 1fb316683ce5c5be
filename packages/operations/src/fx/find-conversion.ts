import type { InvoiceId } from "@plumbline/domain/id";
import type { TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { conversionOfInvoice, type ConversionRow } from "./stored-conversions.ts";

type Row = {
  readonly conversion: ConversionRow | null;
  readonly fixedAt: TaxConversion["fixedAt"];
  readonly leftMinor: string;
};

/** The converted tax of an invoice, and what its credit notes have left of it. */
export async function findConversion(
  scope: Scope,
  invoiceId: InvoiceId,
): Promise<(TaxConversion & { readonly leftMinor: bigint }) | undefined> {
  const [row] = await query<Row>(
    scope.tx,
    `select ${conversionOfInvoice} as conversion, o.fixed_at as "fixedAt", (o.tax_minor + (
              select coalesce(sum(b.tax_minor), 0) from invoices c
                join tax_conversions b on b.tenant_id = c.tenant_id and b.invoice_id = c.id
               where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded'))::text as "leftMinor"
       from invoices i
       join tax_conversions o on o.tenant_id = i.tenant_id and o.invoice_id = i.id and o.content_version = i.content_version
      where i.id = ?`,
    [invoiceId],
  );
  if (row === undefined || row.conversion === null) return undefined;
  const { conversion, fixedAt, leftMinor } = row;
  return { ...conversion, fixedAt, taxMinor: BigInt(conversion.taxMinor), leftMinor: BigInt(leftMinor) };
}
