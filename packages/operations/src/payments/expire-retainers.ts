import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { RetainerTerms } from "@plumbline/domain/engagement/retainer";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { earliestWorkDay } from "../drafts/late-days.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import { bookEntries } from "../ledger/book-entries.ts";
import { loadUnbilledFrom } from "../work/load-unbilled-from.ts";
import { agreedRetainerSql } from "./agreed-retainer.ts";
import { lockClients } from "./lock-clients.ts";
import { type Expired, refundDue } from "./refunds-due.ts";

/** A deposit whose day has come, and of which something is left. */
type Due = Expired & {
  readonly paymentId: Id<"payment">;
  readonly legalEntityId: LegalEntityId;
  readonly unused: RetainerTerms["unused"];
  readonly today: LocalDate;
};

/**
 * Settles retainers whose day has come, as agreed: what is earned is booked; what goes back is put before a person, who pays it, by every
 * run until it is settled. Never while approved work of days before is unbilled, or on an invoice that is not issued: that takes of it
 * first. Nor while a chargeback of the money is not decided, or the books of today are closed.
 *
 * @throws Problem `permission-missing`
 */
export async function expireRetainers(
  scope: Scope,
  run: { readonly id: string; readonly period: Period },
): Promise<void> {
  demand(scope, "billing.run");
  const found = await findDue(scope, run.period);
  if (found.length === 0) return;
  await lockClients(scope, [...new Set(found.map(({ clientId }) => clientId))]);
  // What was left may have been taken before the payers were locked.
  const due = await findDue(scope, run.period);
  await bookEarned(
    scope,
    due.filter(({ unused }) => unused === "earned"),
  );
  const refunds = Map.groupBy(
    due.filter(({ unused }) => unused !== "earned"),
    ({ engagementId, clientId, currency }) => `${engagementId} ${clientId} ${currency}`,
  );
  await saveFindings(scope, run.id, [...refunds.values()].map(together).map(refundDue));
}

function together(deposits: readonly Due[]): Expired {
  const [first] = deposits as [Due];
  return { ...first, left: String(deposits.reduce((sum, { left }) => sum + BigInt(left), 0n)) };
}

async function bookEarned(scope: Scope, due: readonly Due[]): Promise<void> {
  const reasonOf = ({ expiresOn }: Due) =>
    `It was to be used by ${addDays(expiresOn, -1)}; what is left is earned, as agreed.`;
  await bookEntries(
    scope,
    due.map((deposit) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "retainer_earned",
      legalEntityId: deposit.legalEntityId,
      clientId: deposit.clientId,
      currency: deposit.currency,
      bookedOn: deposit.today,
      paymentId: deposit.paymentId,
      reason: reasonOf(deposit),
      postings: bookings.retainer_earned({ amount: BigInt(deposit.left) }),
    })),
  );
  const retainers = [...new Map(due.map((deposit) => [deposit.engagementId, deposit])).values()];
  const name = "retainer.settled";
  const saying = (of: Due) => ({ subjectId: of.engagementId, reason: reasonOf(of) });
  await scope.emit(
    retainers.map(saying).map(({ subjectId, reason }) => ({ name, subjectId, data: { as: "earned", reason } })),
  );
  await scope.audit(retainers.map(saying).map((said) => ({ action: name, ...said })));
}

type Row = Omit<Due, "expiresOn" | "unused" | "today"> & {
  readonly zone: string;
  readonly lockDate: LocalDate | null;
  readonly terms: RetainerTerms;
};

async function findDue(scope: Scope, period: Period): Promise<readonly Due[]> {
  const expired = (await query<Row>(scope.tx, leftSql)).flatMap(({ zone, lockDate, terms, ...row }): Due[] => {
    const today = localDateIn(scope.now, zone);
    const { expiresOn, unused } = terms;
    const isDue = expiresOn !== undefined && expiresOn <= today && (lockDate === null || lockDate < today);
    return isDue ? [{ ...row, expiresOn, unused, today }] : [];
  });
  if (expired.length === 0) return [];
  const engagementIds = [...new Set(expired.map(({ engagementId }) => engagementId))];
  const unbilled = await loadUnbilledFrom(scope.tx, { engagementIds, earliest: earliestWorkDay(period) });
  return expired.filter(({ engagementId, expiresOn }) => (unbilled.get(engagementId) ?? expiresOn) >= expiresOn);
}

const leftSql = `
  select y.id as "paymentId", y.engagement_id as "engagementId", e.code, c.name as client, y.client_id as "clientId",
         y.legal_entity_id as "legalEntityId", y.currency, l.time_zone as zone,
         greatest(l.lock_date, l.cut_over_on) as "lockDate", t.terms, s.minor::text as left
    from payments y
    join engagements e on e.tenant_id = y.tenant_id and e.id = y.engagement_id
    join clients c on c.tenant_id = y.tenant_id and c.id = y.client_id
    join legal_entities l on l.tenant_id = y.tenant_id and l.id = y.legal_entity_id
    join lateral (${agreedRetainerSql({ tenant: "e.tenant_id", id: "e.id" })}) t on t.terms -> 'expiresOn' is not null
   cross join lateral (
     select -sum(p.amount_minor) as minor
       from ledger_entries n join ledger_postings p on p.tenant_id = n.tenant_id and p.entry_id = n.id
      where n.tenant_id = y.tenant_id and n.payment_id = y.id and p.account = 'retainer_liability') s
   where s.minor > 0 and not exists (
     select 1 from chargebacks b where b.tenant_id = y.tenant_id and b.payment_id = y.id and b.state in ('open', 'answered'))
   order by y.engagement_id, y.received_on, y.id`;
