import type { ImportKind } from "@plumbline/contract/import-row";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { BillingRunId, ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { type InvoiceStage, moves } from "@plumbline/domain/invoice/lifecycle";
import type { Currency } from "@plumbline/domain/money/currency";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { createDeposit } from "@plumbline/operations/deposits/create-deposit";
import { approveAsFinance, approveAsManager } from "@plumbline/operations/invoices/approve-invoices";
import type { CreditAsk } from "@plumbline/domain/credit/credit-lines";
import { createCreditNote } from "@plumbline/operations/credits/create-credit-note";
import { discardInvoices } from "@plumbline/operations/invoices/discard-invoices";
import { issueInvoices } from "@plumbline/operations/invoices/issue-invoices";
import type { MoveResult } from "@plumbline/operations/invoices/move-invoices";
import { reviseInvoice } from "@plumbline/operations/invoices/revise-invoices";
import { sendBackInvoices } from "@plumbline/operations/invoices/send-back-invoices";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { applyPayment } from "@plumbline/operations/payments/apply-payment";
import { netAccount } from "@plumbline/operations/payments/net-account";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { refundPayment } from "@plumbline/operations/payments/refund-payment";
import { unapplyPayment } from "@plumbline/operations/payments/unapply-payment";
import { writeOffInvoice } from "@plumbline/operations/payments/write-off-invoice";
import { approveTime } from "@plumbline/operations/work/approve-time";
import type { Scope } from "@plumbline/platform/scope";
import type { Firm } from "@plumbline/testing/firm";
import type { Operations } from "../chaos/message.ts";
import { bankOperations } from "./bank-operations.ts";
import { changeOperations } from "./change-operations.ts";
import { closingOperations } from "./closing-operations.ts";
import { collectingOperations } from "./collecting-operations.ts";
import { trustOperations } from "./trust-operations.ts";
import { disputeOperations } from "./dispute-operations.ts";
import { openingOperations } from "./opening-operations.ts";
import { withholdingOperations } from "./withholding-operations.ts";
import { mergeOperations } from "./merge-operations.ts";
import { onOne, pick, type Who } from "./pick-one.ts";

/** Everything that happens to money in a firm, one verb each: an acting process looks up what it does it to. */
export const operations: Operations = {
  import: async ({ firm, args }) => {
    const { kind, rows } = args as { readonly kind: ImportKind; readonly rows: Parameters<Firm["take"]>[1] };
    const { quarantined } = await firm.take(kind, rows);
    return quarantined === 0 ? "done" : "refused";
  },
  approveTime: async ({ firm }) => {
    const { entries } = await (await firm.as("manager"))((scope) => approveTime(scope, { period: october }));
    return entries > 0 ? "done" : "nothing to do";
  },
  bill: async ({ firm }) => {
    const runner = await firm.as("billing-runner");
    const billingRunId = await runner((scope) => startBillingRun(scope, { period: october })).catch(openRun);
    const state = await runBilling(runner, { billingRunId });
    return state === undefined ? "nothing to do" : "done";
  },
  /** Whoever the queue brings it to carries it out. */
  startRun: async ({ firm }) => {
    await (
      await firm.as("billing-runner")
    )((scope) => startBillingRun(scope, { period: october }));
    return "done";
  },
  submit: move("draft", "coordinator", submitInvoices),
  approveManager: move("validation_pending", "manager", (scope, { seen }) =>
    approveAsManager(scope, { approvals: seen }),
  ),
  approveFinance: move("manager_approved", "finance", (scope, { seen }) =>
    approveAsFinance(scope, { approvals: seen }),
  ),
  issue: move("finance_approved", "controller", issueInvoices),
  sendBack: move("validation_pending", "manager", (scope, ids) => sendBackInvoices(scope, { ...ids, reason: "wrong" })),
  discard: move("draft", "coordinator", (scope, ids) => discardInvoices(scope, { ...ids, reason: "wrong" })),
  revise: async ({ firm, random }) => {
    const coordinator = await firm.as("coordinator");
    const [found] = await coordinator((scope) => pick<Seen>(scope, random, 1, invoicesAt, [moves.revise.from]));
    if (found === undefined) return "nothing to do";
    await coordinator((scope) => reviseInvoice(scope, { invoiceId: found.invoiceId, reason: "late" }));
    return "done";
  },
  pay: async ({ firm, random }) =>
    onOne<Owing>(
      firm,
      "collector",
      { random, sql: owing },
      async (scope, { clientId, legalEntityId, issuedOn, total, currency }) => {
        const share = BigInt(Math.ceil(random() * 150));
        const amount = money((BigInt(total) * share) / 100n + 1n, currency);
        const to = random() < 0.6 ? ("oldest_first" as const) : undefined;
        await recordPayment(scope, { clientId, legalEntityId, amount, receivedOn: issuedOn, reference: "wire", to });
      },
    ),
  payAhead: async ({ firm, random }) =>
    onOne<Ahead>(firm, "collector", { random, sql: agreed }, async (scope, { id, clientId, legalEntityId }) => {
      const amount = money(BigInt(Math.ceil(random() * 100_000)), "EUR");
      const receivedOn = "2026-10-01" as LocalDate;
      await recordPayment(scope, { clientId, legalEntityId, amount, receivedOn, reference: "ahead", engagementId: id });
    }),
  deposit: async ({ firm, random }) =>
    onOne<Ahead>(firm, "coordinator", { random, sql: agreed }, async (scope, { id: engagementId }) => {
      const amount = money(BigInt(Math.ceil(random() * 100_000)), "EUR");
      await createDeposit(scope, { engagementId, ask: { amount } });
    }),
  apply: async ({ firm, random }) =>
    onOne<{ id: Id<"payment"> }>(
      firm,
      "collector",
      { random, sql: "select id from payments order by id" },
      (scope, { id }) => applyPayment(scope, { paymentId: id, to: "oldest_first" }),
    ),
  unapply: async ({ firm, random }) =>
    onOne<{ id: Id<"application">; payment: Id<"payment"> }>(
      firm,
      "collector",
      {
        random,
        sql: "select id, payment_id as payment from payment_applications where payment_id is not null order by id",
      },
      (scope, { id, payment }) => unapplyPayment(scope, { applicationId: id, paymentId: payment, reason: "wrong" }),
    ),
  refund: async ({ firm, random }) =>
    onOne<{ id: Id<"payment"> }>(
      firm,
      "controller",
      { random, sql: "select id from payments order by id" },
      (scope, { id }) =>
        refundPayment(scope, {
          paymentId: id,
          amount: money(BigInt(Math.ceil(random() * 5_000)), "EUR"),
          reason: "asked for it",
        }),
    ),
  net: async ({ firm, random }) =>
    onOne<Owing>(firm, "collector", { random, sql: owing }, (scope, { clientId, legalEntityId, currency }) =>
      netAccount(scope, { clientId, legalEntityId, currency, to: "oldest_first" }),
    ),
  writeOff: async ({ firm, random }) =>
    onOne<Owing>(firm, "controller", { random, sql: owing }, (scope, { id }) =>
      writeOffInvoice(scope, { invoiceId: id, reason: "insolvent" }),
    ),
  credit: async ({ firm, random }) =>
    onOne<{ id: InvoiceId; lines: number }>(
      firm,
      "coordinator",
      { random, sql: creditable },
      (scope, { id, lines }) => {
        const treatment = random() < 0.7 ? "rebillable" : "concession";
        const part = {
          position: 1 + Math.floor(random() * lines),
          treatment,
          quantity: String(Math.ceil(random() * 90)),
        };
        return createCreditNote(scope, {
          invoiceId: id,
          lines: random() < 0.5 ? treatment : [part as CreditAsk],
          code: "wrong_quantity",
          reason: "wrong",
          rebills: random() < 0.5,
        });
      },
    ),
  ...bankOperations,
  ...withholdingOperations,
  ...collectingOperations,
  ...changeOperations,
  ...disputeOperations,
  ...trustOperations,
  ...closingOperations,
  ...mergeOperations,
  ...openingOperations,
};

const october = monthPeriod("2026-10") as Period;

type Seen = { readonly invoiceId: InvoiceId; readonly contentHash: string };
type Owing = {
  readonly id: InvoiceId;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly issuedOn: LocalDate;
  readonly total: string;
  readonly currency: Currency;
};

type Ahead = Pick<Owing, "clientId" | "legalEntityId"> & { readonly id: EngagementId };

const agreed = `
  select id, payer_id as "clientId", legal_entity_id as "legalEntityId" from engagements order by id`;
const invoicesAt =
  'select id as "invoiceId", content_hash as "contentHash" from invoices where stage = any(?) order by id';
const owing = `
  select id, payer_id as "clientId", legal_entity_id as "legalEntityId", greatest(issued_on, '2026-09-01') as "issuedOn", total_minor as total, currency
    from invoices where issued_on is not null and total_minor > 0 order by id`;
const creditable = `
  select i.id, (select count(*)::int from invoice_lines l where l.tenant_id = i.tenant_id and l.invoice_id = i.id
                   and l.content_version = i.content_version) as lines
    from invoices i where i.number is not null and i.kind = 'invoice' order by i.id`;
const atOnce = 4;

/** One move of some invoices at a stage; what one person refuses another may have done already. */
function move(
  stage: InvoiceStage,
  who: Who,
  act: (scope: Scope, input: { invoiceIds: readonly InvoiceId[]; seen: readonly Seen[] }) => Promise<MoveResult>,
): Operations[string] {
  return async ({ firm, random }) => {
    const inScope = await firm.as(who);
    const seen = await inScope((scope) => pick<Seen>(scope, random, atOnce, invoicesAt, [[stage]]));
    if (seen.length === 0) return "nothing to do";
    const { moved, refused } = await inScope((scope) =>
      act(scope, { invoiceIds: seen.map(({ invoiceId }) => invoiceId), seen }),
    );
    const [first] = refused;
    if (moved.length === 0 && first !== undefined) throw first.problem;
    return "done";
  };
}

/** A run that another process began, or died in, is carried on. */
function openRun(cause: unknown): BillingRunId {
  if (cause instanceof Problem && cause.kind === "billing-run-in-progress" && cause.extra?.["billingRunId"])
    return cause.extra["billingRunId"] as BillingRunId;
  throw cause;
}
