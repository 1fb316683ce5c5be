import type { CorrectionCode } from "@plumbline/domain/credit/correction";
import { creditIssues, type CreditIssue } from "@plumbline/domain/credit/credit-issue";
import type { CreditAsk, CreditedLine } from "@plumbline/domain/credit/credit-lines";
import { sameTax } from "@plumbline/domain/credit/credit-taxes";
import type { Treatment } from "@plumbline/domain/credit/correction";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { makeCreditNote } from "./credit-content.ts";
import { type Creditable, lockCreditable, type StoredLine } from "./credit-store.ts";
import { type CreditedWork, saveCreditNote } from "./save-credit-note.ts";

/** What is taken back, and why. */
export type CreditInput = {
  readonly invoiceId: InvoiceId;
  /** Lines or parts of them; or what becomes of the work when all that is left of the invoice is credited. */
  readonly lines: readonly CreditAsk[] | Treatment;
  readonly code: CorrectionCode;
  readonly reason: string;
  /** Issuing it drafts what is rebillable anew, by the terms, rates and rules of then. */
  readonly rebills?: boolean;
};

/**
 * Drafts a credit note for an issued invoice: at the price, tax and retention it was billed with, and never above what is left
 * of a line or of the invoice. It reserves that at once; the work, limits and money move when it is issued, after its own
 * approvals. Given up before, it gives back what it reserved and nothing else happened.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `credit-refused` with every fault | `reason-missing`
 */
export async function createCreditNote(scope: Scope, input: CreditInput): Promise<{ readonly id: InvoiceId }> {
  demand(scope, "invoice.credit");
  return { id: (await draftCreditNote(scope, input)).id };
}

/** As `createCreditNote`, of work that may be named, and gives what it takes back. */
export async function draftCreditNote(
  scope: Scope,
  input: CreditInput & { readonly works?: readonly CreditedWork[] },
): Promise<{
  readonly id: InvoiceId;
  readonly invoice: Creditable;
  readonly credited: readonly CreditedLine<StoredLine>[];
}> {
  const reason = input.reason.trim();
  if (reason === "") throw new Problem("reason-missing", { detail: "Say why the invoice is credited." });
  const invoice = await lockCreditable(scope, input.invoiceId);
  const { code, rebills = false } = input;
  const asks = asksOf(invoice, input.lines);
  const { note, issues } = makeCreditNote(invoice, { asks, code, reason, rebills });
  if (issues.length > 0) throw refused(issues);
  const { credited, taxes, totalMinor } = note;
  const divided = dividedDeposits(invoice, asks);
  if (divided.length > 0) throw refused(divided);
  if (totalMinor >= 0n) throw refused([{ position: 0, code: "nothing_credited" }]);
  // Parts of a sales tax round each for themselves, and may come to a cent more than is left.
  const overTaxed = taxes
    .filter(({ component }) => component !== undefined)
    .some((tax) => invoice.taxes.some((left) => sameTax(left, tax) && left.taxMinor + tax.taxMinor < 0n));
  if (-totalMinor > invoice.leftMinor || overTaxed) throw refused([{ position: 0, code: "above_invoice" }]);
  if (rebills && !credited.some(({ treatment, quantityBack }) => treatment === "rebillable" && quantityBack !== "0"))
    throw refused([{ position: 0, code: "nothing_to_rebill" }]);
  return { id: await saveCreditNote(scope, note, input.works), invoice, credited };
}

/** Lines of nothing that were credited before are left out when all is asked for. */
const asksOf = ({ lines }: Creditable, asked: CreditInput["lines"]): readonly CreditAsk[] =>
  typeof asked !== "string"
    ? asked
    : lines
        .filter(({ left }) => left.quantity !== "0" || left.netMinor !== 0n)
        .map(({ position }) => ({ position, treatment: asked }));

/** What moved to a deposit's rate of tax and what took the deposit off belong together: apart, a rate would be left over. */
function dividedDeposits({ lines }: Creditable, asks: readonly CreditAsk[]): CreditIssue[] {
  const asked = new Set(asks.map(({ position }) => position));
  const retaxed = new Set(lines.flatMap(({ retaxes }) => retaxes ?? []));
  return [...retaxed].flatMap((deposit) => {
    const bound = lines.filter(({ deducts, retaxes }) => (deducts ?? retaxes) === deposit);
    const [missing] = bound.filter(({ position }) => !asked.has(position));
    return missing === undefined || missing.left.quantity === "0" || bound.every(({ position }) => !asked.has(position))
      ? []
      : [{ position: missing.position, code: "deposit_divided" as const }];
  });
}

function refused(issues: readonly CreditIssue[]): Problem {
  const errors = issues.map(({ position, code }) => ({
    ...(position > 0 && { line: position }),
    code,
    reason: creditIssues[code],
  }));
  const [first] = issues as [CreditIssue];
  const where = first.position > 0 ? `Line ${first.position}: ` : "";
  return new Problem("credit-refused", { detail: where + creditIssues[first.code], extra: { errors } });
}
