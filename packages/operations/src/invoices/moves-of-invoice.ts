import type { InvoiceWire } from "@plumbline/contract/invoice";
import { fiscalYearOf } from "@plumbline/domain/calendar/fiscal-year";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { DebtKind } from "@plumbline/domain/invoice/kind";
import { type InvoiceStage, type MoveName, movesFrom } from "@plumbline/domain/invoice/lifecycle";
import type { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { type MoveFacts, refuseActor, refuseApproval, refuseIssue, refuseRevision } from "./move-checks.ts";

/** The moves that lead on, and why the actor cannot make some of them: what the endpoint would answer if asked now. */
export function movesOfInvoice(scope: Scope, invoice: Moving): InvoiceWire["moves"] {
  return movesFrom(invoice.stage).map((move) => {
    const refusal = refuseActor(scope.actor, move) ?? refuseMove(scope, move, invoice);
    return refusal === undefined ? { move, allowed: true } : { move, allowed: false, why: refusal.message };
  });
}

/** What issuing today depends on. */
export type IssueFacts = {
  readonly zone: string;
  readonly fiscal_year_starts: number;
  readonly lock_date: LocalDate | null;
  /** Fiscal year → date of the last invoice of its series. */
  readonly last_issued: Readonly<Record<string, LocalDate | null>>;
};

/** Members of `IssueFacts` for the select list, of invoices `i` and their entities `e`. */
export const issueFactColumns = `
  e.fiscal_year_starts, greatest(e.lock_date, e.cut_over_on) as lock_date,
  (select coalesce(jsonb_object_agg(s.fiscal_year, s.last_issued_on), '{}') from number_series s
    where s.tenant_id = i.tenant_id and s.legal_entity_id = i.legal_entity_id and s.kind = i.kind) as last_issued`;

type Moving = MoveFacts &
  IssueFacts & { readonly kind: DebtKind; readonly stage: InvoiceStage; readonly content_hash: string };

function refuseMove(scope: Scope, move: MoveName, invoice: Moving): Problem | undefined {
  if (move === "approve_manager" || move === "approve_finance") {
    const { content_hash: hash } = invoice;
    return refuseApproval(invoice, { move, actorId: scope.actor.id, contentHash: hash, seenHash: hash });
  }
  if (move === "revise") return refuseRevision(invoice);
  return move === "issue" ? refuseIssue(invoice, issueDayOf(scope.now, invoice)) : undefined;
}

function issueDayOf(now: Date, { zone, fiscal_year_starts, lock_date, last_issued }: IssueFacts) {
  const today = localDateIn(now, zone);
  const lastIssuedOn = last_issued[fiscalYearOf(today, fiscal_year_starts)] ?? undefined;
  return { issuedOn: today, today, lastIssuedOn, lockDate: lock_date ?? undefined };
}
