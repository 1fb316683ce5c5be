import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { ClientId, EngagementId, ProjectId, WorkerId, WorkItemId } from "@plumbline/domain/id";
import { asksAbout } from "@plumbline/domain/policy/asks-about";
import { narrativeFacts } from "@plumbline/domain/worklog/narrative";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { billedOtherwiseSql, earlierJoins, earlierSql } from "../work/billed-edits.ts";
import { freePartsSql } from "../splits/free-parts.ts";
import { earliestWorkDay } from "./late-days.ts";
import { partlyTakenSql } from "./partly-taken.ts";
import { fromPieceRow, selectPieces, type WorkWanted } from "./select-pieces.ts";
import { streamByClient } from "./stream-by-client.ts";
import { weekKey } from "./week-rulings.ts";
import type { Screening, WorkEntry, WorkerWeek } from "./work-entry.ts";

/** Sorting a million rows on disk is what these avoid; they last as long as the transaction. */
export async function prepareForReading(tx: TenantTx): Promise<void> {
  await tx.raw(`
    set local work_mem = '256MB';
    set local cursor_tuple_fraction = 1;
    set local jit = off;
    set local enable_nestloop = off`);
}

/** The unbilled work of one client. */
export type ClientWork = {
  readonly clientId: ClientId;
  readonly entries: readonly WorkEntry[];
  readonly pieces: readonly WorkPiece[];
};

/**
 * Streams the unbilled work of a period, client by client in the order of their ids, from one snapshot.
 *
 * @param after the last client that is already done
 * @param only  one client's work, for a single invoice
 * @param works  of these work items alone, however old
 */
export async function* selectWork(tx: TenantTx, input: WorkWanted): AsyncGenerator<ClientWork> {
  const time = selectTime(tx, input);
  const pieces = selectPieces(tx, input);
  const same = sameText();
  let nextTime = await time.next();
  let nextPieces = await pieces.next();
  while (!nextTime.done || !nextPieces.done) {
    const ofTime = nextTime.done ? undefined : nextTime.value;
    const ofPieces = nextPieces.done ? undefined : nextPieces.value;
    const clientId = first(ofTime?.clientId, ofPieces?.clientId);
    const here = { time: ofTime?.clientId === clientId, pieces: ofPieces?.clientId === clientId };
    yield {
      clientId,
      entries: here.time ? (ofTime?.rows ?? []).map((row) => fromRow(row, same)) : [],
      pieces: here.pieces ? (ofPieces?.rows ?? []).map(fromPieceRow) : [],
    };
    if (here.time) nextTime = await time.next();
    if (here.pieces) nextPieces = await pieces.next();
  }
}

/** Ids are lower-case text, which sorts as PostgreSQL sorts them. One of the two is there. */
function first(left: ClientId | undefined, right: ClientId | undefined): ClientId {
  if (left === undefined || right === undefined) return (left ?? right) as ClientId;
  return left < right ? left : right;
}

const firstDay = "0001-01-01";

/**
 * What is left of work that a limit divided, or that became more after it was billed, comes back however old it is: a part of
 * it was in time.
 */
const selectTime = (tx: TenantTx, { period, after, only, works, bundle }: WorkWanted) => {
  const narrative = asksAbout(bundle, "narrative") ? "t.narrative" : "null::text";
  const range = [after ?? null, after ?? null, only ?? null, only ?? null, works ?? null, works ?? null];
  const from = works === undefined ? earliestWorkDay(period) : firstDay;
  return streamByClient<Row>(tx, "unbilled_time", {
    sql: `
     select e.client_id, w.id, w.version, w.engagement_id, w.project_id, t.worker_id, w.worked_on, w.minutes, w.status,
            coalesce(t.role, ''), coalesce(t.task, ''), 0 as share, ${recordedOn}, ${earlierSql}, null::uuid, null::smallint, ${narrative}
       from work_items w
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
       join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
       join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
       ${earlierJoins}
      where w.current and w.kind = 'time' and w.status <> 'rejected' and w.worked_on >= ? and w.worked_on < ?
        and (?::uuid is null or e.client_id > ?::uuid) and (?::uuid is null or e.client_id = ?::uuid)
        and (?::uuid[] is null or w.id = any(?::uuid[]))
        and not exists (select 1 from claims c
                         where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
     union all
     select e.client_id, w.id, w.version, w.engagement_id, w.project_id, t.worker_id, w.worked_on, w.minutes - p.minutes, w.status,
            coalesce(t.role, ''), coalesce(t.task, ''), p.share, null::date, ${earlierSql}, null::uuid, null::smallint, ${narrative}
       from ${partlyTakenSql} p
       join work_items w on w.tenant_id = p.tenant_id and w.id = p.work_item_id
                        and (w.version = p.work_item_version or p.work_item_version is null)
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
       join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
       ${earlierJoins}
      where w.current and w.status <> 'rejected' and w.minutes > p.minutes and w.worked_on < ?
        and (p.work_item_version is not null or not ${billedOtherwiseSql})
        and (?::uuid is null or e.client_id > ?::uuid) and (?::uuid is null or e.client_id = ?::uuid)
        and (?::uuid[] is null or w.id = any(?::uuid[]))
     union all
     select e.client_id, w.id, w.version, w.engagement_id, w.project_id, t.worker_id, w.worked_on, f.whole_minutes, w.status,
            coalesce(t.role, ''), coalesce(t.task, ''), f.share, null::date, null::jsonb, f.split_id, f.position, ${narrative}
       from (${freePartsSql}) f
       join work_items w on w.tenant_id = f.tenant_id and w.id = f.work_item_id and w.version = f.work_item_version
       join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
       join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
      where w.current and w.status <> 'rejected' and w.worked_on < ?
        and (?::uuid is null or e.client_id > ?::uuid) and (?::uuid is null or e.client_id = ?::uuid)
        and (?::uuid[] is null or w.id = any(?::uuid[]))
      order by 1, 2`,
    values: [from, period.end, ...range, period.end, ...range, period.end, ...range],
  });
};

/** An edit is no later than what it corrects. */
const recordedOn = `
  (case when w.version = 1 then w.recorded_at
        else (select v.recorded_at from work_items v where v.tenant_id = w.tenant_id and v.id = w.id and v.version = 1)
    end at time zone l.time_zone)::date`;

type Row = [
  ClientId,
  WorkItemId,
  number,
  EngagementId,
  ProjectId,
  WorkerId,
  LocalDate,
  number,
  WorkEntry["status"],
  string,
  string,
  number,
  LocalDate | null,
  NonNullable<WorkEntry["earlier"]> | null,
  string | null,
  number | null,
  string | null,
];

/** One text for the many rows that say the same: a batch that waits to be saved would hold a copy for each of them. */
function sameText(): <Text extends string>(text: Text) => Text {
  const known = new Map<string, string>();
  return <Text extends string>(text: Text): Text => {
    const seen = known.get(text);
    if (seen !== undefined) return seen as Text; // Equal text is of the same type.
    known.set(text, text);
    return text;
  };
}

function fromRow(row: Row, same: ReturnType<typeof sameText>): WorkEntry {
  const [, id, version, engagementId, projectId, workerId, workedOn, minutes, status, role, task, share, ...rest] = row;
  const [recordedOn, earlier, splitId, position, narrative] = rest;
  return {
    id,
    version,
    engagementId: same(engagementId),
    projectId: same(projectId),
    workerId: same(workerId),
    workedOn: same(workedOn),
    minutes,
    status: same(status),
    role: same(role),
    task: same(task),
    share,
    ...(recordedOn !== null && { recordedOn: same(recordedOn) }),
    ...(earlier !== null && { earlier }),
    ...(splitId !== null && position !== null && { part: { splitId: same(splitId), position } }),
    ...(narrative !== null && { narrative: narrativeFacts(narrative) }),
  };
}

/**
 * Looks over all time of the period at once, billed or not, for what no single engagement shows: the same work recorded
 * twice, overlapping hours, and the length of everybody's weeks.
 */
export async function screenWork(tx: TenantTx, period: Period): Promise<Screening> {
  const window = [earliestWorkDay(period), period.end];
  const duplicates = await query<{ id: WorkItemId; week: string }>(tx, duplicatesSql, window);
  const overlaps = await query<{ id: WorkItemId; week: string }>(tx, overlapsSql, window);
  const weeks = await query<Omit<WorkerWeek, "duplicates" | "overlaps">>(tx, weeksSql, window);
  const duplicatesIn = countBy(duplicates.map(({ week }) => week));
  const overlapsIn = countBy(overlaps.map(({ week }) => week));
  return {
    duplicates: new Set(duplicates.map(({ id }) => id)),
    overlaps: new Set(overlaps.map(({ id }) => id)),
    weeks: new Map(
      weeks.map((week) => {
        const key = weekKey(week.workerId, week.monday);
        return [key, { ...week, duplicates: duplicatesIn.get(key) ?? 0, overlaps: overlapsIn.get(key) ?? 0 }];
      }),
    ),
  };
}

const recordedTime = `
  from work_items w
  join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
 where w.current and w.kind = 'time' and w.status <> 'rejected' and w.worked_on >= ? and w.worked_on < ?`;

// The first of equal entries stands; the others are the duplicates. Hashing the text first keeps the groups small.
const duplicatesSql = `
  select unnest((array_agg(w.id order by w.id))[2:]) as id,
         t.worker_id || '|' || date_trunc('week', w.worked_on)::date as week
  ${recordedTime}
  group by t.worker_id, w.project_id, w.worked_on, w.minutes, t.started_minute, hashtextextended(coalesce(t.task, '') || '|' || t.narrative, 0)
  having count(*) > 1`;

const overlapsSql = `
  select id, worker_id || '|' || date_trunc('week', worked_on)::date as week from (
    select w.id, t.worker_id, w.worked_on, t.started_minute,
           max(t.started_minute + w.minutes) over (
             partition by t.worker_id, w.worked_on order by t.started_minute, w.id
             rows between unbounded preceding and 1 preceding) as busy_until
    ${recordedTime} and t.started_minute is not null) timed
  where started_minute < busy_until`;

const weeksSql = `
  select t.worker_id as "workerId", date_trunc('week', w.worked_on)::date as monday,
         sum(w.minutes)::int as minutes, count(*)::int as entries, count(distinct w.worked_on)::int as days
  ${recordedTime}
  group by 1, 2`;

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
