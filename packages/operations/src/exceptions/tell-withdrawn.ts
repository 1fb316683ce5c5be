import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type Finding, fingerprintOf } from "../drafts/finding.ts";
import { saveFindings } from "./save-findings.ts";

const code = "approval-withdrawn";

type Withdrawn = {
  readonly invoiceId: InvoiceId;
  readonly number: string;
  readonly currency: Currency;
  readonly runId: string;
  readonly entries: number;
  readonly minutes: number;
  readonly works: readonly {
    readonly what: string;
    readonly minutes: number;
    /** Of a cost, in the currency it was spent in. */
    readonly minor: string | null;
    readonly currency: Currency | null;
  }[];
};

/**
 * Opens an exception for each issued invoice that bills time or costs whose approval was withdrawn since: a credit of it is proposed, and a
 * person decides. It closes when they are credited or approved again.
 *
 * @throws Problem `permission-missing`
 */
export async function tellWithdrawn(scope: Scope): Promise<void> {
  demand(scope, "work.read");
  const withdrawn = await query<Withdrawn>(scope.tx, withdrawnSql);
  const findings = withdrawn.map((found) => [found.runId, findingOf(found)] as const);
  await query(
    scope.tx,
    `update exceptions set state = 'resolved', closed_at = now()
      where code = ? and state = 'open' and not fingerprint = any(?)`,
    [code, findings.map(([, finding]) => fingerprintOf(finding))],
  );
  for (const [runId, ofRun] of Map.groupBy(findings, ([run]) => run)) {
    await saveFindings(
      scope,
      runId,
      ofRun.map(([, finding]) => finding),
    );
  }
}

const namedMax = 5;

function findingOf({ invoiceId, number, currency, entries, minutes, works }: Withdrawn): Finding {
  const ofTime = works.filter(({ minor }) => minor === null).length;
  const what = ofTime === works.length ? "Time" : ofTime === 0 ? "Expenses" : "Work";
  const more = works.length - namedMax;
  const named = [...works.slice(0, namedMax).map(workWords), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  return {
    code,
    lane: "business",
    severity: "warn",
    owner: "billing_coordinator",
    subjectKind: "invoice",
    subjectId: invoiceId,
    invoiceId,
    message: `${what} on invoice ${number} ${what === "Expenses" ? "are" : "is"} approved no more: ${named}. Credit it, or have it approved again.`,
    entries,
    minutes,
    amountMinor: undefined,
    currency,
    holds: [],
  };
}

const workWords = ({ what, minutes, minor, currency }: Withdrawn["works"][number]): string =>
  `${what}: ${minor === null || currency === null ? `${minutes} min` : amountText(BigInt(minor), currency)}`;

/** Rejected, or back to submitted, in a version that came after the invoice was issued. */
const withdrawnSql = `
  with held as (
    select i.id, i.number_text, i.currency, i.billing_run_id, w.id as work, coalesce(p.name, x.category || ': ' || x.description) as name,
           v.worked_on, sum(c.minutes)::int as minutes, sum(coalesce(c.amount_minor, v.amount_minor)) as minor, v.currency as spent_in
      from billed_edits b
      join work_items w on w.tenant_id = b.tenant_id and w.id = b.work_item_id and w.version = b.version
                       and w.current and w.status <> 'approved' and b.settled_at is null
      join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null
      join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
      left join time_entries t on t.tenant_id = v.tenant_id and t.id = v.id and t.version = v.version
      left join expenses x on x.tenant_id = v.tenant_id and x.id = v.id and x.version = v.version
      left join workers p on p.tenant_id = t.tenant_id and p.id = t.worker_id
      join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
      join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
     group by i.id, i.number_text, i.currency, i.billing_run_id, w.id, p.name, x.category, x.description, v.worked_on, v.currency)
  select id as "invoiceId", number_text as number, currency, billing_run_id as "runId", count(*)::int as entries,
         sum(minutes)::int as minutes,
         array_agg(jsonb_build_object('what', name || ', ' || worked_on, 'minutes', minutes, 'minor', minor::text, 'currency', spent_in)
           order by worked_on, name, work) as works
    from held group by id, number_text, currency, billing_run_id order by id`;
