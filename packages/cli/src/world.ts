import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { findOpener, type Opener } from "./find-opener.ts";

/** Everything a command touches besides the API and files, so that tests can stand in for a terminal. */
export type World = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: Stream;
  readonly err: Stream;
  /** Asks the person at the keyboard; undefined when nobody is there. */
  readonly question: ((text: string) => Promise<string>) | undefined;
  /** Shows that person an address in a browser; undefined when there is none they would see. */
  readonly browse: ((address: URL) => void) | undefined;
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
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  const opener = findOpener({ platform: process.platform, environment: process.env, isTerminal });
  return {
    environment: process.env,
    out: toStream(process.stdout),
    err: toStream(process.stderr),
    question: isTerminal ? ask : undefined,
    browse: opener && ((address) => browse(opener, address)),
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

/** Tries: the address is on the terminal too. */
function browse([program, ...before]: Opener, address: URL): void {
  const child = spawn(program, [...before, address.href], { detached: true, stdio: "ignore" });
  child.on("error", () => undefined);
  child.unref();
}

async function ask(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(text);
  } finally {
    terminal.close();
  }
}
