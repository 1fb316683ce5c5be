import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Finding } from "../drafts/finding.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import { billedOtherwiseSql } from "../work/billed-edits.ts";
import { draftCreditNote } from "./create-credit-note.ts";

/** An entry that issued invoices bill for more, or otherwise, than its latest approved version says. */
type Overbilled = {
  readonly id: WorkItemId;
  readonly invoiceId: InvoiceId;
  readonly number: string;
  readonly currency: Currency;
  readonly position: number;
  readonly worker: string;
  readonly workedOn: LocalDate;
  readonly minutes: number;
  readonly version: number;
  readonly billedVersion: number;
  readonly billedMinutes: number;
  /** Whether all that was billed of it goes back, to be billed anew as it is now. */
  readonly anew: boolean;
  /** Billed minutes that go back to it from this line. */
  readonly back: number;
};

/**
 * Drafts a credit note for each invoice that bills time which was edited since, so that it bills the latest approved version in the
 * end. What only became less gives the difference back; what would be billed otherwise (another day, project, person, rounding)
 * gives all of it back and is billed anew when the credit note is issued. What only became more needs no credit: a run bills the
 * rest. An edit that a credit note is on its way for waits for that. One that cannot be credited opens an exception.
 *
 * @throws Problem `permission-missing`
 */
export async function creditBilledEdits(scope: Scope, runId: string): Promise<readonly InvoiceId[]> {
  demand(scope, "billing.run");
  const edited = await query<{ id: WorkItemId }>(scope.tx, "select distinct work_item_id as id from billed_edits");
  if (edited.length === 0) return [];
  const ids = edited.map(({ id }) => id);
  const overbilled = await query<Overbilled>(scope.tx, overbilledSql, [ids, ids, ids]);
  const credited: InvoiceId[] = [];
  const refused: Finding[] = [];
  // Each invoice is locked, and its credit note is a document of its own; edits after billing are few.
  for (const [invoiceId, edits] of Map.groupBy(overbilled, (edit) => edit.invoiceId)) {
    try {
      const { id } = await draftCreditNote(scope, {
        invoiceId,
        lines: [...Map.groupBy(edits, ({ position }) => position)].map(([position, ofLine]) => ({
          position,
          treatment: "rebillable",
          quantity: String(ofLine.reduce((sum, { back }) => sum + back, 0)),
        })),
        code: "wrong_quantity",
        reason: wordsOf(edits),
        rebills: edits.some(({ anew }) => anew),
        works: edits.map(({ id: workItemId, position, back }) => ({ position, workItemId, billedMinutes: back })),
      });
      credited.push(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push(findingOf(invoiceId, edits, error));
    }
  }
  await saveFindings(scope, runId, refused);
  return credited;
}

const namedMax = 5;

/** Which entries, and what became of them. Each is named once, whatever lines billed it. */
function wordsOf(edits: readonly Overbilled[]): string {
  const entries = [...new Map(edits.map((edit) => [edit.id, edit])).values()];
  const named = entries
    .slice(0, namedMax)
    .map(
      ({ worker, workedOn, billedVersion, billedMinutes, version, minutes }) =>
        `${worker}, ${workedOn}: version ${billedVersion} billed ${billedMinutes} min, version ${version} has ${minutes} min`,
    );
  const more = entries.length - named.length;
  return `Time edited after billing. ${[...named, ...(more > 0 ? [`and ${more} more`] : [])].join("; ")}`;
}

function findingOf(invoiceId: InvoiceId, edits: readonly Overbilled[], { detail, kind }: Problem): Finding {
  const [first] = edits as [Overbilled];
  return {
    code: "edit-not-credited",
    lane: "business",
    severity: "warn",
    owner: "controller",
    subjectKind: "invoice",
    subjectId: invoiceId,
    message: `Time on invoice ${first.number} was edited after billing and cannot be credited: ${detail ?? kind}`,
    entries: new Set(edits.map(({ id }) => id)).size,
    minutes: edits.reduce((sum, { back }) => sum + back, 0),
    amountMinor: undefined,
    currency: first.currency,
    holds: [],
  };
}

/**
 * Edits after billing are few, and named: joined with all work there is they would take longer than billing it. The latest work
 * gives back first. Where terms round, raise or lower hours by how many there are, a difference in minutes is not
 * one in money, and all of the entry is billed anew.
 */
const overbilledSql = `
  with edited as (
    select w.tenant_id, w.id, w.version, w.minutes, w.engagement_id, t.worker_id, ${billedOtherwiseSql} as otherwise,
           exists (select 1 from engagement_terms g
                    where g.tenant_id = w.tenant_id and g.engagement_id = w.engagement_id and g.known_to is null
                      and ((g.terms #>> '{time,increment,minutes}')::int > 1 or g.terms #> '{time,overtime}' is not null
                        or g.terms #> '{time,tiers}' is not null)) as counted
      from billed_edits b
      join work_items w on w.tenant_id = b.tenant_id and w.id = b.work_item_id and w.version = b.version
      join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
     where w.id = any(?) and t.id = any(?) and w.current and w.status = 'approved'
       and not exists (
         select 1 from credit_work k
           join invoice_lines l on l.tenant_id = k.tenant_id and l.id = k.line_id
           join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id
          where k.tenant_id = w.tenant_id and k.work_item_id = w.id and n.number is null and n.stage <> 'discarded')),
  held as (
    select e.*, c.id as claim_id, c.line_id, c.share, c.work_item_version, c.minutes as claimed, c.billed_minutes as billed,
           i.id as invoice_id, i.number_text, i.number, i.currency, l.position,
           (select sum(a.minutes) from claims a
              left join invoice_lines al on al.tenant_id = a.tenant_id and al.id = a.line_id
              left join invoices ai on ai.tenant_id = al.tenant_id and ai.id = al.invoice_id
             where a.tenant_id = e.tenant_id and a.work_item_id = e.id and a.released_at is null
               and (al.id is null or ai.number is not null)) as taken
      from edited e
      join claims c on c.tenant_id = e.tenant_id and c.work_item_id = e.id and c.released_at is null
      join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
      join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
     where c.work_item_id = any(?)),
  due as (
    select h.*, h.otherwise or h.taken > h.minutes and h.counted as anew,
           h.taken - h.minutes - coalesce(sum(h.claimed) over (
             partition by h.id order by h.number desc, h.position desc, h.share desc rows between unbounded preceding and 1 preceding), 0) as excess
      from held h
     where h.otherwise or h.taken > h.minutes)
  select d.id, d.invoice_id as "invoiceId", d.number_text as number, d.currency, d.position, p.name as worker, v.worked_on as "workedOn",
         d.minutes, d.version, max(d.work_item_version) as "billedVersion",
         (sum(sum(d.billed)) over (partition by d.id, d.invoice_id))::int as "billedMinutes", d.anew,
         sum(case when d.anew then d.billed else least(d.billed, d.excess) end)::int as back
    from due d
    join workers p on p.tenant_id = d.tenant_id and p.id = d.worker_id
    join work_items v on v.tenant_id = d.tenant_id and v.id = d.id and v.version = d.work_item_version
   where (d.anew and d.billed > 0) or d.excess > 0
   group by d.id, d.invoice_id, d.number_text, d.number, d.currency, d.position, p.name, v.worked_on, d.minutes, d.version, d.anew
   order by d.number, d.position, d.id`;
