import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

/** A payment that was short because the client disputes the rest. */
export type ShortPaid = {
  readonly applicationId: Id<"application">;
  readonly invoiceId: InvoiceId;
  readonly minor: bigint;
  readonly on: LocalDate;
};

/** Opens a dispute for each: it is what the client objects to, until somebody decides. */
export async function openShortPaid(scope: Scope, short: readonly ShortPaid[]): Promise<void> {
  if (short.length === 0) return;
  const disputes = short.map((each) => ({ ...each, id: scope.newId<"dispute">() }));
  const [code, reason] = ["short_paid" as const, "The client paid less and says that it disputes the rest."];
  await insertRows(scope.tx, "disputes", disputes, {
    id: ["uuid", ({ id }) => id],
    invoice_id: ["uuid", ({ invoiceId }) => invoiceId],
    application_id: ["uuid", ({ applicationId }) => applicationId],
    code: ["text", () => code],
    reason: ["text", () => reason],
    amount_minor: ["bigint", ({ minor }) => minor],
    opened_on: ["date", ({ on }) => on],
  });
  await scope.emit(
    disputes.map(({ id, invoiceId }) => ({ name: "dispute.opened", subjectId: id, data: { invoiceId, code, reason } })),
  );
  await scope.audit(disputes.map(({ id }) => ({ action: "dispute.opened", subjectId: id, reason })));
}

/** Takes back what was disputed by short payments that are undone: the payment never was. */
export async function withdrawShortPaid(
  scope: Scope,
  undone: readonly { readonly entryId: Id<"ledger-entry">; readonly reason: string }[],
): Promise<void> {
  const withdrawn = await query<{ id: Id<"dispute">; invoice_id: InvoiceId; reason: string }>(
    scope.tx,
    `update disputes d set state = 'resolved', outcome = 'withdrawn', root_cause = 'other', resolution = u.reason, resolved_on = d.opened_on,
            resolved_at = now(), resolved_by = (select app.actor())
       from unnest(?::uuid[], ?::text[]) as u (entry_id, reason) join payment_applications a on a.entry_id = u.entry_id
      where a.tenant_id = d.tenant_id and a.id = d.application_id and d.state <> 'resolved'
     returning d.id, d.invoice_id, u.reason`,
    [undone.map(({ entryId }) => entryId), undone.map(({ reason }) => reason)],
  );
  const told = { outcome: "withdrawn" as const, rootCause: "other" as const };
  await scope.emit(
    withdrawn.map(({ id, invoice_id: invoiceId, reason }) => ({
      name: "dispute.resolved",
      subjectId: id,
      data: { invoiceId, ...told, reason },
    })),
  );
  await scope.audit(withdrawn.map(({ id, reason }) => ({ action: "dispute.resolved", subjectId: id, reason })));
}
