import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { newFirm } from "@plumbline/testing/firm";
import { runBilling } from "../billing-runs/run-billing.ts";
import { startBillingRun } from "../billing-runs/start-billing-run.ts";
import { createCreditNote, type CreditInput } from "../credits/create-credit-note.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";

export const period = monthPeriod("2026-10") as Period;

export const entry = (key: string, hours: string, more: Readonly<Record<string, string>> = {}) => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: "2026-10-05",
  hours,
  role: "Senior",
  status: "approved",
  narrative: key,
  ...more,
});

/** A firm with one engagement of the first of three clients, borne as the parts say: an hour costs 60.00. */
export async function splitFirm(
  pool: TenantPool,
  parts: string,
  {
    engagement = {},
    clients = {},
    split = {},
    agreed = 1,
  }: {
    readonly engagement?: Readonly<Record<string, string>>;
    readonly clients?: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly split?: Readonly<Record<string, string>>;
    readonly agreed?: number;
  } = {},
) {
  const firm = await newFirm(pool, { clock: () => new Date("2026-11-03T10:00:00Z") });
  await firm.take(
    "clients",
    ["c1", "c2", "c3"].map((key) => billableClient(key, clients[key])),
  );
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  const terms = {
    engagement_key: "e1",
    client_key: "c1",
    code: "E-1",
    card_key: "std",
    approver_email: "manager@firm.example",
  };
  await firm.take("engagements", [{ ...terms, ...engagement }]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Rollout" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "60.00", effective_from: "2020-01-01" }]);
  const taken = await firm.take("splits", [{ split_key: "s1", engagement_key: "e1", parts, ...split }]);
  if (taken.added !== agreed) throw new Error(`${taken.added} splits were agreed`);
  const [runner, coordinator] = [await firm.as("billing-runner"), await firm.as("coordinator")];
  const rows = <Row>(sql: string, values: readonly unknown[] = []) =>
    coordinator((scope) => query<Row>(scope.tx, sql, values));
  return {
    firm,
    terms,
    coordinator,
    rows,
    bill: async () => {
      const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
      await runBilling(runner, { billingRunId });
    },
    close: async () => closeMonth(await closersOf(firm), { period }),
    minutes: async () =>
      Object.fromEntries(Object.entries(await coordinator(conserveMinutes)).filter(([, count]) => count > 0)),
    /** What stands on invoices and credit notes that are not discarded, by payer. */
    invoices: async () => (await rows<{ said: string }>(invoicesSql)).map(({ said }) => said),
    invoiceOf: async (payer: string) => {
      const [found] = await rows<{ id: InvoiceId }>(
        "select i.id from invoices i join clients c on c.id = i.payer_id where c.name = ? and i.kind = 'invoice' and i.stage <> 'discarded' order by i.id desc",
        [payer],
      );
      return (found as { id: InvoiceId }).id;
    },
    credit: (invoiceId: InvoiceId, what: Partial<CreditInput> = {}) =>
      coordinator((scope) =>
        createCreditNote(scope, { invoiceId, lines: "rebillable", code: "wrong_rate", reason: "Wrong", ...what }),
      ),
    faults: async () => {
      const found = await rows<{ issues: readonly unknown[] }>("select issues from quarantined_rows order by id");
      return found.flatMap(({ issues }) => issues);
    },
  };
}

const invoicesSql = `
  select c.name || ' ' || i.kind || ' ' || round(i.net_minor / 100.0, 2) || ' + ' || round(i.tax_minor / 100.0, 2) || ', '
         || i.minutes || ' min' || coalesce(', ' || o.number, '') || case when i.number is null then '' else ', issued' end as said
    from invoices i join clients c on c.id = i.payer_id left join purchase_orders o on o.id = i.purchase_order_id
   where i.stage <> 'discarded' order by 1`;

export const thirds = "c1: 1/3 | c2: 1/3 | c3: 1/3";
