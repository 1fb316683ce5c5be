import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Currency } from "@plumbline/domain/money/currency";
import { convertTax, type TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { Draft } from "../drafts/assemble-drafts.ts";
import type { StoredInvoice } from "./load-stored-invoices.ts";

/**
 * The conversion of an invoice, made again: from what its draft was made of; or, where its rate is derived at issue, the tax
 * made again at the rate that was stored then, which nothing else knows.
 */
export function conversionAnew({ conversions }: StoredInvoice, draft: Draft): TaxConversion | undefined {
  const [stored] = conversions;
  if (stored?.["fixed_at"] !== "issue") return draft.conversion;
  const { currency, base_currency: base, quote_currency: quote, rate, rate_on: on, source } = stored;
  // Columns that are never null, of currencies and a day that the database took.
  const at = { base, quote, rate, on, source } as TaxConversion["rate"] & { readonly on: LocalDate };
  const to = currency as Currency;
  return { currency: to, fixedAt: "issue", rate: at, taxMinor: convertTax(draft.taxMinor, at, to) };
}
