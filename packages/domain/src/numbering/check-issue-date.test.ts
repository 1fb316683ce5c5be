import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { checkIssueDate } from "./check-issue-date.ts";

const codes = (issuedOn: string, lastIssuedOn?: string) =>
  checkIssueDate({
    issuedOn: issuedOn as LocalDate,
    lastIssuedOn: lastIssuedOn as LocalDate | undefined,
    today: "2026-11-02" as LocalDate,
  }).map((issue) => issue.code);

it("lets a series stay on a day or move on, up to today", () => {
  expect([codes("2026-11-02"), codes("2026-10-31", "2026-10-31"), codes("2026-11-01", "2026-10-31")]).toEqual([
    [],
    [],
    [],
  ]);
});

it("refuses a date before the last one, because numbers and dates rise together", () => {
  expect(codes("2026-10-30", "2026-10-31")).toEqual(["issue_date_before_last"]);
});

it("refuses a date that has not come yet", () => {
  expect(codes("2026-11-03", "2026-11-30")).toEqual(["issue_date_before_last", "issue_date_in_future"]);
  expect(codes("2026-11-03")).toEqual(["issue_date_in_future"]);
});
