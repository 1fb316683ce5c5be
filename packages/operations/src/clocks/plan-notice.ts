import type { Owner, Step } from "@plumbline/domain/clock/step";
import type { Id } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

export type NoticeId = Id<"notice">;

/** What is to be told, and to whom. */
export type Notice = {
  readonly firm: string;
  readonly role: Owner;
  readonly recipients: readonly { readonly id: string; readonly email: string }[];
  readonly items: readonly NoticeItem[];
};

export type NoticeItem = {
  readonly wait: string;
  readonly does: Step["does"];
  readonly name: string;
  readonly client: string | null;
  readonly minor: string | null;
  readonly currency: string;
  readonly zone: string;
  readonly since: Date;
  readonly due: Date;
  readonly now: Date;
};

/**
 * What a message has to say, as it is now: what was done since it was written is left out.
 *
 * @returns undefined when it was sent
 * @throws Problem `permission-missing`
 */
export async function planNotice(
  scope: Scope,
  { noticeId }: { readonly noticeId: NoticeId },
): Promise<Notice | undefined> {
  demand(scope, "clock.keep");
  const [notice] = await query<Pick<Notice, "firm" | "role" | "recipients">>(
    scope.tx,
    `select t.name as firm, n.role,
            (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'email', m.email) order by m.email), '[]') from memberships m
              where m.kind = 'person' and n.role = any(m.roles)) as recipients
       from notices n join tenants t on t.id = n.tenant_id where n.id = ? and n.sent_at is null`,
    [noticeId],
  );
  if (notice === undefined) return undefined;
  return { ...notice, items: await query<NoticeItem>(scope.tx, itemsSql, [noticeId]) };
}

const itemsSql = `
  select c.wait, s.does, coalesce(x.message, d.reason, i.number_text, k.name, '') as name, k.name as client,
         case when d.id is not null then d.amount_minor when i.id is null then x.amount_minor else i.total_minor end as minor, coalesce(i.currency, x.currency) as currency,
         coalesce(e.time_zone, 'UTC') as zone, c.since, coalesce(c.due_at, s.due_at) as due, now() as now
    from clock_steps s
    join clocks c on c.tenant_id = s.tenant_id and c.id = s.clock_id and c.stopped_at is null
    left join exceptions x on x.tenant_id = c.tenant_id and x.id = c.exception_id
    left join disputes d on d.tenant_id = c.tenant_id and d.id = c.dispute_id
    left join invoices i on i.tenant_id = c.tenant_id and i.id = coalesce(c.invoice_id, d.invoice_id)
    left join clients k on k.tenant_id = i.tenant_id and k.id = i.client_id
    left join legal_entities e on e.tenant_id = c.tenant_id and e.id = c.legal_entity_id
   where s.notice_id = ?
     and s.ordinal = (select max(l.ordinal) from clock_steps l
                       where l.tenant_id = s.tenant_id and l.clock_id = s.clock_id and l.notice_id = s.notice_id)
   order by c.since, c.id`;

/**
 * Writes down that a message was sent, and to whom.
 *
 * @throws Problem `permission-missing`
 */
export async function recordNotice(
  scope: Scope,
  { noticeId, recipients }: { readonly noticeId: NoticeId; readonly recipients: readonly string[] },
): Promise<void> {
  demand(scope, "clock.keep");
  await query(scope.tx, "update notices set sent_at = now(), recipients = ?::uuid[] where id = ? and sent_at is null", [
    recipients,
    noticeId,
  ]);
}
