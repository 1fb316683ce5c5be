import type { QuotedRate } from "@plumbline/domain/money/exchange";
import { rateDaysMax } from "@plumbline/domain/tax/tax-conversion";

/** A rate as it is stored. */
export type FxRateRow = QuotedRate & { readonly id: string };

/**
 * SQL of the rate that holds on a day: the newest of it or of a few days before, as JSON. It may be quoted either way; where
 * both are, that of the invoice's own currency is taken.
 *
 * @param of SQL expressions; `known` is a condition on the columns `known_from` and `known_to`
 */
export const rateSql = (of: Readonly<Record<"source" | "from" | "to" | "on" | "known", string>>): string => `(
  select jsonb_build_object('id', r.id, 'base', r.base_currency, 'quote', r.quote_currency, 'rate', r.rate::text,
                            'on', r.rate_on, 'source', r.source)
    from fx_rates r
   where r.source = ${of.source} and r.rate_on <= ${of.on} and r.rate_on > ${of.on} - ${rateDaysMax} and ${of.known}
     and ((r.base_currency = ${of.from} and r.quote_currency = ${of.to})
       or (r.base_currency = ${of.to} and r.quote_currency = ${of.from}))
   order by r.rate_on desc, r.base_currency = ${of.from} desc limit 1)`;
