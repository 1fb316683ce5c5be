/** What the database says to whoever comes second: by a constraint, or, of work that several bear, by the code of a guard. */
const taken = new Set(["one_active_claim", "PL178"]);

/** Whether somebody else billed the same work at the same moment: the database lets one of the two have it. */
export function isTakenWork(cause: unknown): boolean {
  const { constraint = "", code = "" } = (cause ?? {}) as { readonly constraint?: string; readonly code?: string };
  return taken.has(constraint) || taken.has(code);
}
