import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import {
  adjustmentColumns,
  claimColumns,
  headerColumns,
  lineColumns,
  taxColumns,
  useColumns,
} from "../drafts/content-columns.ts";
import { conversionColumns } from "../fx/stored-conversions.ts";
import { drawColumns } from "../hour-buckets/save-draws.ts";
import { asText, type TextRow } from "./difference.ts";

/** An invoice as it is stored, its current content as text. */
export type StoredInvoice = {
  readonly id: InvoiceId;
  readonly number: string | undefined;
  readonly issuedOn: LocalDate | undefined;
  readonly dueOn: LocalDate | undefined;
  readonly period: { readonly start: LocalDate; readonly end: LocalDate };
  readonly contentHash: string;
  /** Absent when nothing says what it was made from. */
  readonly draftingId: string | undefined;
  readonly header: TextRow;
  readonly lines: readonly TextRow[];
  readonly adjustments: readonly TextRow[];
  readonly taxes: readonly TextRow[];
  /** At most one: the tax in the currency it is declared in. */
  readonly conversions: readonly TextRow[];
  /** With the position of their line. */
  readonly claims: readonly TextRow[];
  readonly uses: readonly TextRow[];
  /** With the work that is covered. */
  readonly draws: readonly TextRow[];
  readonly decisions: readonly StoredDecision[];
  readonly issue: StoredIssue | undefined;
};

export type StoredDecision = {
  readonly bundleHash: string;
  readonly facts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly rulings: readonly { readonly rule: string; readonly outcome: string }[];
};

/** What was frozen at issue. */
export type StoredIssue = {
  readonly snapshot: string;
  readonly hash: string;
  /** As the audit remembers it. */
  readonly auditedHash: string | null;
  readonly approvals: readonly { readonly step: string; readonly at: string }[];
};

/** Reads invoices with all that is compared, in a fixed number of statements. */
export async function loadStoredInvoices(tx: TenantTx, ids: readonly InvoiceId[]): Promise<StoredInvoice[]> {
  const headers = await query<HeaderRow>(tx, headersSql, [ids]);
  const lines = await ofInvoices<TextRow>(tx, partSql(asText(lineColumns, "p"), "invoice_lines p"), ids);
  const adjustments = await ofInvoices<TextRow>(
    tx,
    partSql(asText(adjustmentColumns, "p"), "invoice_adjustments p"),
    ids,
  );
  const taxes = await ofInvoices<TextRow>(tx, partSql(asText(taxColumns, "p"), "tax_determinations p"), ids);
  const conversions = await ofInvoices<TextRow>(tx, partSql(asText(conversionColumns, "p"), "tax_conversions p"), ids);
  const uses = await ofInvoices<TextRow>(tx, partSql(asText(useColumns, "p"), "limit_uses p"), ids);
  const claims = await ofInvoices<TextRow>(tx, claimsSql, ids);
  const draws = await ofInvoices<TextRow>(tx, drawsSql, ids);
  const decisions = await ofInvoices<StoredDecision>(
    tx,
    partSql('p.bundle_hash as "bundleHash", p.facts, p.rulings', "policy_decisions p"),
    ids,
  );
  const issues = await ofInvoices<StoredIssue>(tx, issuesSql, ids);
  return headers.map(({ id, number, issuedOn, dueOn, start, end, contentHash, draftingId, ...header }) => ({
    id,
    number: number ?? undefined,
    issuedOn: issuedOn ?? undefined,
    dueOn: dueOn ?? undefined,
    period: { start, end },
    contentHash,
    draftingId: draftingId ?? undefined,
    header,
    lines: lines(id),
    adjustments: adjustments(id),
    taxes: taxes(id),
    conversions: conversions(id),
    claims: claims(id),
    uses: uses(id),
    draws: draws(id),
    decisions: decisions(id),
    issue: issues(id)[0],
  }));
}

type HeaderRow = TextRow & {
  readonly id: InvoiceId;
  readonly number: string | null;
  readonly issuedOn: LocalDate | null;
  readonly dueOn: LocalDate | null;
  readonly start: LocalDate;
  readonly end: LocalDate;
  readonly contentHash: string;
  readonly draftingId: string | null;
};

async function ofInvoices<Part>(tx: TenantTx, sql: string, ids: readonly InvoiceId[]) {
  const rows = await query<Part & { readonly invoice: InvoiceId }>(tx, sql, [ids]);
  const known = Map.groupBy(rows, ({ invoice }) => invoice);
  return (id: InvoiceId): Part[] => known.get(id) ?? [];
}

/** Whom the content names: a client that was merged since is somebody else's alias now. These come last, and so hold. */
const writtenSql = ["client_id", "payer_id"]
  .map((name) => `coalesce(i.written_${name}, i.${name})::text as ${name}`)
  .join(", ");

const headersSql = `
  select i.id, i.number_text as number, i.issued_on as "issuedOn", i.due_on as "dueOn", i.period_start as start, i.period_end as "end",
         i.content_hash as "contentHash", d.drafting_id as "draftingId", ${asText(headerColumns, "i")}, ${writtenSql}
    from invoices i
    left join drafted_contents d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version
   where i.id = any(?) and i.kind <> 'opening'`;

const partSql = (columns: string, table: string): string => `
  select i.id as invoice, ${columns}
    from invoices i join ${table} on p.tenant_id = i.tenant_id and p.invoice_id = i.id and p.content_version = i.content_version
   where i.id = any(?)`;

const drawsSql = `
  select i.id as invoice, c.work_item_id::text as work, c.share::text as share, ${asText(drawColumns, "p")}
    from invoices i
    join bucket_draws p on p.tenant_id = i.tenant_id and p.invoice_id = i.id and p.content_version = i.content_version
    join claims c on c.tenant_id = p.tenant_id and c.id = p.claim_id
   where i.id = any(?)`;

const claimsSql = `
  select i.id as invoice, l.position::text as line, ${asText(claimColumns, "c")}
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
    join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.kept_of is null
   where i.id = any(?)`;

const issuesSql = `
  select i.id as invoice, s.snapshot, s.hash,
         (select a.after_hash from audit_entries a
           where a.tenant_id = i.tenant_id and a.subject_id = i.id and a.action = 'invoice.issued') as "auditedHash",
         (select jsonb_agg(jsonb_build_object('step', a.step, 'at', to_char(a.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                           order by a.decided_at, a.id)
            from approvals a where a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.approval_round = i.approval_round) as approvals
    from invoices i join invoice_snapshots s on s.tenant_id = i.tenant_id and s.invoice_id = i.id
   where i.id = any(?)`;
