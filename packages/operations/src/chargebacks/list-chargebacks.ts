import type { z } from "zod";
import type { chargebackFilter, ChargebackWire } from "@plumbline/contract/chargeback";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import { daysBetween, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import { Problem } from "@plumbline/domain/problem";
import { type ChargebackScheme, type ChargebackState, isMissed } from "@plumbline/domain/receivable/chargeback";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly payment_id: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly currency: string;
  readonly time_zone: string;
  readonly amount_minor: string;
  readonly scheme: ChargebackScheme;
  readonly case_reference: string;
  readonly reason: string;
  readonly opened_on: LocalDate;
  readonly answer_by: LocalDate;
  readonly state: ChargebackState;
  readonly answered_on: LocalDate | null;
  readonly evidence: string | null;
  readonly evidence_hash: string | null;
  readonly decided_on: LocalDate | null;
  readonly decision_reason: string | null;
  readonly by_name: string;
};

/**
 * Chargebacks that match, in the order in which they have to be answered.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listChargebacks(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof chargebackFilter>>,
): Promise<Page<ChargebackWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "c.answer_by": "date", "c.id": "uuid" }, direction: "asc" });
  const { where, values } = matching({ "c.state": filter.state, "c.payment_id": filter.paymentId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${chargebackSelect}, ${page.keys} from ${chargebackFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, (row) => fromRow(scope, row));
}

/** @throws Problem `permission-missing` | `chargeback-not-found` */
export async function findChargeback(
  scope: Scope,
  { chargebackId }: { readonly chargebackId: string },
): Promise<ChargebackWire> {
  demand(scope, "receivable.read");
  const [row] = await query<Row>(scope.tx, `select ${chargebackSelect} from ${chargebackFrom} where c.id = ?`, [
    chargebackId,
  ]);
  if (row === undefined) throw new Problem("chargeback-not-found");
  return fromRow(scope, row);
}

const chargebackSelect = `c.*, y.client_id, y.currency, p.name as client_name, l.time_zone, m.name as by_name`;
const chargebackFrom = `chargebacks c
  join payments y on y.tenant_id = c.tenant_id and y.id = c.payment_id
  join clients p on p.tenant_id = y.tenant_id and p.id = y.client_id
  join legal_entities l on l.tenant_id = y.tenant_id and l.id = y.legal_entity_id
  join memberships m on m.tenant_id = c.tenant_id and m.id = c.recorded_by`;

function fromRow({ now }: Scope, row: Row): ChargebackWire {
  const today = localDateIn(now, row.time_zone);
  const { state, answer_by: answerBy } = row;
  return {
    id: row.id,
    paymentId: row.payment_id,
    client: { id: row.client_id, name: row.client_name },
    amount: minorToWire(row.amount_minor, row.currency),
    scheme: row.scheme,
    caseReference: row.case_reference,
    reason: row.reason,
    state,
    openedOn: row.opened_on,
    answerBy,
    ...(state === "open" && today <= answerBy && { daysLeft: daysBetween(today, answerBy) }),
    missed: isMissed({ state, answerBy }, today),
    ...(row.answered_on !== null && { answeredOn: row.answered_on }),
    ...(row.evidence !== null &&
      row.evidence_hash !== null && { evidence: { document: row.evidence, sha256: row.evidence_hash } }),
    ...(row.decided_on !== null && { decidedOn: row.decided_on }),
    ...(row.decision_reason !== null && { decisionReason: row.decision_reason }),
    recordedBy: row.by_name,
  };
}
