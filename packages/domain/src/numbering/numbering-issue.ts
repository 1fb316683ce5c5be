/** Why a number or its date cannot be used. `message` is for the person who has to cure it. */
export type NumberingIssue = {
  readonly code:
    | "number_placeholder_unknown"
    | "number_placeholder_missing"
    | "number_year_missing"
    | "number_format_invalid"
    | "issue_date_before_last"
    | "issue_date_in_future";
  readonly message: string;
};
