import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { lockClients } from "../payments/lock-clients.ts";

type Row = {
  readonly client_id: ClientId;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: Currency;
  readonly number: string;
  readonly withdrawn_reason: string | null;
};

/**
 * Takes a certificate back that was wrong: what it proved is unproven again. Its number may be recorded anew.
 *
 * @throws Problem `permission-missing` | `withholding-certificate-not-found` | `withholding-certificate-refused` | `booking-date-refused`
 */
export async function withdrawCertificate(
  scope: Scope,
  {
    withholdingCertificateId: certificateId,
    reason,
  }: { readonly withholdingCertificateId: Id<"withholding-certificate">; readonly reason: string },
): Promise<void> {
  demand(scope, "payment.record");
  const [known] = await query<Pick<Row, "client_id">>(
    scope.tx,
    "select client_id from withholding_certificates where id = ?",
    [certificateId],
  );
  if (known === undefined) throw new Problem("withholding-certificate-not-found");
  await lockClients(scope, [known.client_id]);
  const [row] = await query<Row>(scope.tx, "select * from withholding_certificates where id = ? for update", [
    certificateId,
  ]);
  if (row === undefined) throw new Error(`certificate ${certificateId} vanished`);
  if (row.withdrawn_reason !== null)
    throw new Problem("withholding-certificate-refused", {
      detail: `It was withdrawn already: ${row.withdrawn_reason}`,
    });
  const on = await bookingDate(scope, row.legal_entity_id, undefined);
  const parts = await query<{ invoice_id: InvoiceId; amount_minor: string }>(
    scope.tx,
    "select invoice_id, amount_minor from certified_withholdings where certificate_id = ? order by id",
    [certificateId],
  );
  await query(scope.tx, "update withholding_certificates set withdrawn_on = ?, withdrawn_reason = ? where id = ?", [
    on,
    reason,
    certificateId,
  ]);
  await bookEntries(
    scope,
    parts.map((part) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "withholding_uncertified" as const,
      clientId: row.client_id,
      legalEntityId: row.legal_entity_id,
      currency: row.currency,
      bookedOn: on,
      invoiceId: part.invoice_id,
      reason: `Certificate ${row.number}: ${reason}`,
      postings: bookings.withholding_uncertified({ amount: BigInt(part.amount_minor) }),
    })),
  );
  const data = { number: row.number, reason };
  await scope.emit([{ name: "withholding.withdrawn", subjectId: certificateId, data }]);
  await scope.audit([{ action: "withholding.withdrawn", subjectId: certificateId, reason }]);
}
