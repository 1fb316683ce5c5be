import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { WorkerId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";

type WorkerItem = { readonly name: string; readonly email: string | undefined };

export const workers: ImportKindSpec<WorkerItem> = {
  keyField: "worker_key",
  key: (row) => row.key("worker_key"),
  read: (row) => ({ name: row.needed("name", 200), email: row.optional("email", row.key) }),
  add: saveWorkers,
  change: saveWorkers,
};

async function saveWorkers(scope: Scope, items: readonly Keyed<WorkerItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "workers",
    items,
    {
      id: ["uuid", ({ id }) => id],
      name: ["text", ({ item }) => item.name],
      email: ["text", ({ item }) => item.email],
    },
    { suffix: "on conflict (tenant_id, id) do update set name = excluded.name, email = excluded.email" },
  );
}

type GradeItem = {
  readonly workerId: WorkerId | undefined;
  readonly grade: string;
  readonly from: LocalDate | undefined;
};

export const workerGrades: ImportKindSpec<GradeItem> = {
  // A source has no key of its own for a grade: the worker and the day are what an edit keeps.
  keyField: "from_date",
  key: (row) => `${row.key("worker_key")} ${row.key("from_date")}`,
  read: (row, references) => ({
    workerId: row.lookUp("worker_key", references.workers, "worker"),
    grade: row.needed("grade", 100),
    from: row.date("from_date"),
  }),
  add: saveGrades,
  change: saveGrades,
};

async function saveGrades(scope: Scope, items: readonly Keyed<GradeItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "worker_grades",
    items,
    {
      id: ["uuid", ({ id }) => id],
      worker_id: ["uuid", ({ item }) => item.workerId],
      role: ["text", ({ item }) => item.grade],
      effective_from: ["date", ({ item }) => item.from],
    },
    { suffix: "on conflict (tenant_id, worker_id, effective_from) do update set role = excluded.role" },
  );
}
