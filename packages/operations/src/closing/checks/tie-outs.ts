/** An application that counts by the end of the month: booked by then, and not taken back by then. */
const appliedSql = `
  select e.currency, x.amount_minor, x.residual_kind, x.residual_minor
    from asked a
    join ledger_entries e on e.legal_entity_id = a.entity and e.booked_on < a.next_day and e.fact = 'payment_applied'
    join payment_applications x on x.tenant_id = e.tenant_id and x.entry_id = e.id
   where not exists (
     select 1 from ledger_entries r where r.tenant_id = e.tenant_id and r.reverses = e.id and r.booked_on < a.next_day)`;

/** What the ledger alone knows of some accounts: facts of which there is no document. */
const bookedSql = (accounts: string, facts: string) => `
  select e.currency, p.amount_minor as minor
    from asked a
    join ledger_entries e on e.legal_entity_id = a.entity and e.booked_on < a.next_day and ${facts}
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ${accounts}`;

const owed = "('receivable', 'retention_receivable')";
const credit = "('unapplied_cash', 'retainer_liability')";
const documented = "('payment_applied', 'application_reversed', 'invoice_issued', 'receivable_taken_over')";
const received =
  "('payment_received', 'credit_taken_over', 'credit_released', 'payment_applied', 'application_reversed')";

const side = (kind: string, of: "documents" | "ledger", sql: string, tax = "null::text, null::int, null::text") => `
  select '${kind}' as kind, s.currency, ${tax.replaceAll("{}", "s")},
         ${of === "documents" ? "s.minor, 0" : "0, s.minor"} from (${sql}) s`;

const taxKeys = "{}.category, {}.bp, {}.jurisdiction";

/** Tax of the month alone. A discount that was let go after the supply is no document: what the ledger says of it counts. */
const taxBooked = (facts: string) => `
  select e.currency, p.tax_category as category, p.tax_bp as bp, p.tax_jurisdiction as jurisdiction, -p.amount_minor as minor
    from asked a
    join ledger_entries e on e.legal_entity_id = a.entity and e.booked_on >= a.first_day and e.booked_on < a.next_day and ${facts}
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'tax_payable'`;

/**
 * What documents, payments and matters say, and what the ledger says of the same: balances at the end of the month, tax of
 * the month alone, per category, rate and jurisdiction. Money owed to clients counts as more than nothing on both sides.
 */
export const tieOutsSql = `
  select kind, currency, category, bp, jurisdiction, sum(documents) as documents, sum(ledger) as ledger from (
    ${side("receivables", "documents", "select i.currency, i.total_minor as minor from asked a join invoices i on i.legal_entity_id = a.entity and i.number is not null and i.issued_on < a.next_day")}
    union all ${side("receivables", "documents", "select i.currency, i.opening_minor as minor from asked a join legal_entities l on l.id = a.entity and l.cut_over_on < a.next_day join invoices i on i.tenant_id = l.tenant_id and i.legal_entity_id = l.id and i.kind = 'opening'")}
    union all ${side("receivables", "documents", `select currency, -amount_minor - case when residual_kind = any(?) then residual_minor else 0 end as minor from (${appliedSql}) x`)}
    union all ${side("receivables", "documents", bookedSql(owed, `e.fact not in ${documented}`))}
    union all ${side("receivables", "ledger", bookedSql(owed, "true"))}
    union all ${side("credit", "documents", "select y.currency, y.amount_minor as minor from asked a join payments y on y.legal_entity_id = a.entity join ledger_entries e on e.tenant_id = y.tenant_id and e.payment_id = y.id and e.fact in ('payment_received', 'credit_taken_over', 'credit_released') and e.booked_on < a.next_day")}
    union all ${side("credit", "documents", `select currency, -amount_minor as minor from (${appliedSql}) x`)}
    union all ${side("credit", "documents", `select currency, -minor as minor from (${bookedSql(credit, `e.fact not in ${received}`)}) x`)}
    union all ${side("credit", "ledger", `select currency, -minor as minor from (${bookedSql(credit, "true")}) x`)}
    union all ${side("trust", "documents", "select t.currency, case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end as minor from asked a join engagements g on g.legal_entity_id = a.entity join trust_entries t on t.tenant_id = g.tenant_id and t.engagement_id = g.id and t.booked_on < a.next_day")}
    union all ${side("trust", "ledger", `select currency, -minor as minor from (${bookedSql("('trust_liability')", "true")}) x`)}
    union all ${side("tax", "documents", "select i.currency, d.category, d.basis_points as bp, d.jurisdiction, d.tax_minor as minor from asked a join invoices i on i.legal_entity_id = a.entity and i.number is not null and i.issued_on >= a.first_day and i.issued_on < a.next_day join tax_determinations d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version", taxKeys)}
    union all ${side("tax", "documents", taxBooked("e.fact <> 'invoice_issued'"), taxKeys)}
    union all ${side("tax", "ledger", taxBooked("true"), taxKeys)}
  ) sides (kind, currency, category, bp, jurisdiction, documents, ledger)
   group by kind, currency, category, bp, jurisdiction
   order by array_position(?::text[], kind), currency, category, bp, jurisdiction`;
