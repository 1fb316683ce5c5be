import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ActorId, InvoiceId } from "@plumbline/domain/id";
import type { DebtKind } from "@plumbline/domain/invoice/kind";
import { type MoveName, moves } from "@plumbline/domain/invoice/lifecycle";
import { whoMay } from "@plumbline/domain/invoice/who-may";
import { checkIssueDate } from "@plumbline/domain/numbering/check-issue-date";
import { Problem } from "@plumbline/domain/problem";
import type { Actor } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** What speaks for or against a move, besides the lifecycle table. A button and its endpoint ask the same functions. */
export type MoveFacts = {
  readonly preparedBy: ActorId;
  readonly contentBy: ActorId;
  readonly submittedBy: ActorId | null;
  /** Who signed in the approval round that counts. */
  readonly signers: readonly ActorId[];
  /** Whether work that it bills has a newer version, was withdrawn or was rejected since. */
  readonly workChanged: boolean;
  /** Whether it draws on a purchase order that it has no part of: the order was mended after it was drafted. */
  readonly unreserved: boolean;
  /** Open exceptions that stop it and that nobody waives, and the roles that must cure them. */
  readonly blockers: readonly { readonly code: string; readonly owner: string }[];
};

/** Members of `MoveFacts` for the select list, of invoices named `i`. For what a program did answers who made its key. */
export const moveFactColumns = `
  app.person_behind(i.tenant_id, i.prepared_by) as "preparedBy", app.person_behind(i.tenant_id, i.content_by) as "contentBy",
  app.person_behind(i.tenant_id, i.submitted_by) as "submittedBy",
  array(select a.actor_id from approvals a
         where a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.approval_round = i.approval_round) as signers,
  exists (select 1 from invoice_lines l
            join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
            join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
           where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
             and (not w.current or w.status <> 'approved')) as "workChanged",
  i.purchase_order_id is not null and i.kind <> 'deposit' and not exists (
    select 1 from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
     where u.tenant_id = i.tenant_id and u.invoice_id = i.id and u.content_version = i.content_version
       and u.state = 'reserved' and l.purchase_order_id = i.purchase_order_id) as unreserved,
  (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'owner', x.owner) order by x.code), '[]') from exceptions x
    where x.tenant_id = i.tenant_id and x.invoice_id = i.id and x.state = 'open' and x.severity = 'block'
      and app.waiver_of(x) is null) as blockers`;

export async function loadMoveFacts(
  tx: TenantTx,
  ids: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, MoveFacts>> {
  const rows = await query<MoveFacts & { readonly id: InvoiceId }>(
    tx,
    `select i.id, ${moveFactColumns} from invoices i where i.id = any(?)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Says who may when the actor may not. */
export function refuseActor(actor: Actor, move: MoveName): Problem | undefined {
  if (actor.permissions.has(moves[move].needs)) return undefined;
  const who = whoMay(move);
  return new Problem("permission-missing", {
    detail: who === undefined ? "No person makes this move: the service does." : `Only ${who} may do this.`,
  });
}

/** Duties first, so that nobody learns from the answer what they may not decide on. */
export function refuseApproval(
  facts: MoveFacts,
  input: {
    readonly move: "approve_manager" | "approve_finance";
    readonly actorId: ActorId;
    /** The content as it is, and as the approver saw it. */
    readonly contentHash: string;
    readonly seenHash: string;
  },
): Problem | undefined {
  const { move, actorId, contentHash, seenHash } = input;
  const done = ownPart(facts, actorId);
  if (done !== undefined) {
    return new Problem("duties-not-separate", {
      detail: `You ${done} this invoice; ${whoMay(move)} who had no part in it must approve it.`,
    });
  }
  if (contentHash !== seenHash) return new Problem("content-changed");
  if (facts.workChanged) return workChanged("The work it bills changed since it was drafted");
  return refuseBlocked(facts) ?? (facts.unreserved ? unreserved() : undefined);
}

function refuseBlocked(facts: Pick<MoveFacts, "blockers">): Problem | undefined {
  if (facts.blockers.length === 0) return undefined;
  const open = facts.blockers.map(({ code, owner }) => `${code} (${owner.replaceAll("_", " ")})`).join(", ");
  const codes = facts.blockers.map(({ code }) => code);
  return new Problem("exceptions-open", { detail: `Still to be cured: ${open}.`, extra: { codes } });
}

function ownPart(facts: MoveFacts, actorId: ActorId): string | undefined {
  if (facts.preparedBy === actorId || facts.contentBy === actorId) return "prepared";
  if (facts.submittedBy === actorId) return "submitted";
  return facts.signers.includes(actorId) ? "already approved" : undefined;
}

/** What an issue date has to fit to. */
type IssueDay = {
  readonly issuedOn: LocalDate;
  readonly today: LocalDate;
  readonly lastIssuedOn: LocalDate | undefined;
  /** The books are closed up to and including this day. */
  readonly lockDate: LocalDate | undefined;
};

export function refuseIssue(
  facts: Pick<MoveFacts, "workChanged" | "unreserved" | "blockers">,
  day: IssueDay,
): Problem | undefined {
  if (facts.workChanged) return workChanged("The work it bills changed since it was approved");
  // What was waived when it was signed may not be any more.
  const blocked = refuseBlocked(facts);
  if (blocked !== undefined) return blocked;
  if (facts.unreserved) return unreserved();
  const { issuedOn, lastIssuedOn, today, lockDate } = day;
  const reasons = checkIssueDate({ issuedOn, lastIssuedOn, today }).map(({ message }) => message);
  if (lockDate !== undefined && issuedOn <= lockDate) reasons.push(`The books are closed until ${lockDate}.`);
  return reasons.length === 0 ? undefined : new Problem("issue-date-refused", { detail: reasons.join(" ") });
}

/** A credit note mirrors what was billed, and a deposit what was asked for: there is nothing of now to draft them from. */
export const refuseRevision = ({ kind }: { readonly kind: DebtKind }): Problem | undefined =>
  kind === "invoice" ? undefined : new Problem("revision-refused", { detail: unrevised[kind] });

const unrevised = {
  credit_note: "A credit note is not revised: discard it and credit again.",
  opening: "What was taken over is not revised: it was issued elsewhere.",
  deposit: "A deposit is not revised: discard it and ask again.",
} as const;

const unreserved = (): Problem =>
  workChanged("Its purchase order was put right after it was drafted, and nothing of it is reserved");

const workChanged = (what: string): Problem =>
  new Problem("work-changed", { detail: `${what}: ${whoMay("revise")} must revise it, then it is approved anew.` });
