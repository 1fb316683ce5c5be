import type { PipelineWire } from "@plumbline/contract/billing-run";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";

/**
 * Money that waits for a person: what a bank says and nobody placed yet, and chargebacks that want an answer by a day.
 *
 * @throws Problem `permission-missing`
 */
export async function findWaitingCash(scope: Scope): Promise<NonNullable<PipelineWire["cash"]>> {
  demand(scope, "receivable.read");
  const { waiting } = await queryOne<{ waiting: number }>(
    scope.tx,
    "select count(*)::int as waiting from bank_entries where state in ('open', 'held')",
  );
  const rows = await query<{
    currency: string;
    count: number;
    minor: string;
    missed: number;
    next: LocalDate | null;
  }>(
    scope.tx,
    `select y.currency, count(*)::int as count, sum(c.amount_minor) as minor,
            count(*) filter (where c.answer_by < d.today)::int as missed,
            min(c.answer_by) filter (where c.answer_by >= d.today) as next
       from chargebacks c
       join payments y on y.tenant_id = c.tenant_id and y.id = c.payment_id
       join (select id, (?::timestamptz at time zone time_zone)::date as today from legal_entities) d on d.id = y.legal_entity_id
      where c.state = 'open' group by y.currency order by y.currency`,
    [scope.now],
  );
  const [nextAnswerBy] = rows.flatMap(({ next }) => next ?? []).toSorted();
  return {
    bankEntries: waiting,
    chargebacks: {
      count: rows.reduce((sum, { count }) => sum + count, 0),
      missed: rows.reduce((sum, { missed }) => sum + missed, 0),
      atStake: rows.map(({ minor, currency }) => minorToWire(minor, currency)),
      ...(nextAnswerBy !== undefined && { nextAnswerBy }),
    },
  };
}
