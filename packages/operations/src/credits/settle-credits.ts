import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { draftRebills } from "./draft-rebills.ts";
import { giveBackCreditedDraws } from "../hour-buckets/give-back-draws.ts";
import { takeRevenueBack } from "../ledger/release-revenue.ts";
import { giveBackLimits } from "./give-back-limits.ts";
import { giveCredits } from "./give-credits.ts";
import { takeCostsBack } from "./take-costs-back.ts";
import { takeWorkBack } from "./take-work-back.ts";

/**
 * What issuing credit notes does to what they correct, in the same transaction: the work of rebillable lines is unbilled and
 * that of concessions written off, limits and hour buckets have room again, what was open is settled, what was earned is taken back, and what is to be billed anew is drafted.
 * Their rows are issued already.
 */
export async function settleCredits(
  scope: Scope,
  issued: readonly { readonly id: InvoiceId; readonly kind: InvoiceKind }[],
): Promise<void> {
  const ids = issued.filter(({ kind }) => kind === "credit_note").map(({ id }) => id);
  if (ids.length === 0) return;
  const unbilled = await takeWorkBack(scope, ids);
  await takeCostsBack(scope, ids);
  const uncovered = await giveBackCreditedDraws(scope, ids);
  await giveBackLimits(scope, ids);
  await giveCredits(scope, ids);
  await takeRevenueBack(scope, ids);
  await tellCorrected(scope, ids);
  const freed = ids.map((id) => [id, [...(unbilled.get(id) ?? []), ...(uncovered.get(id) ?? [])]] as const);
  await draftRebills(scope, new Map(freed.filter(([, works]) => works.length > 0)));
}

async function tellCorrected(scope: Scope, ids: readonly InvoiceId[]): Promise<void> {
  const rows = await query<{ corrects: InvoiceId; id: InvoiceId; number: string; reason: string }>(
    scope.tx,
    "select id, corrects, number_text as number, correction_reason as reason from invoices where id = any(?) order by id",
    [ids],
  );
  await scope.emit(
    rows.map(({ corrects, id, number, reason }) => ({
      name: "invoice.credited",
      subjectId: corrects,
      data: { creditNoteId: id, number, reason },
    })),
  );
  await scope.audit(rows.map(({ corrects, reason }) => ({ action: "invoice.credited", subjectId: corrects, reason })));
}
