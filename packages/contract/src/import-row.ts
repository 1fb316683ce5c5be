/**
 * The columns each import reads, in canonical names. A source with other names brings a mapping
 * (canonical name → its own column); columns that nothing maps to are ignored.
 */
type Column = { readonly required: boolean; readonly what: string };

const required = (what: string): Column => ({ required: true, what });
const optional = (what: string): Column => ({ required: false, what });

// prettier-ignore
// oxfmt-ignore
export const importColumns = {
  clients: {
    client_key: required("the source's key of the client"),
    name: required("the name people use"),
    legal_name: optional("the name in the register"),
    country: optional("ISO 3166, two capitals"),
    address: optional("lines separated by |"),
    tax_id: optional("VAT or tax id, with its country prefix"),
    is_business: optional("yes or no; yes when empty"),
    invoice_email: optional("where invoices go"),
    po_required: optional("yes or no; unknown when empty, and then the engagement is not ready"),
    language: optional("BCP 47; en when empty"),
    grouping: optional("one invoice per client, engagement or project; engagement when empty"),
    annex: optional("yes or no: whether the timesheet is attached; yes when empty"),
    vat_id_checked_on: optional("date of the VAT-id check"),
    vat_id_valid: optional("yes or no: what the check said"),
  },
  rate_cards: {
    card_key: required("the source's key of the rate card"),
    currency: required("ISO 4217"),
    is_default: optional("yes for the tenant's default card of this currency"),
  },
  engagements: {
    engagement_key: required("the source's key of the engagement"),
    client_key: required("key of the client"),
    payer_key: optional("key of the client who pays; the client when empty"),
    entity_key: optional("key of the legal entity; the only one when empty"),
    code: required("the contract's short code, unique"),
    name: optional("what it is about; the code when empty"),
    currency: optional("ISO 4217; the entity's when empty"),
    card_key: optional("key of the rate card"),
    billable: optional("yes or no; yes when empty"),
    flat_rate: optional("yes when a fixed fee covers the time; no when empty"),
    increment_minutes: optional("time is rounded up to a multiple; 1 when empty"),
    increment_per: optional("entry or day; entry when empty"),
    payment_terms_days: optional("days from issue to due; 30 when empty"),
    approver_email: optional("the person who signs as manager"),
    org_unit_key: optional("key of the org unit"),
    starts_on: optional("first day of the terms; 1970-01-01 when empty"),
    fee_amount: optional("a fixed fee, in the engagement's currency"),
    fee_instalments: optional("when which part of the fee is due: 30% on 2026-10-31 | 70% on 2026-12-31, or amounts"),
    holdback_percent: optional("what the client keeps of each milestone until release, such as 5%"),
    expenses_included: optional("yes when the fee covers expenses; no when empty"),
    expense_markup_percent: optional("added to recharged expenses, such as 10%"),
    expense_categories: optional("what may be charged on, separated by |; everything when empty"),
    receipt_required_above: optional("up to this amount no receipt is asked for; for each expense when empty"),
    po_number: optional("purchase order"),
    po_amount: optional("amount of the order, in the engagement's currency"),
    po_valid_from: optional("first day of the order"),
    po_valid_to: optional("last day of the order"),
  },
  projects: {
    project_key: required("the source's key of the project"),
    engagement_key: required("key of the engagement"),
    name: required("the project's name"),
    billable: optional("yes or no; yes when empty"),
    active: optional("yes or no; yes when empty"),
    start_date: optional("first day"),
    end_date: optional("last day"),
  },
  milestones: {
    milestone_key: required("the source's key of the milestone"),
    engagement_key: required("key of the engagement"),
    project_key: optional("key of a project of that engagement"),
    name: required("what the client gets"),
    amount: required("agreed amount, in the engagement's currency; frozen by the acceptance"),
    due_date: required("when it is due"),
    accepted_on: optional("when the client accepted it"),
    accepted_by: optional("who accepted it for the client"),
    evidence: optional("name of the document that proves the acceptance"),
    evidence_sha256: optional("SHA-256 of that document, 64 hexadecimal digits"),
  },
  workers: {
    worker_key: required("the source's key of the worker"),
    name: required("the worker's name"),
    email: optional("the worker's address"),
  },
  worker_grades: {
    worker_key: required("key of the worker"),
    grade: required("the role that prices their time"),
    from_date: required("first day of the grade"),
  },
  rates: {
    card_key: required("key of the rate card"),
    client_key: optional("key of a client, for rates of one client"),
    project_key: optional("key of a project, for rates of one project"),
    worker_key: optional("key of a worker, for the rate of one person"),
    role: optional("the role"),
    task: optional("the task, for the rate of one person on one task"),
    price: required("price of an hour, a decimal in the card's currency"),
    effective_from: required("first day"),
    effective_to: optional("last day; open when empty"),
  },
  time_entries: {
    entry_key: required("the source's key of the entry"),
    worker_key: required("key of the worker"),
    project_key: required("key of the project"),
    work_date: required("local date of the work"),
    hours: required("decimal hours; rounded half up to a minute"),
    status: optional("submitted, approved or rejected; submitted when empty"),
    role: optional("the role, when it is not the worker's grade of the day"),
    task: optional("the task"),
    narrative: optional("what was done"),
    started_at: optional("local time such as 09:30"),
  },
  expenses: {
    expense_key: required("the source's key of the expense"),
    project_key: required("key of the project it was spent for"),
    worker_key: optional("key of the worker who spent it"),
    spent_on: required("local date of the spending"),
    category: required("such as Travel or Court fees"),
    description: required("what it was for"),
    as_agent: optional("yes when it was paid in the client's name, and is passed on as paid; no when empty"),
    paid: required("what was paid, tax included"),
    currency: optional("ISO 4217; the engagement's when empty"),
    recoverable_vat: optional("VAT in it that the firm recovers"),
    exchange_rate: optional("units of the engagement's currency for one unit paid"),
    exchange_on: optional("day of that rate"),
    exchange_source: optional("where that rate was found"),
    receipt: optional("name of the receipt's document"),
    receipt_sha256: optional("SHA-256 of that document, 64 hexadecimal digits"),
    status: optional("submitted, approved or rejected; submitted when empty"),
  },
} as const satisfies Record<string, Readonly<Record<string, Column>>>;

export type ImportKind = keyof typeof importColumns;
export const importKinds = Object.keys(importColumns) as readonly ImportKind[];
export type ImportField<Kind extends ImportKind> = keyof (typeof importColumns)[Kind] & string;
