import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId, InvoiceLineId } from "@plumbline/domain/id";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { DisputeCode } from "@plumbline/domain/receivable/dispute";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { grossOfLines } from "../credits/gross-of-lines.ts";
import { type Disputable, lockDisputable } from "./dispute-store.ts";

type Input = {
  readonly invoiceId: InvoiceId;
  readonly code: DisputeCode;
  /** What the client says. */
  readonly reason: string;
  /** Who of the client said so. */
  readonly raisedBy?: string | undefined;
  /** Positions of the lines it is about; the invoice as a whole when absent. */
  readonly lines?: readonly number[] | undefined;
  /** What crediting its lines would give back, or all that is left of the invoice, when absent. */
  readonly amount?: Money | undefined;
  /** Today where the legal entity is, when absent. */
  readonly openedOn?: LocalDate | undefined;
};

/**
 * Notes that a client objects to an issued invoice, or to lines of it. That part waits until it is decided: nobody is reminded of it,
 * and it bears no interest. The rest stays due, and posting goes on.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `dispute-refused`
 */
export async function openDispute(scope: Scope, input: Input): Promise<Id<"dispute">> {
  demand(scope, "dispute.record");
  const { invoiceId, code, reason, raisedBy } = input;
  const invoice = await lockDisputable(scope, invoiceId);
  const openedOn = dayOf(input, invoice);
  const { lineIds, amountMinor } = await whatOf(scope, input, invoice);
  const id = scope.newId<"dispute">();
  await insertRows(scope.tx, "disputes", [input], {
    id: ["uuid", () => id],
    invoice_id: ["uuid", () => invoiceId],
    code: ["text", () => code],
    reason: ["text", () => reason],
    amount_minor: ["bigint", () => amountMinor],
    raised_by: ["text", () => raisedBy],
    opened_on: ["date", () => openedOn],
  });
  await insertRows(scope.tx, "dispute_lines", lineIds, {
    dispute_id: ["uuid", () => id],
    line_id: ["uuid", (lineId) => lineId],
  });
  await scope.emit([{ name: "dispute.opened", subjectId: id, data: { invoiceId, code, reason } }]);
  await scope.audit([{ action: "dispute.opened", subjectId: id, reason }]);
  return id;
}

const refused = (detail: string) => new Problem("dispute-refused", { detail });

function dayOf({ openedOn }: Input, { issuedOn, today }: Disputable): LocalDate {
  const on = openedOn ?? today;
  if (on > today) throw refused(`${on} lies ahead: today is ${today}.`);
  if (on < issuedOn) throw refused(`The invoice was issued on ${issuedOn}, after ${on}.`);
  return on;
}

type Part = { readonly lineIds: readonly InvoiceLineId[]; readonly amountMinor: bigint };

async function whatOf(scope: Scope, { invoiceId, lines, amount }: Input, invoice: Disputable): Promise<Part> {
  const { currency, leftMinor } = invoice;
  if (amount !== undefined && amount.currency !== currency)
    throw refused(`The invoice is in ${currency}, not in ${amount.currency}.`);
  if (leftMinor <= 0n) throw refused("Nothing of the invoice is left that is not credited or in dispute.");
  const within = (minor: bigint, most: bigint, of: string): bigint => {
    if (minor <= most) return minor;
    throw refused(`Up to ${amountText(most, currency)} of ${of} can be disputed.`);
  };
  if (lines === undefined)
    return { lineIds: [], amountMinor: within(amount?.minor ?? leftMinor, leftMinor, "the invoice") };
  const { lineIds, grossMinor, unknown } = await grossOfLines(scope, { invoiceId, positions: lines });
  const [missing] = unknown;
  if (missing !== undefined) throw refused(`The invoice has no line ${missing}.`);
  if (grossMinor <= 0n) throw refused("Nothing is left of these lines: they were credited, or take something off.");
  await refuseDisputedLines(scope, lineIds);
  const most = grossMinor < leftMinor ? grossMinor : leftMinor;
  return { lineIds, amountMinor: within(amount?.minor ?? most, most, "these lines") };
}

async function refuseDisputedLines({ tx }: Scope, lineIds: readonly InvoiceLineId[]): Promise<void> {
  const [taken] = await query<{ position: number }>(
    tx,
    `select l.position from dispute_lines x
       join disputes d on d.tenant_id = x.tenant_id and d.id = x.dispute_id and d.state <> 'resolved'
       join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
      where x.line_id = any(?) order by l.position limit 1`,
    [lineIds],
  );
  if (taken !== undefined) throw refused(`Line ${taken.position} is in dispute already.`);
}
