import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { freePort } from "@plumbline/platform/embedded/free-port";
import type { QueueAddress } from "@plumbline/platform/queue";
import { prepareQueueDatabase } from "@plumbline/platform/jobs/prepare-queue-database";

/** A queue of a test's own, and what a test does to it. */
export type TestQueue = QueueAddress & {
  /** Forgets everything, as an operator's FLUSHALL does. */
  readonly flush: () => Promise<void>;
  /** Ends the server at once and starts it again, empty, at the same address. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const redisProgram = ["redis-server", "valkey-server"].find(
  (program) => spawnSync(program, ["--version"]).status === 0,
);

/** The kinds of queue that every guarantee must hold on. Where Redis is missing, CI fails and a laptop skips. */
export const queueKinds = [
  { kind: "redis", skip: redisProgram === undefined && process.env["CI_STRICT"] !== "1" },
  { kind: "postgres", skip: false },
] as const;

export const startTestQueue = (kind: QueueAddress["kind"], adminUrl: string): Promise<TestQueue> =>
  kind === "redis" ? startRedis() : startPostgresQueue(adminUrl);

async function startRedis(): Promise<TestQueue> {
  if (redisProgram === undefined) throw new Error("neither redis-server nor valkey-server is on PATH");
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess;
  const start = async () => {
    server = spawn(redisProgram, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], {
      stdio: "ignore",
    });
    await withRedis(url, (redis) => redis.ping());
  };
  const end = async (signal: NodeJS.Signals) => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  };
  await start();
  return {
    kind: "redis",
    url,
    flush: () => withRedis(url, (redis) => redis.flushall()),
    kill: async () => {
      await end("SIGKILL");
      await sleep(200);
      await start();
    },
    stop: () => end("SIGTERM"),
  };
}

async function withRedis(url: string, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  redis.on("error", () => undefined);
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function startPostgresQueue(adminUrl: string): Promise<TestQueue> {
  const name = `plumb_queue_${randomBytes(4).toString("hex")}`;
  const url = await prepareQueueDatabase({ adminUrl, password: name, database: name, role: name });
  return {
    kind: "postgres",
    url,
    flush: () => onDatabase(url, "truncate bullmq.job cascade"),
    kill: () =>
      onDatabase(adminUrl, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`),
    stop: async () => {
      await onDatabase(adminUrl, `drop database ${name} with (force)`);
      await onDatabase(adminUrl, `drop role ${name}`);
    },
  };
}

async function onDatabase(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
