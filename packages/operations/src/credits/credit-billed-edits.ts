import type { CreditAsk } from "@plumbline/domain/credit/credit-lines";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Finding } from "../drafts/finding.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import { draftCreditNote } from "./create-credit-note.ts";
import type { Overbilled } from "./overbilled.ts";
import { findOverbilledCosts } from "./overbilled-costs.ts";
import { settleBilledEdits } from "../work/settle-billed-edits.ts";
import { findOverbilledTime } from "./overbilled-time.ts";

/**
 * Drafts a credit note for each invoice that bills time or costs that were edited since, so that it bills the latest approved version
 * in the end. What only became less gives the difference back; what would be billed otherwise (another day, project, person, rounding,
 * currency, category) gives all of it back and is billed anew when the credit note is issued. What only became more needs no credit: a
 * run bills the rest. Edits of which nothing is too much any more are looked at once. An edit that a credit note is on its way for waits for that. One that cannot be credited opens an exception.
 *
 * @throws Problem `permission-missing`
 */
export async function creditBilledEdits(scope: Scope, runId: string): Promise<readonly InvoiceId[]> {
  demand(scope, "billing.run");
  // Nearly every run has none, and what looks for them is asked of much.
  const unsettled = await query(scope.tx, "select 1 from billed_edits where settled_at is null limit 1");
  if (unsettled.length === 0) return [];
  const overbilled = [...(await findOverbilledTime(scope)), ...(await findOverbilledCosts(scope))];
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
          ...askOf(ofLine),
        })),
        code: "wrong_quantity",
        reason: wordsOf(edits),
        rebills: edits.some(({ anew }) => anew),
        works: edits.flatMap(({ id: workItemId, kind, position, back }) =>
          kind === "time" ? [{ position, workItemId, billedMinutes: back }] : [],
        ),
      });
      credited.push(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push(findingOf(invoiceId, edits, error));
    }
  }
  await saveFindings(scope, runId, refused);
  await settleBilledEdits(scope);
  return credited;
}

/** A line bills one cost, or the minutes of many entries. */
const askOf = (ofLine: readonly Overbilled[]): Omit<CreditAsk, "position" | "treatment"> =>
  ofLine[0]?.ask ?? { quantity: String(ofLine.reduce((sum, { back }) => sum + back, 0)) };

const named = { time: "Time", cost: "Expenses" } as const;
const namedMax = 5;

/** Which work, and what became of it. Each is named once, whatever lines billed it. */
function wordsOf(edits: readonly Overbilled[]): string {
  return [...Map.groupBy(edits, ({ kind }) => kind)]
    .map(([kind, ofKind]) => {
      const works = [...new Map(ofKind.map((edit) => [edit.id, edit.words])).values()];
      const more = works.length - namedMax;
      const said = [...works.slice(0, namedMax), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
      return `${named[kind]} edited after billing. ${said}`;
    })
    .join(". ");
}

function findingOf(invoiceId: InvoiceId, edits: readonly Overbilled[], { detail, kind }: Problem): Finding {
  const [first] = edits as [Overbilled];
  const what = edits.some((edit) => edit.kind !== first.kind) ? "Work" : named[first.kind];
  return {
    code: "edit-not-credited",
    lane: "business",
    severity: "warn",
    owner: "controller",
    subjectKind: "invoice",
    subjectId: invoiceId,
    message: `${what} on invoice ${first.number} ${what === "Expenses" ? "were" : "was"} edited after billing and cannot be credited: ${detail ?? kind}`,
    entries: new Set(edits.map(({ id }) => id)).size,
    minutes: edits.reduce((sum, { back }) => sum + back, 0),
    amountMinor: undefined,
    currency: first.currency,
    holds: [],
  };
}
