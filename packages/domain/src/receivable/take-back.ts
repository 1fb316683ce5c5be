/** What an invoice took of a payment. */
type Taken = { readonly minor: bigint };

export type TakenBack<Application extends Taken> = {
  /** Undone whole, each with its residual. */
  readonly undone: readonly Application[];
  /** What the last of them takes again: it was more than was needed. */
  readonly again?: { readonly application: Application; readonly minor: bigint };
};

/**
 * Which applications are undone when a part of a payment is gone: money that no invoice took goes first, then what was
 * applied last.
 *
 * @param applied in the order they were made
 * @throws RangeError when the payment is less
 */
export function takeBack<Application extends Taken>(
  gone: bigint,
  { unapplied, applied }: { readonly unapplied: bigint; readonly applied: readonly Application[] },
): TakenBack<Application> {
  let needed = gone - unapplied;
  const undone: Application[] = [];
  for (const application of applied.toReversed()) {
    if (needed <= 0n) break;
    undone.push(application);
    needed -= application.minor;
  }
  if (needed > 0n) throw new RangeError(`${needed} more is gone than was paid`);
  const last = undone.at(-1);
  return last === undefined || needed === 0n ? { undone } : { undone, again: { application: last, minor: -needed } };
}
