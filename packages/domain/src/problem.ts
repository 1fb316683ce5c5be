/** Every refusal the product can voice. The key is public and permanent; the docs page is generated from it. */
// prettier-ignore
// oxfmt-ignore
export const problemKinds = {
  "permission-missing":        { status: 403, title: "You may not do this" },
  "tenant-not-found":          { status: 404, title: "The tenant does not exist" },
  "membership-missing":        { status: 403, title: "You do not belong to this tenant" },
  "invoice-not-found":         { status: 404, title: "The invoice does not exist" },
  "invoice-move-refused":      { status: 409, title: "The invoice cannot make this move" },
  "duties-not-separate":       { status: 403, title: "The same person may not prepare and approve" },
  "content-changed":           { status: 409, title: "The invoice changed since you looked at it" },
  "work-changed":              { status: 409, title: "The work behind the invoice changed" },
  "exceptions-open":           { status: 409, title: "Blocking exceptions are still open" },
  "revision-refused":          { status: 409, title: "The invoice cannot be revised" },
  "issue-date-refused":        { status: 422, title: "The invoice cannot be issued on this date" },
  "billing-run-not-found":     { status: 404, title: "The billing run does not exist" },
  "billing-run-in-progress":   { status: 409, title: "A billing run is already in progress" },
  "billing-run-move-refused":  { status: 409, title: "The billing run cannot make this move" },
  "period-invalid":            { status: 422, title: "The period is not valid" },
  "import-file-unreadable":    { status: 422, title: "The file cannot be read as this import" },
  "policy-invalid":            { status: 422, title: "A policy cannot be used as written" },
  "tenant-configuration-invalid": { status: 422, title: "The tenant's configuration is not valid" },
  "reason-missing":            { status: 422, title: "This needs a reason" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemKind = keyof typeof problemKinds;

type ProblemOptions = {
  /** Safe to show to the caller. */
  readonly detail?: string;
  /** Extra members of the problem document, safe to show. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The underlying error. Logged, never sent. */
  readonly cause?: unknown;
};

/** An expected refusal. Anything else that is thrown is a bug and becomes a bare 500. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly kind: ProblemKind;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(kind: ProblemKind, options: ProblemOptions = {}) {
    super(options.detail ?? problemKinds[kind].title, { cause: options.cause });
    this.kind = kind;
    this.detail = options.detail;
    this.extra = options.extra ?? {};
  }
}
