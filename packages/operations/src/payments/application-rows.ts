import type { ApplicationWire } from "@plumbline/contract/payment";
import { minorToWire } from "@plumbline/contract/scalar";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly payment_id: string;
  readonly invoice_id: string;
  readonly number: string;
  readonly currency: string;
  readonly amount_minor: string;
  readonly residual_kind: NonNullable<ApplicationWire["residual"]>["kind"] | null;
  readonly residual_minor: string | null;
  readonly booked_on: string;
  readonly by_name: string;
  readonly recorded_at: Date;
  readonly reversed_on: string | null;
  readonly reversed_reason: string | null;
};

/** Applications of one payment, or on one invoice, in the order they were made; those taken back included. */
export async function listApplications(
  { tx }: Scope,
  of: { readonly paymentId: string } | { readonly invoiceId: string },
): Promise<ApplicationWire[]> {
  const [column, id] = "paymentId" in of ? ["payment_id", of.paymentId] : ["invoice_id", of.invoiceId];
  const rows = await query<Row>(
    tx,
    `select a.id, a.payment_id, a.invoice_id, i.number_text as number, e.currency, a.amount_minor, a.residual_kind,
            a.residual_minor, e.booked_on, m.name as by_name, e.recorded_at, r.booked_on as reversed_on, r.reason as reversed_reason
       from payment_applications a
       join ledger_entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
       join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
       join memberships m on m.tenant_id = e.tenant_id and m.id = e.recorded_by
       left join ledger_entries r on r.tenant_id = e.tenant_id and r.reverses = e.id
      where a.${column} = ? order by a.id`,
    [id],
  );
  return rows.map(fromRow);
}

const fromRow = (row: Row): ApplicationWire => ({
  id: row.id,
  paymentId: row.payment_id,
  invoice: { id: row.invoice_id, number: row.number },
  amount: minorToWire(row.amount_minor, row.currency),
  ...(row.residual_kind !== null &&
    row.residual_minor !== null && {
      residual: { kind: row.residual_kind, amount: minorToWire(row.residual_minor, row.currency) },
    }),
  bookedOn: row.booked_on as ApplicationWire["bookedOn"],
  by: row.by_name,
  at: row.recorded_at.toISOString(),
  ...(row.reversed_on !== null && {
    reversed: { on: row.reversed_on as ApplicationWire["bookedOn"], reason: row.reversed_reason ?? "" },
  }),
});
