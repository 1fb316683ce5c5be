import type { Posting } from "@plumbline/domain/ledger/bookings";

/** The postings of an entry as they are read as JSON. */
export type StoredPosting = Omit<Posting, "minor"> & { readonly minor: string };

/** Of the entry whose id is `entry`, as JSON in their order: with the tax that each is of, so that it can be undone as it was. */
export const postingsOfEntry = (entry: string): string => `(
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('account', p.account, 'minor', p.amount_minor::text,
           'tax', case when p.tax_category is not null
                    then jsonb_build_object('category', p.tax_category, 'basisPoints', p.tax_bp, 'jurisdiction', p.tax_jurisdiction) end))
           order by p.position)
    from ledger_postings p where p.tenant_id = (select app.tenant()) and p.entry_id = ${entry})`;

export const fromStoredPosting = (posting: StoredPosting): Posting => ({ ...posting, minor: BigInt(posting.minor) });
