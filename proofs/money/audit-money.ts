import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { countApprovedMinutes } from "@plumbline/operations/work/count-approved-minutes";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import { whatDiffers } from "@plumbline/testing/what-differs";
import type { HistoryLine } from "../chaos/chaos-runner.ts";
import { booksOff } from "./audit-books.ts";
import type { Entries } from "./random-month.ts";

/** What must be nowhere, and what was found of it. */
export type Findings = Readonly<Record<Audit, readonly string[]>>;
export type Audit =
  | keyof typeof sqls
  | "booksOff"
  | "minutesLost"
  | "ledgerFaults"
  | "notRecomputed"
  | "notThere"
  | "otherThanSaid";

/** Each gives one text per fault, of all firms. */
const sqls = {
  jobsFailed: "select name || ' ' || subject_id || ': ' || failure as said from jobs where state <> 'done'",
  notRendered: `
    select i.id::text as said from invoices i join outbox o on o.tenant_id = i.tenant_id and o.subject_id = i.id and o.name = 'invoice.issued'
     where not exists (select 1 from documents d where d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.format = 'pdf')`,
  takenTwice: `
    select w.id::text as said from work_items w join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null
     where w.current and w.kind = 'time' group by w.tenant_id, w.id, w.version, w.minutes 
    having sum(c.minutes) > w.minutes and bool_and(c.work_item_version = w.version)
    union all
    select i.id::text from invoices i
      join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
      join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
      join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
     where i.number is not null and w.status <> 'approved'
    union all
    select c.work_item_id::text from claims c join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
     where w.kind <> 'time' and c.released_at is null group by c.tenant_id, c.work_item_id, c.part having count(*) > 1`,
  ledgerUnbalanced: `
    select e.id::text as said from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
     group by e.tenant_id, e.id having sum(p.amount_minor) <> 0`,
  lateChargesOff: `
    select t.id::text as said from tenants t
     cross join lateral (
       select coalesce(-sum(p.amount_minor), 0) as minor from ledger_postings p
        where p.tenant_id = t.id and p.account = 'late_charges') l
     cross join lateral (
       select (select coalesce(sum(n.fee_minor), 0) from dunning_notices n where n.tenant_id = t.id and n.withdrawn_on is null)
            + (select coalesce(sum(k.interest_minor + k.compensation_minor), 0) from interest_claims k
                where k.tenant_id = t.id and k.state = 'charged') as minor) c
     where l.minor <> c.minor
    union all
    select d.invoice_id::text from dunning_items d join dunning_notices n on n.tenant_id = d.tenant_id and n.id = d.notice_id
     where n.withdrawn_on is null group by d.tenant_id, d.invoice_id, d.level having count(*) > 1
    union all
    select k.id::text from interest_claims k join interest_claims o on o.tenant_id = k.tenant_id and o.invoice_id = k.invoice_id and o.id < k.id
     where k.state <> 'replaced' and o.state <> 'replaced' and k.from_on < o.until_on and o.from_on < k.until_on`,
  bankOff: `
    select s.id::text as said from bank_statements s left join bank_entries b on b.tenant_id = s.tenant_id and b.bank_statement_id = s.id
     group by s.tenant_id, s.id having s.closing_minor - s.opening_minor <> coalesce(sum(b.amount_minor), 0)
    union all
    select s.id::text from bank_statements s join bank_statements f on f.tenant_id = s.tenant_id and f.id = s.follows
     where f.closing_minor <> s.opening_minor
    union all
    select b.id::text from bank_entries b join payments y on y.tenant_id = b.tenant_id and y.id = b.payment_id
     where b.state = 'settled' and y.amount_minor <> b.amount_minor
    union all
    select y.id::text from payments y join bank_entries b on b.tenant_id = y.tenant_id and b.payment_id = y.id and b.state = 'returned'
      join ledger_entries e on e.tenant_id = y.tenant_id and e.payment_id = y.id
      join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ('unapplied_cash', 'retainer_liability', 'receivable')
     group by y.tenant_id, y.id having sum(p.amount_minor) <> 0`,
  chargebacksOff: `
    select y.id::text as said from payments y
     cross join lateral (select coalesce(sum(c.amount_minor), 0) as minor from chargebacks c
            where c.tenant_id = y.tenant_id and c.payment_id = y.id and c.state in ('open', 'answered')) c
     cross join lateral (select coalesce(sum(p.amount_minor), 0) as minor
             from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
            where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account = 'chargebacks') b
     where c.minor <> b.minor`,
  discountsOff: `
    select i.id::text as said from invoices i
     cross join lateral (select coalesce(sum(a.residual_minor), 0) as minor from payment_applications a
            where a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.residual_kind = 'discount_taken'
              and not exists (select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id)) a
     cross join lateral (select coalesce(sum(p.amount_minor), 0) as minor
             from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
            where e.tenant_id = i.tenant_id and e.invoice_id = i.id and e.fact in ('payment_applied', 'application_reversed')
              and p.account in ('discounts_allowed', 'tax_payable')) b
     where a.minor <> b.minor
    union all
    select e.id::text from payment_applications a
      join ledger_entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
      join invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
     cross join lateral (select count(*) as rates from tax_determinations d
            where d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version) d
     cross join lateral (select coalesce(sum(p.amount_minor), 0) as minor from ledger_postings p
            where p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'tax_payable') t
     where a.residual_kind = 'discount_taken' and abs(t.minor - a.residual_minor * i.tax_minor / i.total_minor::numeric) > d.rates`,
  disputesOff: `
    select d.id::text as said from disputes d join invoices n on n.tenant_id = d.tenant_id and n.id = d.credit_note_id
     where n.corrects <> d.invoice_id or n.total_minor <> -d.upheld_minor
    union all
    select a.id::text from payment_applications a
      left join disputes d on d.tenant_id = a.tenant_id and d.application_id = a.id
     where a.residual_kind = 'disputed' and (d.amount_minor is distinct from a.residual_minor or d.state <> 'resolved' and exists (
       select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id))
    union all
    select i.id::text from disputes d join invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
     where d.state <> 'resolved' group by i.tenant_id, i.id, i.total_minor having sum(d.amount_minor) > i.total_minor
    union all
    select x.line_id::text from dispute_lines x join disputes d on d.tenant_id = x.tenant_id and d.id = x.dispute_id and d.state <> 'resolved'
     group by x.tenant_id, x.line_id having count(*) > 1`,
  certificatesOff: `
    select i.id::text as said from invoices i
     cross join lateral (select coalesce(sum(w.amount_minor), 0) as minor
             from certified_withholdings w join withholding_certificates c on c.tenant_id = w.tenant_id and c.id = w.certificate_id
            where w.tenant_id = i.tenant_id and w.invoice_id = i.id and c.withdrawn_on is null) w
     cross join lateral (select coalesce(sum(p.amount_minor), 0) as minor
             from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
            where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'withholding_certified') b
     where w.minor <> b.minor`,
  conversionsOff: `
    select i.id::text as said from invoices i
      join tax_conversions v on v.tenant_id = i.tenant_id and v.invoice_id = i.id and v.content_version = i.content_version
     where i.kind = 'invoice' and (v.quote_currency <> i.currency or 2 * abs(v.tax_minor * v.rate - i.tax_minor) > v.rate)
    union all
    select i.id::text from invoices i join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id
     where i.number is not null and i.currency <> l.currency and i.tax_minor <> 0 and not exists (
       select 1 from tax_conversions v
        where v.tenant_id = i.tenant_id and v.invoice_id = i.id and v.content_version = i.content_version)
    union all
    select i.id::text from invoices i join ledger_entries e on e.tenant_id = i.tenant_id and e.invoice_id = i.id
     where e.currency <> i.currency`,
  trustOff: `
    select m.engagement_id::text as said
      from (select tenant_id, engagement_id, sum(case when kind = 'receipt' then amount_minor else -amount_minor end) as held
              from trust_entries group by tenant_id, engagement_id) m
     where m.held < 0
    union all
    select t.id || ' ' || (m.minor - b.minor) from tenants t
     cross join lateral (
       select coalesce(sum(case when kind = 'receipt' then amount_minor else -amount_minor end), 0) as minor from trust_entries
        where tenant_id = t.id) m
     cross join lateral (
       select coalesce(sum(amount_minor), 0) as minor from ledger_postings where tenant_id = t.id and account = 'trust_bank') b
     where m.minor <> b.minor`,
  limitsOverspent: `
    select l.id::text as said from limits l
      left join limit_uses u on u.tenant_id = l.tenant_id and u.limit_id = l.id and u.state <> 'released'
     group by l.tenant_id, l.id, l.total, l.used, l.opening having l.used > l.total
         or l.used - l.opening <> coalesce(sum(case when u.state = 'credited' then -u.amount else u.amount end), 0)
    union all
    select b.id::text from hour_buckets b
      left join bucket_draws d on d.tenant_id = b.tenant_id and d.bucket_id = b.id and d.state <> 'released'
     group by b.tenant_id, b.id, b.minutes, b.used having b.used > b.minutes or b.used <> coalesce(sum(d.minutes), 0)
    union all
    select o.id::text from purchase_orders o
      join invoices i on i.tenant_id = o.tenant_id and i.purchase_order_id = o.id and i.stage <> 'discarded' and i.kind <> 'deposit'
     cross join lateral (
       select coalesce(sum(l.net_minor), 0) as minor from invoice_lines l
        where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version and l.deducts is not null) d
     cross join lateral (
       select coalesce(sum(b.net_minor), 0) as minor from invoices n
         join invoice_lines b on b.tenant_id = n.tenant_id and b.invoice_id = n.id
         join credit_lines x on x.tenant_id = b.tenant_id and x.line_id = b.id and x.treatment = 'rebillable'
        where n.tenant_id = i.tenant_id and n.corrects = i.id and n.number is not null) back
     group by o.tenant_id, o.id, o.amount_minor having sum(i.net_minor - d.minor + back.minor) > o.amount_minor`,
  costsOverbilled: `
    select c.work_item_id::text as said from claims c
      join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
       and v.kind in ('expense', 'disbursement')
     where c.released_at is null and c.line_id is not null and c.part = 0
     group by c.tenant_id, c.work_item_id
    having sum(coalesce(c.amount_minor, v.amount_minor)) > (
       select max(w.amount_minor) from work_items w where w.tenant_id = c.tenant_id and w.id = c.work_item_id)
    union all
    select c.line_id::text from claims c
      join claims o on o.tenant_id = c.tenant_id and o.id = c.kept_of
      join work_items v on v.tenant_id = o.tenant_id and v.id = o.work_item_id and v.version = o.work_item_version
     where c.released_at is null and c.amount_minor <> coalesce(o.amount_minor, v.amount_minor) - (
       select sum(x.cost_minor) from credit_lines x
         join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
         join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.number is not null
        where x.tenant_id = c.tenant_id and x.corrected_line_id = c.line_id)`,
  depositsOverdeducted: `
    select i.id::text as said from invoices i
     where i.kind = 'deposit' and app.deposit_left(i.tenant_id, i.id) not between 0 and i.net_minor`,
  depositsNotBooked: `
    select i.id::text as said from invoices i
     where i.kind = 'deposit' and i.number is not null and (
       select coalesce(sum(p.amount_minor), 0) from ledger_entries e
         join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'deposit_liability'
        where e.tenant_id = i.tenant_id and e.invoice_id = i.id) <> -i.net_minor`,
  numbersNotGapless: `
    select s.id::text as said from number_series s left join invoices i on i.tenant_id = s.tenant_id and i.series_id = s.id
     group by s.tenant_id, s.id, s.next_number, s.first_number
    having count(i.number) <> s.next_number - s.first_number or count(distinct i.number) <> count(i.number) or coalesce(max(i.number), s.first_number - 1) <> s.next_number - 1`,
  sumsOff: `
    select i.id::text as said from invoices i
      join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
     group by i.tenant_id, i.id, i.net_minor having sum(l.net_minor) <> i.net_minor
    union all
    select l.id::text from invoices i
      join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
      left join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
     where i.stage <> 'discarded' and i.kind = 'invoice'
     group by l.tenant_id, l.id, l.minutes
    having coalesce(sum(c.billed_minutes), 0) <> l.minutes + (
       select coalesce(sum(b.minutes), 0) from credit_lines x
         join invoice_lines b on b.tenant_id = x.tenant_id and b.id = x.line_id
         join invoices n on n.tenant_id = b.tenant_id and n.id = b.invoice_id and n.number is not null
        where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id)`,
} as const;

export type AuditedFirm = { readonly firm: Firm; readonly entries: Entries };

/** Looks at everything from outside: by SQL, by the books, by the history, and by making every invoice anew. */
export async function auditMoney(
  { admin }: Pick<TestDatabase, "admin">,
  firms: readonly AuditedFirm[],
  history: readonly HistoryLine[],
): Promise<Findings> {
  const found: Record<string, string[]> = {};
  for (const [name, sql] of Object.entries(sqls)) {
    const { rows } = await admin.query<{ said: string }>(sql);
    found[name] = rows.map(({ said }) => said);
  }
  const each = async (look: (audited: AuditedFirm) => Promise<readonly string[]>) => {
    const said: string[] = [];
    for (const audited of firms) said.push(...(await look(audited)));
    return said;
  };
  return {
    ...(found as Record<keyof typeof sqls, string[]>),
    booksOff: await each(booksOff),
    minutesLost: await each(minutesLost),
    ledgerFaults: await each(async ({ firm }) => {
      const faults = await (await firm.as("auditor"))(listLedgerFaults);
      return faults.map(({ fault, subjectId }) => `${fault} ${subjectId}`);
    }),
    notRecomputed: await each(async ({ firm }) => whatDiffers(await firm.as("auditor"))),
    notThere: await notThere(admin, history),
    otherThanSaid: await each((audited) => otherThanSaid(admin, audited)),
  };
}

async function minutesLost({ firm }: AuditedFirm): Promise<string[]> {
  const auditor = await firm.as("auditor");
  const buckets = await auditor(conserveMinutes);
  const total = await auditor(countApprovedMinutes);
  const placed = Object.values(buckets).reduce((sum, minutes) => sum + minutes, 0);
  const wrong = placed !== total || Object.values(buckets).some((minutes) => minutes < 0);
  return wrong ? [`${firm.slug}: ${placed} of ${total} ${JSON.stringify(buckets)}`] : [];
}

/** Every fact of an operation that was answered must be in the audit, as often as it was answered. */
async function notThere(admin: TestDatabase["admin"], history: readonly HistoryLine[]): Promise<string[]> {
  const answered = new Map<string, number>();
  for (const line of history) {
    if (!("seen" in line)) continue;
    for (const [action, subject] of line.seen.facts) {
      const key = `${action} ${subject}`;
      answered.set(key, (answered.get(key) ?? 0) + 1);
    }
  }
  const { rows } = await admin.query<{ key: string; count: number }>(
    "select action || ' ' || subject_id as key, count(*)::int from audit_entries group by 1",
  );
  const there = new Map(rows.map(({ key, count }) => [key, count]));
  return [...answered].filter(([key, count]) => (there.get(key) ?? 0) < count).map(([key]) => key);
}

/** Every time entry is what was last answered about it, or one of what a process that died may have made of it. */
async function otherThanSaid(admin: TestDatabase["admin"], { firm, entries }: AuditedFirm): Promise<string[]> {
  const { rows } = await admin.query<{ key: string; minutes: number; status: string }>(
    `select r.external_id as key, w.minutes, w.status from external_refs r
       join work_items w on w.tenant_id = r.tenant_id and w.id = r.subject_id and w.current
      where r.tenant_id = $1 and r.kind = 'time_entries'`,
    [firm.tenantId],
  );
  const there = new Map(rows.map(({ key, ...state }) => [key, state]));
  return [...entries].flatMap(([key, { possible, sure }]) => {
    const state = there.get(key);
    if (state === undefined) return sure ? [`${key} is not there`] : [];
    const known = possible.some(
      ({ minutes, status }) =>
        minutes === state.minutes &&
        (status === state.status || (status === "submitted" && state.status === "approved")),
    );
    return known ? [] : [`${key} is ${state.minutes} min, ${state.status}`];
  });
}
