import { compareLocalDates, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type BaseRate, type Interest, interestOn, interestStart } from "@plumbline/domain/receivable/late-interest";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { lockClients } from "../payments/lock-clients.ts";
import { type CollectingInput, collectingDays } from "./collecting-days.ts";
import { type LateDebt, readBaseRates, readLateDebts } from "./late-debts.ts";

type Claim = {
  readonly id: Id<"interest-claim">;
  readonly late: LateDebt;
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly interest: Interest;
  readonly compensation: bigint;
};

/**
 * Proposes what clients owe for being late, from the first day that was not claimed yet to the day before `on`: day by day
 * from the payments, by the terms that held when each invoice fell due. Nothing is owed until it is charged. A proposal from
 * before is made anew. Invoices wait that are disputed, or whose client has money that no invoice took.
 *
 * @throws Problem `permission-missing` | `legal-entity-not-found` | `booking-date-refused` | `interest-refused` when a base
 *   rate is not known
 */
export async function claimInterest(
  scope: Scope,
  input: CollectingInput,
): Promise<{ readonly claimIds: readonly Id<"interest-claim">[]; readonly waiting: number }> {
  demand(scope, "interest.claim");
  const days = await collectingDays(scope, input);
  await scope.audit([...days.keys()].map((subjectId) => ({ action: "interest.claim", subjectId })));
  const baseRates = await readBaseRates(scope);
  const seen = await readLateDebts(scope, days);
  await lockClients(scope, [...new Set(seen.map(({ clientId }) => clientId))]);
  // Once more: somebody may have paid, or claimed, before the clients were locked.
  const debts = await readLateDebts(
    scope,
    days,
    seen.map(({ invoiceId }) => invoiceId),
  );
  const claims = debts
    .filter(({ waits }) => !waits)
    .flatMap((late) => claimOf(scope, late, { until: untilOf(days, late), baseRates }));
  await saveClaims(scope, claims);
  return { claimIds: claims.map(({ id }) => id), waiting: debts.filter(({ waits }) => waits).length };
}

/**
 * What is owed for being late with an invoice, before a day.
 *
 * @throws Problem `interest-refused` when a base rate is not known
 */
export function interestOf(
  { invoiceId, dueOn, terms, debt, claimedUntil, isCompensated }: LateDebt,
  { until, baseRates }: { readonly until: LocalDate; readonly baseRates: readonly BaseRate[] },
): { readonly from: LocalDate; readonly interest: Interest; readonly compensation: bigint } | undefined {
  const start = interestStart(dueOn, terms);
  const from = claimedUntil === undefined || compareLocalDates(claimedUntil, start) < 0 ? start : claimedUntil;
  if (from >= until) return undefined;
  const interest = interestOn(debt, { from, until }, { terms, baseRates });
  if (interest === undefined) throw unknownRate(invoiceId);
  const compensation = isCompensated || interest.lines.length === 0 ? 0n : BigInt(terms.compensationMinor ?? 0);
  return interest.minor + compensation > 0n ? { from, interest, compensation } : undefined;
}

function claimOf(
  scope: Scope,
  late: LateDebt,
  { until, baseRates }: { readonly until: LocalDate; readonly baseRates: readonly BaseRate[] },
): Claim[] {
  if (late.proposed !== undefined && late.proposed.until > until) return [];
  const owed = interestOf(late, { until, baseRates });
  return owed === undefined ? [] : [{ id: scope.newId<"interest-claim">(), late, until, ...owed }];
}

async function saveClaims(scope: Scope, claims: readonly Claim[]): Promise<void> {
  await query(
    scope.tx,
    `update interest_claims set state = 'replaced', decided_by = app.actor(), decided_at = now()
      where invoice_id = any(?) and state = 'proposed'`,
    [claims.map(({ late }) => late.invoiceId)],
  );
  await insertRows(scope.tx, "interest_claims", claims, {
    id: ["uuid", ({ id }) => id],
    invoice_id: ["uuid", ({ late }) => late.invoiceId],
    legal_entity_id: ["uuid", ({ late }) => late.legalEntityId],
    client_id: ["uuid", ({ late }) => late.clientId],
    currency: ["text", ({ late }) => late.currency],
    from_on: ["date", ({ from }) => from],
    until_on: ["date", ({ until }) => until],
    interest_minor: ["bigint", ({ interest }) => interest.minor],
    compensation_minor: ["bigint", ({ compensation }) => compensation],
    lines: ["jsonb", ({ interest }) => interest.lines],
    terms: ["jsonb", ({ late }) => late.terms],
  });
  await scope.emit(
    claims.map(({ id, late }) => ({
      name: "interest_claim.proposed",
      subjectId: id,
      data: { invoiceId: late.invoiceId },
    })),
  );
  await scope.audit(claims.map(({ id }) => ({ action: "interest_claim.proposed", subjectId: id })));
}

function untilOf(days: ReadonlyMap<LegalEntityId, LocalDate>, { legalEntityId }: LateDebt): LocalDate {
  const on = days.get(legalEntityId);
  if (on === undefined) throw new Error(`no day for legal entity ${legalEntityId}`);
  return on;
}

const unknownRate = (invoiceId: InvoiceId): Problem =>
  new Problem("interest-refused", {
    detail: `The base rate is not known for all days on which invoice ${invoiceId} was late: record it first.`,
  });
