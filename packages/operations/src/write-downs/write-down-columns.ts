import type { InvoiceWire } from "@plumbline/contract/invoice";
import { minorToWire } from "@plumbline/contract/scalar";

/** For the select list, of invoices named `i`: what was decided about their lines and stands, with what it comes to now. */
export const writeDownColumns = `
  (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'id', d.id, 'kind', d.kind, 'basisPoints', d.share_bp, 'reason', d.reason, 'wording', d.wording, 'by', m.name,
            'at', d.decided_at, 'lines', coalesce(t.lines, '[]'), 'takenMinor', coalesce(t.minor, 0)::text)) order by d.id)
     from write_downs d
     join memberships m on m.tenant_id = d.tenant_id and m.id = d.decided_by
    cross join lateral (
      select jsonb_agg(l.position order by l.position) as lines, sum(a.amount_minor) as minor
        from invoice_adjustments a
        join invoice_lines l on l.tenant_id = a.tenant_id and l.id = a.line_id
       where a.tenant_id = d.tenant_id and a.write_down_id = d.id and a.content_version = i.content_version) t
    where d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.withdrawn_at is null) as write_downs`;

type WriteDownWire = NonNullable<InvoiceWire["writeDowns"]>[number];
export type WriteDownRow = Omit<WriteDownWire, "taken"> & { readonly takenMinor: string };

export const writeDownToWire = ({ takenMinor, at, ...decision }: WriteDownRow, currency: string): WriteDownWire => ({
  ...decision,
  at: new Date(at).toISOString(),
  taken: minorToWire(takenMinor, currency),
});
