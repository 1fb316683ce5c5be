export type TemplateIssueCode =
  | "template_syntax"
  | "template_rule"
  | "template_too_large"
  | "template_too_slow"
  | "template_too_hungry"
  | "template_output_too_large"
  | "template_failed";

/** What is wrong with a template somebody else wrote, in words for the person who wrote it. */
export type TemplateIssue = {
  readonly code: TemplateIssueCode;
  readonly message: string;
  /** First line is 1; absent when the fault is not in one place. */
  readonly line?: number;
  /** The partial it is in; absent for the template itself. */
  readonly partial?: string;
};
