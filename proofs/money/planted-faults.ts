import type { TestDatabase } from "@plumbline/testing/database";
import type { Audit, Findings } from "./audit-money.ts";

type Planted = { readonly fault: string; readonly sql: string; readonly foundBy: Audit };

/** What somebody who got past the database might do to money, and the audit that must find it. */
const planted: readonly Planted[] = [
  {
    fault: "a job gave up, and nobody was told",
    sql: "update jobs set state = 'failed', failure = 'x' where event_id = (select event_id from jobs order by event_id limit 1)",
    foundBy: "jobsFailed",
  },
  {
    fault: "a document of an issued invoice is lost",
    sql: "delete from documents where id = (select id from documents where format = 'pdf' order by id limit 1)",
    foundBy: "notRendered",
  },
  {
    fault: "more minutes are taken than there are",
    sql: `update claims set minutes = minutes + 1000 where id = (
            select c.id from claims c
              join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
             where w.current and c.line_id is not null and c.released_at is null and c.minutes > 0 order by c.id limit 1)`,
    foundBy: "takenTwice",
  },
  {
    fault: "billed work is free to be billed again",
    sql: `update claims set released_at = now() where id = (
            select c.id from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
             where i.stage = 'issued' and c.released_at is null and c.billed_minutes > 0 order by c.id limit 1)`,
    foundBy: "sumsOff",
  },
  {
    fault: "minutes are in a bucket that there is not",
    sql: `alter table claims drop constraint claims_outcome_check;
          update claims set outcome = 'nowhere' where id = (
            select id from claims where outcome = 'covered' and released_at is null order by id limit 1)`,
    foundBy: "minutesLost",
  },
  {
    fault: "an entry of the ledger is off by a cent",
    sql: `update ledger_postings set amount_minor = amount_minor + 1 where (entry_id, position) = (
            select entry_id, position from ledger_postings order by entry_id, position limit 1)`,
    foundBy: "ledgerUnbalanced",
  },
  {
    fault: "tax in the firm's own currency is off by a cent",
    sql: `update tax_conversions set tax_minor = tax_minor + 1 where (invoice_id, content_version) = (
            select i.id, i.content_version from invoices i
              join tax_conversions v on v.invoice_id = i.id and v.content_version = i.content_version
             where i.kind = 'invoice' order by i.id limit 1)`,
    foundBy: "conversionsOff",
  },
  {
    fault: "a bank entry says another amount than the bank",
    sql: "update bank_entries set amount_minor = amount_minor + 1 where id = (select id from bank_entries order by id limit 1)",
    foundBy: "bankOff",
  },
  {
    fault: "disputed money is not where it is said to be",
    sql: `update ledger_postings set account = 'cash' where (entry_id, position) = (
            select p.entry_id, p.position from ledger_postings p join ledger_entries e on e.id = p.entry_id
             where p.account = 'chargebacks' and e.fact = 'chargeback_opened' order by p.entry_id limit 1)`,
    foundBy: "chargebacksOff",
  },
  {
    fault: "a dispute is about more than its invoice",
    sql: "update disputes set amount_minor = 1e12 where id = (select id from disputes where state <> 'resolved' order by id limit 1)",
    foundBy: "disputesOff",
  },
  {
    fault: "a certificate proves more than is booked",
    sql: `update certified_withholdings set amount_minor = amount_minor + 1 where id = (
            select w.id from certified_withholdings w join withholding_certificates c on c.id = w.certificate_id
             where c.withdrawn_on is null order by w.id limit 1)`,
    foundBy: "certificatesOff",
  },
  {
    fault: "a discount is larger than what was let go",
    sql: `update payment_applications set residual_minor = residual_minor + 1 where id = (
            select id from payment_applications where residual_kind = 'discount_taken' order by id limit 1)`,
    foundBy: "discountsOff",
  },
  {
    fault: "a discount lowers the tax by a cent alone",
    sql: `update ledger_postings set amount_minor = case account when 'tax_payable' then 1 else amount_minor - 1 + (
            select t.amount_minor from ledger_postings t where t.entry_id = ledger_postings.entry_id and t.account = 'tax_payable') end
           where account in ('tax_payable', 'discounts_allowed') and entry_id = (
            select d.entry_id from ledger_postings d join ledger_postings t on t.entry_id = d.entry_id and t.account = 'tax_payable' and t.amount_minor > 9
             where d.account = 'discounts_allowed' order by d.entry_id limit 1)`,
    foundBy: "discountsOff",
  },
  {
    fault: "a charge for paying late is of nobody's making",
    sql: `update ledger_postings set account = 'late_charges' where (entry_id, position) = (
            select entry_id, position from ledger_postings where account = 'revenue' order by entry_id, position limit 1)`,
    foundBy: "lateChargesOff",
  },
  {
    fault: "an issued invoice is not in the ledger",
    sql: `update ledger_entries set fact = 'debt_written_off', reason = 'x' where id = (
            select id from ledger_entries where fact = 'invoice_issued' order by id desc limit 1)`,
    foundBy: "ledgerFaults",
  },
  {
    // Not by a cent: an entry of the ledger that is off by one may be of the same money.
    fault: "clients' own money is not in the ledger as it is",
    sql: "update trust_entries set amount_minor = amount_minor + 7 where id = (select id from trust_entries order by id limit 1)",
    foundBy: "trustOff",
  },
  {
    fault: "an entry is booked in another month than its document",
    sql: `update ledger_entries set booked_on = booked_on - 90 where id = (
            select e.id from ledger_entries e join invoices i on i.id = e.invoice_id
             where e.fact = 'invoice_issued' and i.tax_minor > 0 order by e.id limit 1)`,
    foundBy: "booksOff",
  },
  {
    fault: "a limit says that less of it is used",
    sql: "update limits set used = used - 1 where id = (select id from limits where used > 0 order by id limit 1)",
    foundBy: "limitsOverspent",
  },
  {
    fault: "a number is skipped",
    sql: `update invoices set number = number + 1000 where id = (
            select id from invoices where number is not null order by number desc, id limit 1)`,
    foundBy: "numbersNotGapless",
  },
  {
    fault: "a line is dearer than its inputs make it",
    sql: `update invoice_lines set because = 'as agreed' where id = (
            select l.id from invoice_lines l join invoices i on i.id = l.invoice_id and i.content_version = l.content_version
             where i.stage = 'issued' order by l.id limit 1)`,
    foundBy: "notRecomputed",
  },
  {
    fault: "an acknowledged issue is forgotten",
    sql: `delete from audit_entries where id = (
            select id from audit_entries where action = 'invoice.issued' order by id desc limit 1)`,
    foundBy: "notThere",
  },
  {
    fault: "a time entry says something else",
    sql: `update work_items set minutes = minutes + 1 where (tenant_id, id, version) in (
            select w.tenant_id, w.id, w.version from work_items w
              join external_refs r on r.tenant_id = w.tenant_id and r.subject_id = w.id and r.external_id like 's%'
             where w.current and w.kind = 'time' order by w.id limit 1)`,
    foundBy: "otherThanSaid",
  },
];

/** Plants one after another behind the database's back; its audit must find it then, and did not before. */
export async function plantFaults(
  { admin }: Pick<TestDatabase, "admin">,
  audit: () => Promise<Findings>,
): Promise<{ readonly caught: readonly string[]; readonly missed: readonly string[] }> {
  const caught: string[] = [];
  const missed: string[] = [];
  let before = await audit();
  await admin.query("set session_replication_role = replica");
  for (const { fault, sql, foundBy } of planted) {
    await admin.query(sql);
    const now = await audit();
    const known = new Set(before[foundBy]);
    (now[foundBy].some((said) => !known.has(said)) ? caught : missed).push(fault);
    before = now;
  }
  await admin.query("reset session_replication_role");
  return { caught, missed };
}
