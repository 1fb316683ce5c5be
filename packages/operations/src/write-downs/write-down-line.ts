import type { InvoiceId } from "@plumbline/domain/id";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { WriteDownKind } from "@plumbline/domain/rating/write-down";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { IfVersion } from "../invoices/move-invoices.ts";
import { redraftInvoice } from "../invoices/revise-invoices.ts";

/** How much of a line is asked no more: a share of what is left after agreed discounts, an amount, or all of it as a gift. */
export type Take = { readonly basisPoints: number } | { readonly amount: Money } | "no_charge";

/**
 * Decides before issue that less, or nothing, is asked for the work on a line. The invoice is drafted anew with it: approvals are
 * void, and whoever decided may not approve. The decision is about the work, so that it survives later revisions; work that
 * joins later is charged in full, on a line of its own.
 *
 * @throws Problem `permission-missing` | `reason-missing` | `invoice-not-found` | `precondition-failed` |
 *   `invoice-move-refused` | `write-down-refused` when the line is none that can cost less, or cannot cost so much less |
 *   `revision-refused`
 */
export async function writeDownLine(
  scope: Scope,
  input: IfVersion & {
    readonly invoiceId: InvoiceId;
    readonly line: number;
    readonly take: Take;
    readonly reason: string;
    /** What the client reads. */
    readonly wording?: string | undefined;
  },
): Promise<{ readonly id: string }> {
  const { invoiceId, line: position, take } = input;
  const reason = input.reason.trim();
  if (reason === "") throw new Problem("reason-missing", { detail: "Say why less is asked for this." });
  const id = scope.newId<"write-down">();
  await redraftInvoice(scope, {
    invoiceId,
    ifVersion: input.ifVersion,
    reason,
    needs: "invoice.write_down",
    decide: async () => {
      const line = await findLine(scope, invoiceId, position);
      refuse(line, take);
      await insertRows(scope.tx, "write_downs", [input], {
        id: ["uuid", () => id],
        invoice_id: ["uuid", () => invoiceId],
        kind: ["text", (): WriteDownKind => (take === "no_charge" ? "no_charge" : "write_down")],
        share_bp: ["int", () => (typeof take === "object" && "basisPoints" in take ? take.basisPoints : undefined)],
        amount_minor: ["bigint", () => (typeof take === "object" && "amount" in take ? take.amount.minor : undefined)],
        reason: ["text", () => reason],
        wording: ["text", ({ wording }) => wording],
      });
      await insertRows(scope.tx, "write_down_work", line.work, {
        write_down_id: ["uuid", () => id],
        work_item_id: ["uuid", ([work]) => work],
        share: ["int", ([, share]) => share],
      });
    },
  });
  await scope.emit([
    { name: "invoice.written_down", subjectId: invoiceId, data: { writeDownId: id, line: position, reason } },
  ]);
  await scope.audit([{ action: "invoice.written_down", subjectId: invoiceId, reason }]);
  return { id };
}

type Line = {
  readonly netMinor: string;
  readonly currency: string;
  /** Parts of work that it bills. */
  readonly work: readonly (readonly [id: string, share: number])[];
  readonly asAgent: boolean;
  readonly decided: boolean;
};

async function findLine(scope: Scope, invoiceId: InvoiceId, position: number): Promise<Line> {
  const [line] = await query<Line>(scope.tx, lineSql, [invoiceId, position]);
  if (line === undefined) throw new Problem("write-down-refused", { detail: `The invoice has no line ${position}.` });
  return line;
}

function refuse({ netMinor, currency, work, asAgent, decided }: Line, take: Take): void {
  const because = (detail: string) => new Problem("write-down-refused", { detail });
  if (decided) throw because("Something was decided about this line already: withdraw that first.");
  if (asAgent) throw because("This was paid in the client's name: it is their money, and nothing of it can be waived.");
  if (BigInt(netMinor) <= 0n || work.length === 0) throw because("This line asks for nothing that could be lowered.");
  if (take === "no_charge" || "basisPoints" in take) return;
  if (take.amount.currency !== currency) throw because(`The invoice is in ${currency}.`);
  if (take.amount.minor > BigInt(netMinor)) throw because("This is more than the line comes to.");
}

const lineSql = `
  select l.net_minor::text as "netMinor", i.currency,
         (select coalesce(jsonb_agg(jsonb_build_array(c.work_item_id, c.share) order by c.work_item_id, c.share), '[]') from claims c
           where c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null) as work,
         exists (select 1 from claims c
                   join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
                  where c.tenant_id = l.tenant_id and c.line_id = l.id and w.kind = 'disbursement') as "asAgent",
         exists (select 1 from invoice_adjustments a
                  where a.tenant_id = l.tenant_id and a.line_id = l.id and a.write_down_id is not null) as decided
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
   where i.id = ? and l.position = ?`;
