import type { TestDatabase } from "@plumbline/testing/database";
import { newFirm, type Firm } from "@plumbline/testing/firm";

const engagements = 40;
const projects = 200;
const workers = 400;
const rowsPerChunk = 500;

export type EntryRow = Readonly<Record<(typeof entryColumns)[number], string>>;

export const entryColumns = [
  "entry_key",
  "worker_key",
  "project_key",
  "work_date",
  "hours",
  "status",
  "role",
  "task",
  "narrative",
  "started_at",
] as const;

/** A firm whose projects and workers are known, so that its time entries can come. */
export async function firmAwaitingTime({ pool }: TestDatabase): Promise<Firm> {
  const firm = await newFirm(pool);
  await firm.take("clients", [{ client_key: "c1", name: "Bright & Moor" }]);
  await firm.take(
    "engagements",
    numbers(engagements).map((n) => ({ engagement_key: `e${n}`, client_key: "c1", code: `E-${n}` })),
  );
  await firm.take(
    "projects",
    numbers(projects).map((n) => ({
      project_key: `p${n}`,
      engagement_key: `e${n % engagements}`,
      name: `Project ${n}`,
    })),
  );
  await firm.take(
    "workers",
    numbers(workers).map((n) => ({ worker_key: `w${n}`, name: `Worker ${n}` })),
  );
  return firm;
}

/** Entries by day, as time systems export them; the same row for the same number, whatever asks. */
export function entryNumber(n: number, entries: number): EntryRow {
  const day = 1 + Math.floor((n * 28) / entries);
  return {
    entry_key: `TE-2026-${String(n).padStart(8, "0")}`,
    worker_key: `w${n % workers}`,
    project_key: `p${(n * 7919) % projects}`,
    work_date: `2026-10-${String(day).padStart(2, "0")}`,
    hours: ((1 + (n % 32)) / 4).toFixed(2),
    status: n % 10 === 0 ? "submitted" : "approved",
    role: n % 3 === 0 ? "Senior" : "",
    task: `Task ${n % 5}`,
    narrative: `Worked on deliverable ${n}, for the client’s workshop and its documentation`,
    started_at: n % 4 === 0 ? "09:30" : "",
  };
}

export function* entriesCsv(entries: number): Generator<Buffer> {
  let lines = [entryColumns.join(",")];
  for (let n = 0; n < entries; n += 1) {
    const row = entryNumber(n, entries);
    lines.push(entryColumns.map((column) => quoted(row[column])).join(","));
    if (lines.length < rowsPerChunk) continue;
    yield Buffer.from(`${lines.join("\r\n")}\r\n`);
    lines = [];
  }
  yield Buffer.from(lines.join("\r\n"));
}

const quoted = (cell: string): string => (cell.includes(",") ? `"${cell}"` : cell);

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
