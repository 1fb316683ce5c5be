import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import { type DepositAsk, depositIssue } from "@plumbline/domain/deposit/ask-deposit";
import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type LoadedBook, loadRunBook } from "../drafts/load-run-book.ts";
import { currentBundle, loadBundle } from "../policies/policy-bundles.ts";
import { agreedFor, askedOf, draftDeposit } from "./draft-deposit.ts";
import { saveDeposits } from "./save-deposits.ts";

/**
 * Drafts a deposit invoice for an engagement: an amount, or a share of its fixed fee, taxed as its services are today. It is
 * approved and issued like any invoice; later invoices of the engagement deduct it. One that is closed has none to come.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `policy-missing` | `deposit-refused` with every fault
 */
export async function createDeposit(
  scope: Scope,
  input: {
    readonly engagementId: EngagementId;
    readonly ask: { readonly amount: Money } | { readonly basisPoints: number };
  },
): Promise<{ readonly id: InvoiceId }> {
  demand(scope, "invoice.deposit");
  const { engagementId } = input;
  const { zone, currency, askedBefore } = await lockEngagement(scope, engagementId);
  await refuseClosed(scope, engagementId);
  const ask = askIn(currency, input.ask);
  const on = localDateIn(scope.now, zone);
  const bundle = await loadBundle(scope.tx, await currentBundle(scope));
  const book = await loadRunBook(scope.tx, {
    period: { start: on, end: addDays(on, 1) },
    bundle,
    issued: { on },
  });
  refuseDeposit(book, { engagementId, ask, askedBefore, on });
  const draft = draftDeposit(book, { engagementId, ask });
  await saveDeposits(scope, book, [{ draft, ask }]);
  return { id: draft.id };
}

type Locked = { readonly zone: string; readonly currency: Currency; readonly askedBefore: bigint };

/** Of two who ask at once, the second finds what the first asked for. */
async function lockEngagement(scope: Scope, engagementId: EngagementId): Promise<Locked> {
  const [found] = await query<Omit<Locked, "askedBefore">>(
    scope.tx,
    `select l.time_zone as zone, e.currency from engagements e join legal_entities l on l.id = e.legal_entity_id
      where e.id = ? for no key update of e`,
    [engagementId],
  );
  if (found === undefined) throw new Problem("engagement-not-found");
  const [sum] = await query<{ net: string }>(
    scope.tx,
    `select coalesce(sum(i.net_minor), 0)::text as net from invoices i
       left join invoices k on k.id = i.corrects
      where i.stage <> 'discarded' and 'deposit' in (i.kind, k.kind) and i.engagement_id = ?`,
    [engagementId],
  );
  return { ...found, askedBefore: BigInt(sum?.net ?? 0) };
}

async function refuseClosed(scope: Scope, engagementId: EngagementId): Promise<void> {
  const [closed] = await query<{ on: LocalDate }>(
    scope.tx,
    `select closed_on as "on" from closures where engagement_id = ? and project_id is null and reopened_at is null`,
    [engagementId],
  );
  if (closed !== undefined)
    throw refused(
      "engagementId",
      `The engagement was closed on ${closed.on}, so no invoice is to come that would deduct a deposit: reopen it first.`,
    );
}

function askIn(currency: Currency, ask: Parameters<typeof createDeposit>[1]["ask"]): DepositAsk {
  if ("basisPoints" in ask) return { basisPoints: ask.basisPoints };
  if (ask.amount.currency !== currency)
    throw refused("amount", `The engagement is billed in ${currency}, and the amount is in ${ask.amount.currency}.`);
  return { amountMinor: String(ask.amount.minor) };
}

function refuseDeposit(
  book: LoadedBook,
  input: {
    readonly engagementId: EngagementId;
    readonly ask: DepositAsk;
    readonly askedBefore: bigint;
    readonly on: LocalDate;
  },
): void {
  const { engagement, terms } = agreedFor(book, input);
  const member = "amountMinor" in input.ask ? "amount" : "basisPoints";
  if (terms === undefined) throw refused("engagementId", `No terms of the engagement hold on ${input.on}.`);
  if (engagement.tax.components !== undefined)
    throw refused("engagementId", "Sales tax is due on the service and on no deposit: take a retainer instead.");
  const asked = askedOf({ engagement, terms }, input.ask);
  if ("reason" in asked) throw refused(asked.member, asked.reason);
  const issue = depositIssue(asked, { ...input, member, terms, currency: engagement.currency });
  if (issue !== undefined) throw refused(issue.member, issue.reason);
}

const refused = (member: string, reason: string): Problem =>
  new Problem("deposit-refused", { detail: reason, extra: { errors: [{ member, reason }] } });
