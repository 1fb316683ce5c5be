import { createInterface } from "node:readline/promises";

/** Everything a command touches besides the API and files, so that tests can stand in for a terminal. */
export type World = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: Stream;
  readonly err: Stream;
  /** Asks the person at the keyboard; undefined when nobody is there. */
  readonly question: ((text: string) => Promise<string>) | undefined;
  /** From when it is called, Ctrl-C is the caller's to act on, once; before, it ends the command. */
  readonly onStop: () => AbortSignal;
};

type Stream = {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
};

/** This process and its terminal. */
export function ownWorld(): World {
  // Whoever reads us may have seen enough, as `head` has.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });
  return {
    environment: process.env,
    out: toStream(process.stdout),
    err: toStream(process.stderr),
    question: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    onStop,
  };
}

const toStream = (stream: NodeJS.WriteStream): Stream => ({
  write: (text) => void stream.write(text),
  isTerminal: stream.isTTY, // Absent, whatever the types say, when it is a pipe.
  columns: stream.isTTY ? stream.columns : undefined,
});

/** The terminal and whoever started us both pass a Ctrl-C on: what comes so soon is the same one. */
const sameStopMs = 500;

function onStop(): AbortSignal {
  const stop = new AbortController();
  let stoppedAt: number | undefined;
  process.on("SIGINT", () => {
    if (stoppedAt !== undefined && Date.now() - stoppedAt > sameStopMs) process.exit(130);
    stoppedAt ??= Date.now();
    stop.abort();
  });
  return stop.signal;
}

async function ask(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(text);
  } finally {
    terminal.close();
  }
}
