import type { ImportKind } from "@plumbline/contract/import-row";
import type { ColumnMapping } from "@plumbline/operations/imports/read-csv";

type Source = { readonly file: string; readonly kind: ImportKind; readonly mapping: ColumnMapping };

/**
 * How the consultancy's files become ours, in the order they are imported. Said in the proof's figures as well, because
 * every number of it rests on these choices.
 */
export const mappingInWords = [
  "a client is complete and domestic (US), an engagement is billed in USD by its firm's only entity, monthly, per engagement",
  "billable=no gives no-charge time, flat_rate=yes gives time covered by a fee",
  "a weekly line is worked on its first day; hours become minutes, rounded half up per line",
  "a line that names its grade has its worker's grade of the day, or the first one recorded when the record begins later; a line without one is looked up by date alone",
  "every line comes in as submitted and is approved in bulk by a project manager: the source's flag was never maintained",
  "grade n costs the median of the n-th of as many equal groups of the real hourly rates, cheapest first",
] as const;

export const roleName = (grade: string): string => (grade.trim() === "" ? "" : `Grade ${grade.trim()}`);

/** @param gradeOf the role of a worker on a day, for lines that say they have one */
export function timesheetSources(gradeOf: (worker: string, on: string) => string): readonly Source[] {
  return [
    {
      file: "clients.csv",
      kind: "clients",
      mapping: {
        client_key: "client_id",
        legal_name: "name",
        country: () => "US",
        tax_id: () => "US-EXEMPT",
        invoice_email: () => "accounts@client.example",
        po_required: () => "no",
      },
    },
    {
      file: "engagements.csv",
      kind: "engagements",
      mapping: {
        engagement_key: "engagement_id",
        client_key: "client_id",
        card_key: () => "grades",
        currency: () => "USD",
        approver_email: () => "manager@firm.example",
      },
    },
    { file: "projects.csv", kind: "projects", mapping: { project_key: "project_id", engagement_key: "engagement_id" } },
    { file: "workers.csv", kind: "workers", mapping: { worker_key: "worker_id" } },
    {
      file: "grades.csv",
      kind: "worker_grades",
      mapping: { worker_key: "worker_id", grade: (row) => roleName(row["grade"] ?? "") },
    },
    {
      file: "time-entries.csv",
      kind: "time_entries",
      mapping: {
        entry_key: "entry_id",
        worker_key: "worker_id",
        project_key: "project_id",
        work_date: "week_start",
        role: (row) =>
          (row["grade_id"] ?? "").trim() === "" ? "" : gradeOf(row["worker_id"] ?? "", row["week_start"] ?? ""),
        narrative: (row) => `Week of ${row["week_start"] ?? ""}, card ${row["timecard_id"] ?? "unknown"}`,
      },
    },
  ];
}
