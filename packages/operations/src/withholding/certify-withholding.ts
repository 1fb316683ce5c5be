import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import {
  certifyWithholding as divide,
  type CertifyIssue,
  type Proven,
} from "@plumbline/domain/receivable/certify-withholding";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { type Keeper, listUnproven } from "./withholding-store.ts";

type Input = {
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly number: string;
  /** The day that stands on it. */
  readonly issuedOn: LocalDate;
  readonly amount: Money;
  readonly evidence?: { readonly document: string; readonly sha256: string } | undefined;
  /** What it proves of each invoice; the oldest first when absent. */
  readonly invoices?: readonly { readonly invoiceId: InvoiceId; readonly amount: Money }[] | undefined;
};

/**
 * Records a certificate by which a client proves that tax it kept was paid to the tax office: from now on the tax office owes
 * it. A certificate counts once, and whole.
 *
 * @throws Problem `permission-missing` | `client-not-found` | `legal-entity-not-found` | `withholding-certificate-refused` with every
 *   fault | `booking-date-refused`
 */
export async function certifyWithholding(scope: Scope, input: Input): Promise<Id<"withholding-certificate">> {
  demand(scope, "payment.record");
  const { clientId, legalEntityId, amount, number } = input;
  const keeper: Keeper = { clientId, legalEntityId, currency: amount.currency };
  const known = await query(scope.tx, "select 1 from clients where id = ?", [clientId]);
  if (known.length === 0) throw new Problem("client-not-found");
  await lockClients(scope, [clientId]);
  const on = await bookingDate(scope, legalEntityId, undefined);
  if (input.issuedOn > on)
    throw new Problem("withholding-certificate-refused", {
      detail: `It is dated ${input.issuedOn}, and today is ${on}.`,
    });
  const proven = await partsOf(scope, keeper, input);
  const id = scope.newId<"withholding-certificate">();
  await saveCertificate(scope, { id, input, proven });
  await bookEntries(
    scope,
    proven.map(({ invoiceId, minor }) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "withholding_certified" as const,
      ...keeper,
      bookedOn: on,
      invoiceId,
      reason: `Certificate ${number} of ${input.issuedOn}`,
      postings: bookings.withholding_certified({ amount: minor }),
    })),
  );
  const data = { number, invoiceIds: proven.map(({ invoiceId }) => invoiceId) };
  await scope.emit([{ name: "withholding.certified", subjectId: id, data }]);
  await scope.audit([
    { action: "withholding.certified", subjectId: id, ...(input.evidence && { afterHash: input.evidence.sha256 }) },
  ]);
  return id;
}

async function partsOf(scope: Scope, keeper: Keeper, { amount, invoices }: Input): Promise<readonly Proven[]> {
  if (invoices?.some((part) => part.amount.currency !== amount.currency) === true)
    throw new Problem("withholding-certificate-refused", {
      detail: "A part of it is in another currency than the whole.",
    });
  const said = invoices?.map(({ invoiceId, amount: { minor } }) => ({ invoiceId, minor })) ?? "oldest_first";
  const { proven, issues } = divide(amount.minor, await listUnproven(scope, keeper), said);
  if (issues.length === 0) return proven;
  const errors = issues.map((issue) => ({ ...issue, reason: sentences[issue.code] }));
  throw new Problem("withholding-certificate-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
}

const sentences = {
  nothing_withheld: "Nothing unproven was withheld of this invoice by this client, legal entity and currency.",
  twice: "An invoice is named twice.",
  above_withheld: "It proves more of an invoice than was withheld and is unproven.",
  not_the_whole:
    "Its amount is not what it proves of invoices: more is certified than was withheld, or parts are missing.",
} as const satisfies Record<CertifyIssue["code"], string>;

async function saveCertificate(
  scope: Scope,
  {
    id,
    input,
    proven,
  }: { readonly id: Id<"withholding-certificate">; readonly input: Input; readonly proven: readonly Proven[] },
): Promise<void> {
  const added = await insertRows(
    scope.tx,
    "withholding_certificates",
    [input],
    {
      id: ["uuid", () => id],
      legal_entity_id: ["uuid", ({ legalEntityId }) => legalEntityId],
      client_id: ["uuid", ({ clientId }) => clientId],
      currency: ["text", ({ amount }) => amount.currency],
      amount_minor: ["bigint", ({ amount }) => amount.minor],
      number: ["text", ({ number }) => number],
      issued_on: ["date", ({ issuedOn }) => issuedOn],
      evidence: ["text", ({ evidence }) => evidence?.document],
      evidence_hash: ["text", ({ evidence }) => evidence?.sha256],
    },
    { suffix: "on conflict do nothing returning id" },
  );
  if (added.length === 0)
    throw new Problem("withholding-certificate-refused", {
      detail: `Certificate ${input.number} of this client is recorded already.`,
    });
  await insertRows(scope.tx, "certified_withholdings", proven, {
    id: ["uuid", () => scope.newId()],
    certificate_id: ["uuid", () => id],
    invoice_id: ["uuid", ({ invoiceId }) => invoiceId],
    amount_minor: ["bigint", ({ minor }) => minor],
  });
}
