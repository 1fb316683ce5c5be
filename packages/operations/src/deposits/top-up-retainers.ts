import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import { depositIssue } from "@plumbline/domain/deposit/ask-deposit";
import { type RetainerTerms, topUpOf } from "@plumbline/domain/engagement/retainer";
import type { EngagementId } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { loadRunBook } from "../drafts/load-run-book.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import { agreedRetainerSql } from "../payments/agreed-retainer.ts";
import { agreedFor, draftDeposit } from "./draft-deposit.ts";
import { saveDeposits } from "./save-deposits.ts";

type Row = {
  readonly engagementId: EngagementId;
  readonly zone: string;
  readonly retainer: RetainerTerms;
  readonly balance: string;
  readonly askedBefore: string;
};

type Due = {
  readonly engagementId: EngagementId;
  readonly minor: bigint;
  readonly askedBefore: bigint;
  readonly on: LocalDate;
};

/**
 * Drafts a deposit invoice for each engagement whose money ahead is below the agreed minimum, up to the target, where the terms
 * say that it is invoiced. Never once it is closed, nor while one of the engagement is not issued yet; what is issued counts as ahead, paid or not,
 * so that nobody is asked twice. What the cap or the fee of the engagement leaves no room for is not asked for.
 *
 * @returns how many were drafted
 * @throws Problem `permission-missing`
 */
export async function topUpRetainers(scope: Scope, input: { readonly bundleHash: string }): Promise<number> {
  demand(scope, "billing.run");
  const rows = await query<Row>(scope.tx, dueSql, []);
  const due = rows.flatMap(({ engagementId, zone, retainer, balance, askedBefore }): Due[] => {
    const minor = topUpOf(retainer, BigInt(balance));
    const on = localDateIn(scope.now, zone);
    const isOver = retainer.expiresOn !== undefined && on >= retainer.expiresOn;
    return minor > 0n && !isOver ? [{ engagementId, minor, askedBefore: BigInt(askedBefore), on }] : [];
  });
  let drafted = 0;
  // Never more than three: so many days there are on earth at once.
  for (const [on, ofDay] of Map.groupBy(due, (each) => each.on))
    drafted += await draftOn(scope, on, { ...input, ofDay });
  return drafted;
}

async function draftOn(
  scope: Scope,
  on: LocalDate,
  { bundleHash, ofDay }: { readonly bundleHash: string; readonly ofDay: readonly Due[] },
): Promise<number> {
  const bundle = await loadBundle(scope.tx, bundleHash);
  const book = await loadRunBook(scope.tx, {
    period: { start: on, end: addDays(on, 1) },
    bundle,
    issued: { at: scope.now },
  });
  const deposits = ofDay.flatMap(({ engagementId, minor, askedBefore }) => {
    const { engagement, terms } = agreedFor(book, { engagementId });
    // A sales tax of parts is due on the service, and no deposit bears it.
    if (terms === undefined || engagement.tax.components !== undefined) return [];
    const about = { member: "amount", terms, askedBefore, currency: engagement.currency } as const;
    if (depositIssue({ amountMinor: minor, because: "" }, about) !== undefined) return [];
    const ask = { amountMinor: String(minor) };
    return [{ draft: draftDeposit(book, { engagementId, ask }), ask }];
  });
  if (deposits.length > 0) await saveDeposits(scope, book, deposits);
  return deposits.length;
}

/** Of two runs that come to it at once, the second finds what the first drafted. */
const dueSql = `
  select e.id as "engagementId", l.time_zone as zone, t.terms as retainer,
         (coalesce((select -sum(p.amount_minor) from payments y
             join ledger_entries n on n.tenant_id = y.tenant_id and n.payment_id = y.id
             join ledger_postings p on p.tenant_id = n.tenant_id and p.entry_id = n.id and p.account = 'retainer_liability'
            where y.tenant_id = e.tenant_id and y.engagement_id = e.id), 0)
          + coalesce((select sum(app.deposit_left(d.tenant_id, d.id)) from invoices d
                       where d.tenant_id = e.tenant_id and d.engagement_id = e.id and d.kind = 'deposit' and d.number is not null), 0)
         )::text as balance,
         coalesce((select sum(i.net_minor) from invoices i left join invoices k on k.tenant_id = i.tenant_id and k.id = i.corrects
                    where i.tenant_id = e.tenant_id and i.engagement_id = e.id and i.stage <> 'discarded'
                      and 'deposit' in (i.kind, k.kind)), 0)::text as "askedBefore"
    from engagements e
    join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
    join lateral (${agreedRetainerSql({ tenant: "e.tenant_id", id: "e.id" })}) t on t.terms ->> 'topUp' = 'invoiced'
   where not exists (select 1 from invoices d
                      where d.tenant_id = e.tenant_id and d.engagement_id = e.id and d.kind = 'deposit'
                        and d.number is null and d.stage <> 'discarded')
     and not exists (select 1 from closures c where c.engagement_id = e.id and c.project_id is null and c.reopened_at is null)
   order by e.id for no key update of e`;
