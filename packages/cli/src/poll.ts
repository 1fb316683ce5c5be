const firstWaitMs = 200;
const waitMsMax = 2_000;

/**
 * Looks again and again, ever more seldom, until it is over.
 *
 * @param stop ends the looking, not what is looked at
 * @returns what was seen last
 */
export async function poll<Seen>(
  look: () => Promise<Seen>,
  options: {
    readonly isOver: (seen: Seen) => boolean;
    readonly onSeen: (seen: Seen) => void;
    readonly stop: AbortSignal;
  },
): Promise<Seen> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, waitMsMax)) {
    const seen = await look();
    options.onSeen(seen);
    if (options.isOver(seen) || options.stop.aborted) return seen;
    await waitFor(waitMs, options.stop);
  }
}

const waitFor = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      stop.removeEventListener("abort", end);
      resolve();
    }, ms);
    stop.addEventListener("abort", end, { once: true });
  });
