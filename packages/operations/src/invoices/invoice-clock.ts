import type { InvoiceSummary } from "@plumbline/contract/invoice";
import { dueAt, lateSince } from "@plumbline/domain/calendar/business-time";
import type { LegalEntityId } from "@plumbline/domain/id";
import { type InvoiceStage, invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { documentFormats } from "../documents/plan-documents.ts";

/**
 * SQL: at which of the waits of its stage an invoice `i` is. Once all documents of an issued invoice are there, it waits
 * for the second thing, its posting.
 */
export const waitSql = `
  case when i.stage = 'issued' and (select count(*) from documents d where d.tenant_id = i.tenant_id and d.invoice_id = i.id)
            = ${documentFormats.length} then 1 else 0 end`;

/** What an invoice waits for, and until when in the time of its entity. */
export function clockOf(
  { stage, since, wait, zone }: { readonly stage: InvoiceStage; since: Date; wait: number; zone: string },
  now: Date,
): InvoiceSummary["clock"] {
  const waiting = stages[stage].waitsFor[wait];
  if (waiting === undefined) return undefined;
  const due = dueAt(since, waiting.hours, zone);
  return { waitsFor: waiting.what, owner: waiting.owner, dueAt: due.toISOString(), late: due <= now };
}

/** SQL with its values: whether the clock of an invoice `i` has run out. One instant per wait and time zone decides. */
export async function lateSql(
  tx: TenantTx,
  now: Date,
): Promise<{ readonly where: string; readonly values: readonly unknown[] }> {
  const entities = await query<{ ids: readonly LegalEntityId[]; zone: string }>(
    tx,
    "select array_agg(id) as ids, time_zone as zone from legal_entities group by time_zone",
  );
  const limits = invoiceStages.flatMap((stage) =>
    stages[stage].waitsFor.flatMap(({ hours }, wait) =>
      entities.map(({ ids, zone }) => ({ stage, wait, ids, since: lateSince(now, hours, zone) })),
    ),
  );
  const reached = limits.map(({ stage, wait }) => {
    const isAtWait = stages[stage].waitsFor.length === 1 ? "" : ` and ${waitSql} = ${wait}`;
    return `i.stage = ? and i.legal_entity_id = any(?) and i.stage_since <= ?${isAtWait}`;
  });
  return {
    where: `(${reached.join(" or ") || "false"})`,
    values: limits.flatMap(({ stage, ids, since }) => [stage, ids, since]),
  };
}
