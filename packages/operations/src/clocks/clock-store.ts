import type { Pause } from "@plumbline/domain/calendar/business-time";
import type { Owner } from "@plumbline/domain/clock/step";
import type { Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";

export type ClockId = Id<"clock">;

export type PauseRow = {
  readonly from: string;
  readonly until: string | null;
  readonly reason: string;
  readonly by: string;
};

export type ClockRow = {
  readonly id: ClockId;
  readonly wait: string;
  readonly invoice_id: InvoiceId | null;
  readonly exception_id: Id<"exception"> | null;
  readonly dispute_id: Id<"dispute"> | null;
  readonly legal_entity_id: LegalEntityId | null;
  readonly since: Date;
  readonly due_at: Date | null;
  readonly stopped_at: Date | null;
  readonly owner: Owner | null;
  /** Whom the rule named that opened the exception, or who took it over. */
  readonly exception_owner: Owner | null;
  readonly pauses: readonly PauseRow[] | null;
  readonly taken: number;
};

/** For the select list, of clocks named `c`. */
export const clockColumns = `
  c.id, c.wait, c.invoice_id, c.exception_id, c.dispute_id, c.legal_entity_id, c.since, c.due_at, c.stopped_at, c.owner,
  (select x.owner from exceptions x where x.tenant_id = c.tenant_id and x.id = c.exception_id) as exception_owner,
  (select jsonb_agg(jsonb_build_object('from', p.paused_at, 'until', p.resumed_at, 'reason', p.reason, 'by', m.name) order by p.paused_at)
     from clock_pauses p join memberships m on m.tenant_id = p.tenant_id and m.id = p.paused_by
    where p.tenant_id = c.tenant_id and p.clock_id = c.id) as pauses,
  (select count(*)::int from clock_steps s where s.tenant_id = c.tenant_id and s.clock_id = c.id) as taken`;

export const pausesOf = ({ pauses }: Pick<ClockRow, "pauses">): readonly Pause[] =>
  (pauses ?? []).map(({ from, until }) => ({
    from: new Date(from),
    until: until === null ? undefined : new Date(until),
  }));
