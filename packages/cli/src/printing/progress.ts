import type { World } from "../world.ts";

/** One line on stderr that says how far something is. */
export type Progress = {
  readonly update: (line: string) => void;
  /** Makes room for what comes next. */
  readonly end: () => void;
};

/** In a log, a line now and then is enough, and what is quick needs none. */
const pipeEveryMs = 5_000;
const clearLine = "\r\u001B[2K";

export function progressOn({ err }: Pick<World, "err">, now: () => number = Date.now): Progress {
  let isShown = false;
  let saidAt = now();
  return {
    update: (line) => {
      if (err.isTerminal) err.write(`${clearLine}${line.slice(0, (err.columns ?? 80) - 1)}`);
      else if (now() - saidAt >= pipeEveryMs) {
        err.write(`${line}\n`);
        saidAt = now();
      }
      isShown = true;
    },
    end: () => {
      if (isShown && err.isTerminal) err.write(clearLine);
      isShown = false;
    },
  };
}
