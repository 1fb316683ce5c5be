/** Names of columns that say which invoice, and on which day, for an SQL fragment whose own names are long enough to be its own. */
type About = { readonly tenant: string; readonly invoice: string; readonly day: string };

/**
 * What of an invoice is in dispute on a day, in minor units, as an SQL expression: what the client objects to, and what was decided in
 * its favour until the credit note of it is issued. As `app.disputed_minor`, of a day.
 */
export const disputedOn = ({ tenant, invoice, day }: About): string => `(
  select coalesce(sum(case when dispute.resolved_on <= ${day} then dispute.upheld_minor else dispute.amount_minor end), 0)
    from disputes dispute
    left join invoices note on note.tenant_id = dispute.tenant_id and note.id = dispute.credit_note_id
   where dispute.tenant_id = ${tenant} and dispute.invoice_id = ${invoice} and dispute.opened_on <= ${day}
     and (dispute.resolved_on is null or dispute.resolved_on > ${day}
          or note.stage <> 'discarded' and (note.issued_on is null or note.issued_on > ${day})))`;

/** What of an invoice nobody is asked for on a day: in dispute, or about to be written off. */
export const heldOn = (about: About): string => `(${disputedOn(about)} + (
  select coalesce(sum(short.residual_minor), 0)
    from payment_applications short
    join ledger_entries entry on entry.tenant_id = short.tenant_id and entry.id = short.entry_id and entry.booked_on <= ${about.day}
   where short.tenant_id = ${about.tenant} and short.invoice_id = ${about.invoice} and short.residual_kind = 'write_off_pending'
     and not exists (
       select 1 from ledger_entries undone
        where undone.tenant_id = short.tenant_id and undone.reverses = short.entry_id and undone.booked_on <= ${about.day})))`;
