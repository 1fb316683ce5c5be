import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { apportion, money } from "@plumbline/domain/money/money";
import { addDays } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Finding } from "../drafts/finding.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import { draftCreditNote } from "../credits/create-credit-note.ts";
import { type KnownShortfall, knownShortfalls } from "./agreed-minimums.ts";
import { countAnew } from "./count-periods.ts";
import { loadBilled } from "./load-billed.ts";

/** A line that bills a shortfall, or a part of one, and what credit notes leave of it. */
type Charged = {
  readonly workItemId: string;
  readonly engagementId: EngagementId;
  readonly invoiceId: InvoiceId;
  readonly position: number;
  readonly currency: Currency;
  readonly number: string;
  readonly left: string;
};

type Taken = Charged & { readonly minor: bigint; readonly reason: string };

/**
 * Drafts a credit note for what was charged to reach a minimum and is reached by work that was billed since: late time is never paid
 * twice. What a credit note, also one that is not issued yet, took back already is not taken again. One that cannot be credited opens
 * an exception.
 *
 * @throws Problem `permission-missing`
 */
export async function creditShortfalls(scope: Scope, runId: string): Promise<readonly InvoiceId[]> {
  demand(scope, "billing.run");
  const charged = (await query<Charged>(scope.tx, chargedSql)).filter(({ left }) => BigInt(left) > 0n);
  if (charged.length === 0) return [];
  const engagementIds = [...new Set(charged.map(({ engagementId }) => engagementId))];
  const known = await knownShortfalls(scope.tx, engagementIds);
  const billed = await loadBilled(scope.tx, { engagementIds, drafts: false });
  const linesOf = Map.groupBy(charged, ({ workItemId }) => workItemId);
  const taken = known.flatMap((shortfall) => {
    const lines = linesOf.get(shortfall.id) ?? [];
    return takenOf(shortfall, lines, countAnew(shortfall, billed.get(shortfall.engagementId) ?? []));
  });
  const credited: InvoiceId[] = [];
  const refused: Finding[] = [];
  // Each invoice is locked, and its credit note is a document of its own; they are few.
  for (const [invoiceId, lines] of Map.groupBy(taken, (line) => line.invoiceId)) {
    try {
      credited.push(await creditLines(scope, invoiceId, lines));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push(findingOf(invoiceId, lines, error));
    }
  }
  await saveFindings(scope, runId, refused);
  return credited;
}

async function creditLines(scope: Scope, invoiceId: InvoiceId, lines: readonly Taken[]): Promise<InvoiceId> {
  const { id } = await draftCreditNote(scope, {
    invoiceId,
    lines: lines.map(({ position, minor, currency }) => ({
      position,
      treatment: "concession",
      amount: money(minor, currency),
    })),
    code: "not_agreed",
    reason: [...new Set(lines.map(({ reason }) => reason))].join(" "),
  });
  return id;
}

function findingOf(invoiceId: InvoiceId, lines: readonly Taken[], { detail, kind }: Problem): Finding {
  const [first] = lines as [Taken];
  return {
    code: "shortfall-not-credited",
    lane: "business",
    severity: "warn",
    owner: "controller",
    subjectKind: "invoice",
    subjectId: invoiceId,
    message: `A shortfall on invoice ${first.number} is less by now and cannot be credited: ${detail ?? kind}`,
    entries: lines.length,
    minutes: 0,
    amountMinor: lines.reduce((sum, { minor }) => sum + minor, 0n),
    currency: first.currency,
    holds: [],
  };
}

function takenOf(
  { startsOn, endsOn, minimumMinor, currency }: KnownShortfall,
  lines: readonly Charged[],
  now: ReturnType<typeof countAnew>,
): Taken[] {
  const left = lines.map((line) => BigInt(line.left));
  const excess = left.reduce((sum, each) => sum + each, 0n) - now.amountMinor;
  if (excess <= 0n) return [];
  const text = (minor: bigint) => amountText(minor, currency);
  const reason = `Of ${startsOn} to ${addDays(endsOn, -1)} ${text(now.billed.minor)} are billed by now; of the committed minimum of ${text(BigInt(minimumMinor))} only ${text(now.amountMinor)} lack.`;
  return apportion(excess, left).flatMap((minor, index) =>
    minor === 0n ? [] : [{ ...(lines[index] as Charged), minor, reason }],
  );
}

const chargedSql = `
  select s.id as "workItemId", s.engagement_id as "engagementId", i.id as "invoiceId", i.number_text as number, l.position, i.currency,
         (l.net_minor + coalesce((
           select sum(t.net_minor) from credit_lines x
             join invoice_lines t on t.tenant_id = x.tenant_id and t.id = x.line_id
             join invoices n on n.tenant_id = t.tenant_id and n.id = t.invoice_id and n.stage <> 'discarded'
              and n.content_version = t.content_version
            where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id), 0))::text as left
    from shortfalls s
    join claims c on c.tenant_id = s.tenant_id and c.work_item_id = s.id and c.work_item_version = s.version and c.released_at is null
    join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
    join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
   order by i.number, l.position`;
