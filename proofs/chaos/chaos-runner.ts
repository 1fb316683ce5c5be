import { type ChildProcess, fork } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasOpenWork } from "@plumbline/platform/jobs/has-open-work";
import { openRelayPool } from "@plumbline/platform/relay-pool";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { queueKinds, startTestQueue } from "@plumbline/testing/test-queue";
import { startTestServer } from "@plumbline/testing/test-server";
import { type MortalWorkers, startMortalWorkers } from "./mortal-workers.ts";
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
  /** They do what events lead to, beside what acting processes are asked for. */
  readonly workers: MortalWorkers;
  /** Ends the queue's server at once; it comes back with nothing in it. */
  readonly killQueue: () => Promise<void>;
  /** Resolves when there is nothing left that an event leads to. @throws when that takes too long */
  readonly workDone: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const actorFile = join(import.meta.dirname, "actor.ts");
/** A process that neither answers nor dies has lost its way. */
const answerWithinMs = 120_000;
const workDoneWithinMs = 120_000;
const workPollMs = 50;

/**
 * A database and a queue of its own, processes that act on it, workers that take what the queue brings, and a history outside
 * of them. Any of them may be ended with SIGKILL at any failpoint. Proofs bring the operations: a module that exports them by name.
 */
export async function openChaos(options: {
  readonly operations: string;
  readonly actors: number;
  readonly workers: number;
  /** Called whenever a process died, before another takes its place. */
  readonly died: (database: TestDatabase) => Promise<void>;
  readonly say: (line: string) => void;
}): Promise<Chaos> {
  const { server, stop } = await startTestServer({ say: options.say });
  const database = await openTestDatabase(server);
  const folder = mkdtempSync(join(tmpdir(), "plumbline-chaos-"));
  const file = join(folder, "history.jsonl");
  const { id, secret } = server.secrets.contextKey;
  const own = { appUrl: database.appUrl, contextKey: { id, secret } };
  const queue = await startTestQueue(queueKinds.find(({ skip }) => !skip)?.kind ?? "postgres", server.adminUrl);
  const { relayUrl } = database;
  const relay = openRelayPool(relayUrl, { connectionsMax: 1 });
  const died = () => options.died(database);
  const place = { queue: { kind: queue.kind, url: queue.url }, documentsFolder: join(folder, "documents") };
  const workers = await startMortalWorkers(options.workers, { ...own, relayUrl, ...place }, died);
  const settings: ActorSettings = { ...own, operations: options.operations };
  const actors = await Promise.all(Array.from({ length: options.actors }, () => startActor(settings)));
  const note = (line: HistoryLine) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    database,
    ask: async (slot, asked) => {
      note({ asked });
      const seen = await askActor(actors[slot] as ChildProcess, asked);
      note({ seen });
      if (seen.outcome === "crashed") {
        await died();
        actors[slot] = await startActor(settings);
      }
      return seen;
    },
    history: () =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as HistoryLine),
    workers,
    killQueue: queue.kill,
    workDone: async () => {
      const until = performance.now() + workDoneWithinMs;
      while (await hasOpenWork(relay)) {
        if (performance.now() > until) throw new Error(`work is still open after ${workDoneWithinMs / 1000} s`);
        await sleep(workPollMs);
      }
    },
    close: async () => {
      await Promise.all([...actors.map(endActor), workers.close()]);
      await relay.close();
      await queue.stop();
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
