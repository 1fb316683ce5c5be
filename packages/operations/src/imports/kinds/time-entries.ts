import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { changeBilledVersions, firstVersions, type Versioned } from "../change-versions.ts";
import type { ImportKindSpec } from "../import-kind.ts";
import type { RowReader } from "../row-reader.ts";
import { minutesOfHours } from "./read-hours.ts";

type TimeItem = {
  readonly project: { readonly id: ProjectId; readonly engagementId: EngagementId } | undefined;
  readonly workerId: WorkerId | undefined;
  readonly workedOn: LocalDate | undefined;
  readonly minutes: number;
  readonly status: (typeof statuses)[number];
  readonly role: string | undefined;
  readonly task: string | undefined;
  readonly narrative: string;
  readonly startedMinute: number | undefined;
};

const statuses = ["submitted", "approved", "rejected"] as const;
// A weekly card is the longest entry a source may bring.
const minutesMax = 7 * 24 * 60;

export const timeEntries: ImportKindSpec<TimeItem> = {
  keyField: "entry_key",
  key: (row) => row.key("entry_key"),
  read: (row, references) => ({
    project: row.lookUp("project_key", references.projects, "project"),
    workerId: row.lookUp("worker_key", references.workers, "worker"),
    workedOn: row.date("work_date"),
    minutes: minutesOf(row),
    status: row.oneOf("status", statuses, "submitted"),
    role: row.optional("role", row.key),
    task: row.optional("task", row.key),
    narrative: row.text("narrative"),
    startedMinute: row.optional("started_at", (field) => minuteOfDay(row, field)),
  }),
  add: (scope, items) => saveVersions(scope, firstVersions(items)),
  change: (scope, items) => changeBilledVersions(scope, items, saveVersions),
};

function minutesOf(row: RowReader): number {
  const text = row.key("hours");
  const minutes = minutesOfHours(text);
  if (minutes === undefined) {
    if (text !== "") row.refuse("hours", `“${text.slice(0, 60)}” is not a positive number of hours`);
    return 0;
  }
  if (minutes === 0) row.refuse("hours", "is no time at all");
  if (minutes > minutesMax) row.refuse("hours", `${text} hours are more than a week has`);
  return minutes;
}

function minuteOfDay(row: RowReader, field: string): number | undefined {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(row.key(field));
  return match === null ? row.refuse(field, "is not a time such as 09:30") : Number(match[1]) * 60 + Number(match[2]);
}

async function saveVersions(scope: Scope, items: readonly Versioned<TimeItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "work_items",
    items,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ item }) => item.project?.engagementId],
      project_id: ["uuid", ({ item }) => item.project?.id],
      worked_on: ["date", ({ item }) => item.workedOn],
      minutes: ["int", ({ item }) => item.minutes],
      status: ["text", ({ item }) => item.status],
    },
    { constants: { kind: "'time'" } },
  );
  await insertRows(scope.tx, "time_entries", items, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    worker_id: ["uuid", ({ item }) => item.workerId],
    role: ["text", ({ item }) => item.role],
    task: ["text", ({ item }) => item.task],
    narrative: ["text", ({ item }) => item.narrative],
    started_minute: ["int", ({ item }) => item.startedMinute],
  });
}
