import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ActorId, ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { type Currency } from "@plumbline/domain/money/currency";
import { type Money, money } from "@plumbline/domain/money/money";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

export type Invoice = {
  readonly id: InvoiceId;
  readonly kind: InvoiceKind;
  readonly stage: InvoiceStage;
  readonly version: number;
  readonly contentVersion: number;
  readonly contentHash: string;
  readonly approvalRound: number;
  readonly preparedBy: ActorId;
  readonly submittedBy: ActorId | undefined;
  readonly legalEntityId: LegalEntityId;
  readonly clientId: ClientId;
  /** Absent when a person asked for it. */
  readonly billingRunId: string | undefined;
  readonly bundleHash: string;
  readonly period: { readonly start: LocalDate; readonly end: LocalDate };
  readonly paymentTermsDays: number;
  readonly net: Money;
  readonly total: Money;
};

type Row = {
  id: InvoiceId;
  kind: InvoiceKind;
  stage: InvoiceStage;
  version: number;
  content_version: number;
  content_hash: string;
  approval_round: number;
  prepared_by: ActorId;
  submitted_by: ActorId | null;
  legal_entity_id: LegalEntityId;
  client_id: ClientId;
  billing_run_id: string | null;
  bundle_hash: string;
  period_start: LocalDate;
  period_end: LocalDate;
  payment_terms_days: number;
  net_minor: string;
  total_minor: string;
  currency: Currency;
};

/** Loads invoices and locks them until the transaction ends, so that two moves cannot race. In id order, against deadlocks. */
export async function lockInvoices(tx: TenantTx, ids: readonly InvoiceId[]): Promise<Invoice[]> {
  const rows = await query<Row>(tx, "select * from invoices where id = any(?) order by id for update", [ids]);
  return rows.map(fromRow);
}

export async function listInvoicesAt(tx: TenantTx, stage: InvoiceStage): Promise<Invoice[]> {
  return (await query<Row>(tx, "select * from invoices where stage = ? order by id", [stage])).map(fromRow);
}

/** A payer's invoices at some stages, in id order. */
export async function listInvoicesOf(
  tx: TenantTx,
  { payerId, stages }: { readonly payerId: ClientId; readonly stages: readonly InvoiceStage[] },
): Promise<Invoice[]> {
  const sql = "select * from invoices where payer_id = ? and stage = any(?) order by id";
  return (await query<Row>(tx, sql, [payerId, stages])).map(fromRow);
}

/** Moves locked invoices to a stage. `newRound` voids the approvals they have; `submittedUnder` pins a policy bundle. */
export async function saveStages(
  tx: TenantTx,
  invoices: readonly Invoice[],
  to: InvoiceStage,
  options: { readonly newRound?: boolean; readonly submittedUnder?: string } = {},
): Promise<void> {
  const moved = await query(
    tx,
    `update invoices i set stage = ?, stage_since = now(), version = i.version + 1,
            approval_round = i.approval_round + ?,
            submitted_by = case when p.bundle_hash is null then i.submitted_by else (select app.actor()) end,
            bundle_hash = coalesce(p.bundle_hash, i.bundle_hash)
       from unnest(?::uuid[], ?::int[]) u (id, version), (select ?::text as bundle_hash) p
      where i.id = u.id and i.version = u.version returning i.id`,
    [
      to,
      options.newRound ? 1 : 0,
      invoices.map(({ id }) => id),
      invoices.map(({ version }) => version),
      options.submittedUnder ?? null,
    ],
  );
  if (moved.length !== invoices.length) throw new Error("an invoice changed while it was locked");
}

const fromRow = (row: Row): Invoice => ({
  id: row.id,
  kind: row.kind,
  stage: row.stage,
  version: row.version,
  contentVersion: row.content_version,
  contentHash: row.content_hash,
  approvalRound: row.approval_round,
  preparedBy: row.prepared_by,
  submittedBy: row.submitted_by ?? undefined,
  legalEntityId: row.legal_entity_id,
  clientId: row.client_id,
  billingRunId: row.billing_run_id ?? undefined,
  bundleHash: row.bundle_hash,
  period: { start: row.period_start, end: row.period_end },
  paymentTermsDays: row.payment_terms_days,
  net: money(BigInt(row.net_minor), row.currency),
  total: money(BigInt(row.total_minor), row.currency),
});
