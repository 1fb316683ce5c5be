import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Period } from "@plumbline/domain/calendar/period";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { divide, money } from "@plumbline/domain/money/money";
import { expensePrice } from "@plumbline/domain/rating/expense";
import type { Disbursement, Expense } from "@plumbline/domain/worklog/work-piece";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookAgain } from "../drafts/drafting-again.ts";
import type { DraftingInputs } from "../drafts/drafting-inputs.ts";
import { heldOn } from "../drafts/run-book.ts";
import { loadDraftings } from "../recompute/redraft-invoices.ts";
import { editedCostsSql } from "../work/edited-costs.ts";
import type { Overbilled } from "./overbilled.ts";

type Row = Omit<Overbilled, "kind" | "words" | "back" | "ask"> & {
  readonly invoiceId: InvoiceId;
  readonly draftingId: string;
  readonly period: Period;
  readonly name: string;
  readonly spentOn: LocalDate;
  readonly version: number;
  readonly billedVersion: number;
  readonly costCurrency: Currency;
  readonly billedCurrency: Currency;
  /** Of what was spent: now, what invoices hold, what this line holds, and what goes back of that. */
  readonly nowMinor: string;
  readonly billedMinor: string;
  readonly takenMinor: string;
  readonly backMinor: string;
  /** What the line came to. */
  readonly netMinor: string;
};

/**
 * Expenses and disbursements that issued invoices bill for more, or otherwise, than they are now. What only became less goes back at
 * the exchange, markup and discounts it was billed with: the invoices then bill what the cost of today would have come to on them.
 */
export async function findOverbilledCosts(scope: Scope): Promise<readonly Overbilled[]> {
  const rows = await query<Row>(scope.tx, overbilledSql);
  const draftings = new Map(
    (await loadDraftings(scope.tx, [...new Set(rows.map(({ draftingId }) => draftingId))])).map(({ id, inputs }) => [
      id,
      inputs,
    ]),
  );
  return rows.flatMap((row) => {
    const whole = row.backMinor === row.takenMinor;
    const amount = whole ? undefined : priceOf(row, draftings.get(row.draftingId) as DraftingInputs);
    // A difference that rounds to nothing in the currency of the invoice moves no money.
    if (amount === 0n) return [];
    const { id, invoiceId, number, currency, position, anew } = row;
    const ask = amount === undefined ? {} : { amount: money(amount, currency), costMinor: BigInt(row.backMinor) };
    return { id, kind: "cost", invoiceId, number, currency, position, anew, words: wordsOf(row), back: 0, ask };
  });
}

/** What goes back of a line, by the book that it was drafted from. */
function priceOf({ id, takenMinor, backMinor, netMinor, period }: Row, { rows, pieces }: DraftingInputs): bigint {
  const billed = pieces.find((piece) => piece.id === id) as Expense | Disbursement;
  const engagement = bookAgain(rows, period).engagements.get(billed.engagementId);
  const agreed = engagement && heldOn(engagement.terms, billed.on)?.terms;
  if (engagement === undefined || agreed === undefined) throw new Error(`cost ${id} was drafted without terms`);
  const priceUpTo = (minor: bigint) =>
    billed.kind === "disbursement" ? minor : expensePrice(billed, { ...engagement, agreed }, minor);
  const from = billed.earlier?.takenMinor ?? 0n;
  const to = from + BigInt(takenMinor);
  const difference = priceUpTo(to) - priceUpTo(to - BigInt(backMinor));
  const asked = priceUpTo(billed.amountMinor) - priceUpTo(from);
  return divide(difference * BigInt(netMinor), asked, "half-up");
}

const wordsOf = (row: Row): string =>
  `${row.name}, ${row.spentOn}: version ${row.billedVersion} billed ${amountText(BigInt(row.billedMinor), row.billedCurrency)}, ` +
  `version ${row.version} has ${amountText(BigInt(row.nowMinor), row.costCurrency)}`;

/** The share that was taken last gives back first. An edit that a credit or a draft is on its way for waits for that. */
const overbilledSql = `
  with held as (
    select e.*, sum(e.taken) over ofit as total, bool_or(e.otherwise) over ofit as anew, bool_or(e.underway) over ofit as waits,
           sum(e.taken) over (partition by e.id order by e.share) as upto
      from (${editedCostsSql} and b.settled_at is null) e where e.status = 'approved' and e.number is not null window ofit as (partition by e.id)),
  due as (
    select h.*, case when h.anew then h.taken else least(h.taken, greatest(0, h.upto - h.minor)) end as back from held h
     where not h.waits and (h.anew or h.total > h.minor))
  select d.id, d.invoice_id as "invoiceId", i.number_text as number, i.currency, l.position, d.anew, c.drafting_id as "draftingId",
         jsonb_build_object('start', i.period_start, 'end', i.period_end) as period, y.category || ': ' || y.description as name,
         v.worked_on as "spentOn", d.version, d.work_item_version as "billedVersion", d.currency as "costCurrency",
         v.currency as "billedCurrency", d.minor::text as "nowMinor", d.total::text as "billedMinor", d.taken::text as "takenMinor",
         d.back::text as "backMinor", (l.net_minor + l.spread_minor)::text as "netMinor"
    from due d
    join invoices i on i.id = d.invoice_id
    join invoice_lines l on l.tenant_id = i.tenant_id and l.id = d.line_id
    join drafted_contents c on c.tenant_id = i.tenant_id and c.invoice_id = i.id and c.content_version = i.content_version
    join work_items v on v.tenant_id = d.tenant_id and v.id = d.id and v.version = d.work_item_version
    join expenses y on y.tenant_id = v.tenant_id and y.id = v.id and y.version = v.version
   where d.back > 0
   order by i.number, l.position, d.id`;
