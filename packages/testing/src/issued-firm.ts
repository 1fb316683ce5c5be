import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billedFirm, timeEntry } from "./billed-firm.ts";
import { closeMonth, closersOf } from "./close-month.ts";
import type { Firm } from "./firm.ts";

const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

export type IssuedInvoice = {
  readonly id: InvoiceId;
  readonly client: ClientId;
  readonly number: string;
  readonly minor: bigint;
};

/**
 * A firm whose invoices are issued: one of 238.00 EUR for each client, and for the first client as many more, each from an
 * engagement of its own.
 *
 * @param options.more invoices of the first client besides
 * @returns the invoices in the order of their numbers; the first client's are all but those of `clients - 1` others
 */
export async function issuedFirm(
  pool: TenantPool,
  options: { readonly clients?: number; readonly more?: number; readonly clock?: () => Date } = {},
): Promise<{ readonly firm: Firm; readonly invoices: readonly IssuedInvoice[] }> {
  const { firm } = await billedFirm(pool, options);
  const more = Array.from({ length: options.more ?? 0 }, (_, index) => `m${index + 1}`);
  if (more.length > 0) await takeMore(firm, more);
  const runner = await firm.as("billing-runner");
  await closeMonth(await closersOf(firm), {
    period: october,
    ...(more.length > 0 && {
      bill: async (billingRunId) => {
        await runBilling(runner, { billingRunId });
      },
    }),
  });
  const rows = await runner((scope) =>
    query<{ id: InvoiceId; client: ClientId; number: string; minor: string }>(
      scope.tx,
      "select id, payer_id as client, number_text as number, total_minor as minor from invoices where number is not null order by number",
    ),
  );
  return { firm, invoices: rows.map((row) => ({ ...row, minor: BigInt(row.minor) })) };
}

async function takeMore(firm: Firm, keys: readonly string[]): Promise<void> {
  await firm.take(
    "engagements",
    keys.map((key) => ({
      engagement_key: key,
      client_key: "c1",
      code: key,
      card_key: "std",
      approver_email: "manager@firm.example",
    })),
  );
  await firm.take(
    "projects",
    keys.map((key) => ({ project_key: key, engagement_key: key, name: key })),
  );
  await firm.take(
    "time_entries",
    keys.map((key, index) =>
      timeEntry(key, { project_key: key, work_date: `2026-10-${String(12 + index).padStart(2, "0")}` }),
    ),
  );
}
