import type { ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Currency } from "@plumbline/domain/money/currency";
import { money } from "@plumbline/domain/money/money";
import {
  type Deposit,
  drawRetainers,
  type Drawing,
  type RetainerDraw,
} from "@plumbline/domain/receivable/draw-retainer";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { agreedRetainerSql } from "./agreed-retainer.ts";
import { saveParts } from "./save-applications.ts";

/** What invoices are going to take of retainers, worked out while their clients are locked. */
export type PlannedDraws = {
  readonly draws: readonly RetainerDraw<Id<"payment">>[];
  /** What each invoice takes, and what is left then for its engagements; only invoices with a retainer. */
  readonly shown: ReadonlyMap<InvoiceId, { readonly appliedMinor: bigint; readonly remainingMinor: bigint }>;
};

type InvoiceRow = {
  readonly id: InvoiceId;
  readonly payable: string;
  readonly net: string;
  readonly parts: readonly (readonly [EngagementId, string])[];
};
type DepositRow = {
  readonly id: Id<"payment">;
  readonly engagementId: EngagementId;
  readonly left: string;
};

/**
 * Works out what invoices that are being issued take of the retainers of their engagements. Locks the payers who paid
 * ahead, in the order of their ids: whoever spends the same money waits.
 */
export async function planDraws(scope: Scope, invoiceIds: readonly InvoiceId[]): Promise<PlannedDraws> {
  const none: PlannedDraws = { draws: [], shown: new Map() };
  const payers = await query(
    scope.tx,
    `select c.id from clients c
      where c.id in (select y.client_id from payments y
                      join invoice_lines l on l.tenant_id = y.tenant_id and l.engagement_id = y.engagement_id
                     where l.invoice_id = any(?))
      order by c.id for no key update`,
    [invoiceIds],
  );
  if (payers.length === 0) return none;
  const invoices = await query<InvoiceRow>(scope.tx, invoicesSql, [invoiceIds]);
  const deposits = await query<DepositRow>(scope.tx, depositsSql, [invoiceIds]);
  if (deposits.length === 0) return none;
  const left = deposits.map((row): Deposit<Id<"payment">> => ({ ...row, leftMinor: BigInt(row.left) }));
  const draws = drawRetainers(invoices.map(toDrawing), left);
  return { draws, shown: showDraws(invoices, left, draws) };
}

/** Books what was planned, once the invoices owe it. */
export async function bookDraws(scope: Scope, { draws }: PlannedDraws): Promise<void> {
  if (draws.length === 0) return;
  const rows = await query<BookingRow>(scope.tx, bookingSql, [
    draws.map(({ depositId }) => depositId),
    draws.map(({ invoiceId }) => invoiceId),
  ]);
  await saveParts(
    scope,
    rows.map(({ at, ...account }) => {
      const { depositId, invoiceId, minor } = draws[at - 1] as RetainerDraw<Id<"payment">>;
      return { paymentId: depositId, invoiceId, amount: money(minor, account.currency), account, on: account.on };
    }),
  );
}

type BookingRow = {
  readonly at: number;
  readonly on: LocalDate;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly currency: Currency;
  readonly engagementId: EngagementId;
};

/** Nothing is taken before it came, nor before the invoice was issued. */
const bookingSql = `
  select u.at::int, greatest(i.issued_on, y.received_on) as "on", y.client_id as "clientId", y.legal_entity_id as "legalEntityId",
         y.currency, y.engagement_id as "engagementId"
    from unnest(?::uuid[], ?::uuid[]) with ordinality u (payment_id, invoice_id, at)
    join payments y on y.id = u.payment_id
    join invoices i on i.id = u.invoice_id
   order by u.at`;

const toDrawing = (row: InvoiceRow): Drawing => ({
  invoiceId: row.id,
  payableMinor: BigInt(row.payable),
  netMinor: BigInt(row.net),
  netOf: new Map(row.parts.map(([id, net]) => [id, BigInt(net)])),
});

function showDraws(
  invoices: readonly InvoiceRow[],
  deposits: readonly Deposit<Id<"payment">>[],
  draws: PlannedDraws["draws"],
): PlannedDraws["shown"] {
  const shown = new Map<InvoiceId, { appliedMinor: bigint; remainingMinor: bigint }>();
  const sum = (minors: readonly bigint[]) => minors.reduce((total, minor) => total + minor, 0n);
  const before = new Map(deposits.map(({ id, leftMinor }) => [id, leftMinor]));
  for (const { id, parts } of invoices) {
    const own = draws.filter(({ invoiceId }) => invoiceId === id);
    for (const { depositId, minor } of own) before.set(depositId, (before.get(depositId) ?? 0n) - minor);
    const ofInvoice = deposits.filter(({ engagementId }) => parts.some(([part]) => part === engagementId));
    if (own.length === 0) continue;
    shown.set(id, {
      appliedMinor: sum(own.map(({ minor }) => minor)),
      remainingMinor: sum(ofInvoice.map((deposit) => before.get(deposit.id) ?? 0n)),
    });
  }
  return shown;
}

/**
 * As with hours that were bought, the day of the work decides: what expired pays for days before that, whenever they are billed; of a
 * line about others too its part by billed minutes, rounded down. A deposit invoice asks for more money ahead, and takes none.
 */
const invoicesSql = `
  select i.id, (i.total_minor - sum(l.retained_minor))::text as payable, i.net_minor::text as net, p.parts
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
   cross join lateral (
     select coalesce(jsonb_agg(jsonb_build_array(x.engagement_id, x.net::text) order by x.engagement_id), '[]') as parts
       from (select e.engagement_id, sum(trunc(e.net_minor * coalesce(w.in_time, 1))) as net
               from invoice_lines e
               left join lateral (${agreedRetainerSql({ tenant: "e.tenant_id", id: "e.engagement_id" })}) t on true
               left join lateral (
                 select coalesce(sum(c.billed_minutes) filter (where k.worked_on < (t.terms ->> 'expiresOn')::date), 0)
                          / nullif(sum(c.billed_minutes), 0)::numeric as in_time
                   from (select work_item_id, work_item_version, greatest(billed_minutes, 1) as billed_minutes from claims
                          where tenant_id = e.tenant_id and line_id = e.id and released_at is null) c
                   join work_items k on k.tenant_id = e.tenant_id and k.id = c.work_item_id and k.version = c.work_item_version
                  where t.terms -> 'expiresOn' is not null) w on true
              where e.tenant_id = i.tenant_id and e.invoice_id = i.id and e.content_version = i.content_version
              group by 1) x) p
   where i.id = any(?) and i.kind <> 'deposit' group by i.tenant_id, i.id, p.parts order by i.id`;

const depositsSql = `
  select y.id, y.engagement_id as "engagementId", s.left_minor::text as left
    from payments y
   cross join lateral (
     select -sum(p.amount_minor) as left_minor
       from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account = 'retainer_liability') s
   where s.left_minor > 0 and y.engagement_id is not null and exists (
     select 1 from invoices i
       join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.engagement_id = y.engagement_id
      where i.id = any(?) and (i.payer_id, i.legal_entity_id, i.currency) = (y.client_id, y.legal_entity_id, y.currency))
   order by y.received_on, y.id`;
