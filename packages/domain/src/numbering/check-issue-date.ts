import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { NumberingIssue } from "./numbering-issue.ts";

type IssueDate = {
  readonly issuedOn: LocalDate;
  /** The date of the last number in the same series; undefined for the first. */
  readonly lastIssuedOn: LocalDate | undefined;
  /** Today where the legal entity is. */
  readonly today: LocalDate;
};

/** Dates in a series never go back as numbers go up, and no invoice is dated ahead. Empty when the date can be used. */
export function checkIssueDate({ issuedOn, lastIssuedOn, today }: IssueDate): NumberingIssue[] {
  const issues: NumberingIssue[] = [];
  if (lastIssuedOn !== undefined && issuedOn < lastIssuedOn) {
    const message = `The series' last invoice is dated ${lastIssuedOn}, so the next cannot be dated ${issuedOn}.`;
    issues.push({ code: "issue_date_before_last", message });
  }
  if (issuedOn > today) {
    issues.push({ code: "issue_date_in_future", message: `${issuedOn} is later than today, ${today}.` });
  }
  return issues;
}
