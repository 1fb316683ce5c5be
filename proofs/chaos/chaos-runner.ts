import { type ChildProcess, fork } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { startTestServer } from "@plumbline/testing/test-server";
import type { ActorSettings, Answer, Asked } from "./message.ts";

/** What came of an operation, as somebody outside saw it: a process that ended has said nothing. */
export type Seen = Omit<Answer, "outcome"> & { readonly outcome: Exclude<Answer["outcome"], "ready"> | "crashed" };

/** A line of the history: an operation before it is asked for, and after it was answered. */
export type HistoryLine = { readonly asked: Asked } | { readonly seen: Seen };

export type Chaos = {
  readonly database: TestDatabase;
  /** Lets an acting process do one thing. It is written down outside before and after; a process that dies is replaced. */
  readonly ask: (slot: number, asked: Asked) => Promise<Seen>;
  readonly history: () => readonly HistoryLine[];
  readonly close: () => Promise<void>;
};

const actorFile = join(import.meta.dirname, "actor.ts");
/** A process that neither answers nor dies has lost its way. */
const answerWithinMs = 120_000;

/**
 * A database of its own, processes that act on it and may be ended with SIGKILL at any failpoint, and a history outside of
 * both. Proofs bring the operations: a module that exports them by name.
 */
export async function openChaos(options: {
  readonly operations: string;
  readonly actors: number;
  readonly say: (line: string) => void;
}): Promise<Chaos> {
  const { server, stop } = await startTestServer({ say: options.say });
  const database = await openTestDatabase(server);
  const folder = mkdtempSync(join(tmpdir(), "plumbline-chaos-"));
  const file = join(folder, "history.jsonl");
  const { id, secret } = server.secrets.contextKey;
  const settings: ActorSettings = {
    appUrl: database.appUrl,
    contextKey: { id, secret },
    operations: options.operations,
  };
  const actors = await Promise.all(Array.from({ length: options.actors }, () => startActor(settings)));
  const note = (line: HistoryLine) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    database,
    ask: async (slot, asked) => {
      note({ asked });
      const seen = await askActor(actors[slot] as ChildProcess, asked);
      note({ seen });
      if (seen.outcome === "crashed") actors[slot] = await startActor(settings);
      return seen;
    },
    history: () =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as HistoryLine),
    close: async () => {
      await Promise.all(actors.map(endActor));
      await database.close();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startActor(settings: ActorSettings): Promise<ChildProcess> {
  const child = fork(actorFile, [JSON.stringify(settings)], {
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`an acting process ended with ${code} before it began`)));
  });
  child.removeAllListeners("exit");
  return child;
}

function askActor(child: ChildProcess, asked: Asked): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      settle();
      reject(new Error(`${asked.operation} took longer than ${answerWithinMs / 1000} s`));
    }, answerWithinMs);
    const settle = () => {
      clearTimeout(late);
      child.off("message", answered);
      child.off("exit", ended);
    };
    const answered = (answer: Answer) => {
      settle();
      resolve(answer as Seen); // Only the first message of a process says that it is ready.
    };
    const ended = () => {
      settle();
      resolve({ n: asked.n, outcome: "crashed", facts: [] });
    };
    child.on("message", answered);
    child.on("exit", ended);
    child.send(asked);
  });
}

async function endActor(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
