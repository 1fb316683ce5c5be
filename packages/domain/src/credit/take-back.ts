import { divide } from "@plumbline/domain/money/money";

/** Work that a line bills: an active claim. */
export type HeldWork = {
  readonly id: string;
  /** Source minutes, and what the line's increments made of them. */
  readonly minutes: number;
  readonly billedMinutes: number;
};

/** What becomes of a claim: released whole, or divided into what the line keeps and what it gives back. */
export type TakenBack<Work extends HeldWork> = {
  readonly work: Work;
  readonly back: number;
  readonly kept: { readonly minutes: number; readonly billedMinutes: number } | undefined;
};

/**
 * Takes billed minutes back from the work of a line, in the order given, until there are enough. What is divided is divided in
 * source minutes as its billed minutes are, and keeps at least one of them where something of it stays billed.
 *
 * @param billedMinutes how many; all when absent
 * @throws RangeError when the line holds less
 */
export function takeBack<Work extends HeldWork>(
  held: readonly Work[],
  billedMinutes: number | undefined,
): TakenBack<Work>[] {
  if (billedMinutes === undefined) return held.map((work) => ({ work, back: work.minutes, kept: undefined }));
  const taken: TakenBack<Work>[] = [];
  let wanted = billedMinutes;
  for (const work of held) {
    if (wanted === 0) break;
    if (work.billedMinutes <= wanted) {
      taken.push({ work, back: work.minutes, kept: undefined });
      wanted -= work.billedMinutes;
      continue;
    }
    const share = Number(divide(BigInt(work.minutes) * BigInt(wanted), BigInt(work.billedMinutes), "half-up"));
    const back = Math.max(0, Math.min(share, work.minutes - 1));
    taken.push({ work, back, kept: { minutes: work.minutes - back, billedMinutes: work.billedMinutes - wanted } });
    wanted = 0;
  }
  if (wanted > 0) throw new RangeError(`${wanted} min are not there to be taken back`);
  return taken;
}
