import type { Page } from "@plumbline/contract/page";
import type { RepricingWire } from "@plumbline/contract/repricing";
import { minorToWire } from "@plumbline/contract/scalar";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Period } from "@plumbline/domain/calendar/period";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type Repriced, repriceInvoices } from "./reprice-invoices.ts";

/**
 * Lists invoices that the rates known now price otherwise than they were drafted, to the cent, the oldest first. Drafts are to be
 * revised, issued invoices credited and billed anew; nothing is done here. A page is looked for among invoices for whose rate
 * cards something became known since, and has those that differ: it may be shorter than asked for, and empty.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listRepricing(
  scope: Scope,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<RepricingWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(input, { sort: { "i.id": "uuid" }, direction: "asc" });
  const rows = await query<Candidate & { readonly page_keys: string[] }>(scope.tx, candidatesSql(page), [
    ...page.values,
  ]);
  const { items, ...rest } = page.of(rows, (row): Candidate => row);
  const repriced = await repriceInvoices(scope.tx, items);
  return {
    items: items.flatMap((candidate) => {
      const found = repriced.get(candidate.id);
      return found === undefined ? [] : [toWire(candidate, found)];
    }),
    ...rest,
  };
}

export type Candidate = {
  readonly id: InvoiceId;
  readonly number: string | null;
  readonly stage: InvoiceStage;
  readonly client: RepricingWire["client"];
  readonly currency: Currency;
  readonly period: Period;
  readonly draftingId: string;
  /** Less what credit notes took back. */
  readonly netMinor: string;
  readonly totalMinor: string;
};

function toWire(candidate: Candidate, { netMinor, taxMinor, unpriced }: Repriced): RepricingWire {
  const { id, number, stage, client, currency } = candidate;
  const sides = (billed: bigint, difference: bigint) => ({
    billed: minorToWire(billed, currency),
    repriced: minorToWire(billed + difference, currency),
    difference: minorToWire(difference, currency),
  });
  return {
    invoice: { id, ...(number !== null && { number }) },
    stage,
    client,
    proposal: number === null ? "adjust_draft" : "credit_and_rebill",
    net: sides(BigInt(candidate.netMinor), netMinor),
    total: sides(BigInt(candidate.totalMinor), netMinor + taxMinor),
    ...(unpriced > 0 && { unpricedEntries: unpriced }),
  };
}

/**
 * A rate that a line has, or could have had, is on a card of its rates. An invoice that a credit note on its way bills anew is being
 * put right already.
 */
const candidatesSql = (page: Pick<ReturnType<typeof keysetPage>, "keys" | "after" | "tail">): string => `
  select i.id, i.number_text as number, i.stage, jsonb_build_object('id', k.id, 'name', k.name) as client, i.currency,
         jsonb_build_object('start', i.period_start, 'end', i.period_end) as period, g.id as "draftingId",
         (i.net_minor + back.net)::text as "netMinor", (i.total_minor + back.total)::text as "totalMinor", ${page.keys}
    from invoices i
    join clients k on k.tenant_id = i.tenant_id and k.id = i.client_id
    join drafted_contents d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version
    join draftings g on g.tenant_id = d.tenant_id and g.id = d.drafting_id
   cross join lateral (
     select coalesce(sum(c.net_minor), 0) as net, coalesce(sum(c.total_minor), 0) as total,
            coalesce(bool_or(c.rebills and c.number is null), false) as underway
       from invoices c where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded') back
   where i.kind = 'invoice' and i.stage <> 'discarded' and not back.underway
     and exists (
       select 1 from invoice_lines l
         join rates u on u.tenant_id = l.tenant_id and u.id = l.rate_id
         join rates r on r.tenant_id = u.tenant_id and r.rate_card_id = u.rate_card_id and r.known_from > g.drafted_at
                     and r.known_to is null and r.effective_from < i.period_end
        where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version)
     and ${page.after} ${page.tail}`;
