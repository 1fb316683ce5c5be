/** What a queue carries: where to look in PostgreSQL, and nothing else. */
export type Hint = {
  readonly tenantId: string;
  readonly eventId: string;
  readonly job: string;
};

/** A hint on its way out, with how often its job was claimed before. */
export type DueHint = Hint & { readonly attempts: number };
