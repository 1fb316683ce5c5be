/** The same as `taxPointOn` of domain/tax, of invoices named `i`; null before issue, and while only the payment will tell. */
export const taxPointSql = `
  case i.tax_point_rule
    when 'payment' then null
    when 'deposit' then i.issued_on
    when 'issue' then case when i.tax_point_days is null or i.issued_on <= i.period_end - 1 + i.tax_point_days
                           then i.issued_on else case when i.issued_on is not null then i.period_end - 1 end end
    else case when i.issued_on is not null then i.period_end - 1 end end`;
