import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import type { SourceRow } from "./read-source.ts";
import { roleName } from "./timesheet-mapping.ts";

/** The consultancy's only legal entity. */
export const americanEntity = {
  key: "us",
  legalName: "Timesheet Consulting LLC",
  country: "US",
  currency: "USD",
  timeZone: "America/New_York",
  address: ["1800 F Street", "Washington DC 20405"],
  fiscalYearStarts: 1,
  invoiceNumbers: "TC-{year}-{number:4}",
};

/** The grade of the day, or the first on record when the record begins later. */
export function gradeFinder(grades: readonly SourceRow[]): (worker: string, on: string) => string {
  const byWorker = Map.groupBy(
    grades
      .map(({ row }) => row)
      .toSorted((left, right) => ((left["from_date"] ?? "") < (right["from_date"] ?? "") ? -1 : 1)),
    (row) => row["worker_id"] ?? "",
  );
  return (worker, on) => {
    const known = byWorker.get(worker) ?? [];
    const grade = known.findLast((row) => (row["from_date"] ?? "") <= on) ?? known[0];
    return roleName(grade?.["grade"] ?? "");
  };
}

/** Months in which anybody worked, in order. */
export async function monthsOfWork({ admin }: TestDatabase, firm: Firm): Promise<Period[]> {
  const { rows } = await admin.query<{ month: string }>(
    "select distinct to_char(worked_on, 'YYYY-MM') as month from work_items where tenant_id = $1 order by 1",
    [firm.tenantId],
  );
  return rows.map(({ month }) => monthPeriod(month) as Period); // Written by to_char.
}
