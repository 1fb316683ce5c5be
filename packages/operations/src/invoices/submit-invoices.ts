import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import type { Scope } from "@plumbline/platform/scope";
import { currentBundle } from "../policies/policy-bundles.ts";
import { saveStages } from "./invoice-store.ts";
import { type IfVersion, moveInvoices, type MoveResult } from "./move-invoices.ts";
import { settleTaxOfSubmitted } from "./settle-tax.ts";
import { validateInvoices } from "./validate-invoices.ts";

/**
 * Hands drafts over for approval: pins the policies published now and validates against what is known now.
 * Refuses per invoice with `invoice-not-found` | `precondition-failed` | `invoice-move-refused`.
 *
 * @throws Problem `permission-missing` | `policy-missing`
 */
export async function submitInvoices(
  scope: Scope,
  input: IfVersion & { readonly invoiceIds: readonly InvoiceId[] },
): Promise<MoveResult> {
  const bundleHash = await currentBundle(scope);
  const result = await moveInvoices(scope, "submit", {
    ...input,
    bundleHash,
    carry: (invoices) => saveStages(scope.tx, invoices, moves.submit.to, { submittedUnder: bundleHash }),
  });
  const submitted = result.moved.map(({ id }) => id);
  await validateInvoices(scope, { invoiceIds: submitted });
  await settleTaxOfSubmitted(scope, submitted);
  return result;
}
