import type { Permission } from "@plumbline/domain/access/permissions";
import type { InvoiceId } from "@plumbline/domain/id";
import { can, type InvoiceStage, type MoveName, moves, movesFrom } from "@plumbline/domain/invoice/lifecycle";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { type Invoice, lockInvoices } from "./invoice-store.ts";

/** What became of each invoice of a request: one refusal never stops the others. */
export type MoveResult = {
  readonly moved: readonly Invoice[];
  readonly refused: readonly { readonly invoiceId: InvoiceId; readonly problem: Problem }[];
};

/** Says why an invoice may not make the move, or undefined. */
export type Refusal = (invoice: Invoice) => Problem | undefined;

/** The version that whoever asks has seen: when the invoice has another, the move is refused under its lock. */
export type IfVersion = { readonly ifVersion?: number | undefined };

/**
 * Takes invoices through one move of the lifecycle table: permission, lock, version, table, the move's own checks, then
 * `carry` writes what the move writes. The event and the audit entry follow in the same transaction. One set of statements,
 * however many invoices.
 *
 * @param prepare reads what the checks need, for all invoices at once
 * @throws Problem `permission-missing`
 */
export async function moveInvoices(
  scope: Scope,
  move: MoveName,
  input: IfVersion & {
    readonly invoiceIds: readonly InvoiceId[];
    /** Who may; the table says so when absent. */
    readonly needs?: Permission;
    /** A stage that the move leaves as it is, beside those it may leave. */
    readonly stays?: InvoiceStage;
    readonly reason?: string | undefined;
    readonly prepare?: (invoices: readonly Invoice[]) => Promise<Refusal>;
    readonly carry: (invoices: readonly Invoice[]) => Promise<void>;
    readonly eventData?: (invoice: Invoice) => Readonly<Record<string, unknown>>;
    /** The policy bundle that the move pins; the invoice's own when absent. */
    readonly bundleHash?: string;
    /** Hash of what the move leaves behind; the same content when absent. */
    readonly afterHash?: (invoice: Invoice) => string;
  },
): Promise<MoveResult> {
  const { needs, emits } = moves[move];
  demand(scope, input.needs ?? needs);
  const invoices = await lockInvoices(scope.tx, input.invoiceIds);
  const refused: { invoiceId: InvoiceId; problem: Problem }[] = missing(input.invoiceIds, invoices);
  const movable: Invoice[] = [];
  for (const invoice of invoices) {
    const problem =
      otherVersion(invoice, input) ?? (invoice.stage === input.stays ? undefined : moveRefused(invoice, move));
    if (problem === undefined) movable.push(invoice);
    else refused.push({ invoiceId: invoice.id, problem });
  }
  const refusal = await input.prepare?.(movable);
  const moved: Invoice[] = [];
  for (const invoice of movable) {
    const problem = refusal?.(invoice);
    if (problem === undefined) moved.push(invoice);
    else refused.push({ invoiceId: invoice.id, problem });
  }
  if (moved.length > 0) {
    await input.carry(moved);
    const data = input.eventData ?? ((invoice: Invoice) => ({ contentHash: invoice.contentHash }));
    await scope.emit(moved.map((invoice) => ({ name: emits, subjectId: invoice.id, data: data(invoice) })));
    await scope.audit(
      moved.map((invoice) => ({
        action: emits,
        subjectId: invoice.id,
        beforeHash: invoice.contentHash,
        afterHash: input.afterHash?.(invoice) ?? invoice.contentHash,
        bundleHash: input.bundleHash ?? invoice.bundleHash,
        reason: input.reason,
      })),
    );
  }
  return { moved, refused };
}

/** The one invoice of a request for one, or its refusal thrown. */
export function onlyMoved({ moved, refused }: MoveResult): Invoice {
  const [first] = refused;
  if (first !== undefined) throw first.problem;
  return moved[0] as Invoice;
}

const missing = (asked: readonly InvoiceId[], found: readonly Invoice[]) => {
  const known = new Set(found.map(({ id }) => id));
  return [...new Set(asked)]
    .filter((id) => !known.has(id))
    .map((invoiceId) => ({ invoiceId, problem: new Problem("invoice-not-found") }));
};

const otherVersion = (invoice: Invoice, { ifVersion }: IfVersion): Problem | undefined => {
  if (ifVersion === undefined || ifVersion === invoice.version) return undefined;
  return new Problem("precondition-failed", { detail: `It is at version ${invoice.version}, not ${ifVersion}.` });
};

const moveRefused = (invoice: Invoice, move: MoveName): Problem | undefined => {
  if (can(invoice.stage, move)) return undefined;
  return new Problem("invoice-move-refused", {
    detail: `An invoice that is ${invoice.stage} cannot make the move ${move}.`,
    extra: { open: movesFrom(invoice.stage) },
  });
};
