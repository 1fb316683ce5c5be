import { execFile } from "node:child_process";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { advice } from "../advice.ts";
import { privateFolder, readOrCreateSecret } from "../state-folder.ts";
import { freePort } from "./free-port.ts";
import { startOwnedChild } from "./owned-child.ts";

const run = promisify(execFile);

export type QueueBackend = {
  readonly kind: "redis" | "postgres";
  readonly url: string;
  /** What was chosen and why, in one line for the person who started us. */
  readonly line: string;
  /** Resolves with a sentence when a server of ours ends without having been asked to. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
};

/** Older ones lack commands that BullMQ relies on. */
const redisMajorMin = 7;
const readyWithinMs = 10_000;
const never = new Promise<string>(() => {});

/**
 * Chooses what carries the jobs: `REDIS_URL`, else a Redis or Valkey on PATH started for us alone, else PostgreSQL.
 * None of them holds anything that PostgreSQL does not know: the outbox is the queue of record.
 *
 * @param options.directory    for the private server's configuration and log
 * @param options.databaseUrl  used when there is no Redis
 * @throws advice when REDIS_URL is set and nothing usable answers there
 */
export async function startQueueBackend(options: {
  readonly directory: string;
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: string;
}): Promise<QueueBackend> {
  if (options.redisUrl) return givenRedis(options.redisUrl);
  const tooOld: string[] = [];
  for (const program of ["redis-server", "valkey-server"]) {
    const version = await versionOf(program);
    if (!version) continue;
    if (Number.parseInt(version, 10) >= redisMajorMin) return privateRedis(program, version, options.directory);
    tooOld.push(`${program} ${version}`);
  }
  const reason =
    tooOld.length > 0
      ? `${tooOld.join(" and ")} on PATH is too old, ${redisMajorMin} is needed`
      : "REDIS_URL is not set and no redis-server or valkey-server is on PATH";
  return {
    kind: "postgres",
    url: options.databaseUrl,
    line: `Queue: PostgreSQL (${reason}; fine to begin with, Redis is about ten times faster)`,
    died: never,
    stop: async () => {},
  };
}

async function givenRedis(url: string): Promise<QueueBackend> {
  const version = await answers(url).catch((error: Error) => {
    throw advice(`REDIS_URL is set, but no Redis answers there (${error.message}). Correct it, or unset it.`, error);
  });
  // Valkey reports 7.2 here, the Redis version it is compatible with.
  if (Number.parseInt(version, 10) < redisMajorMin) {
    throw advice(`The Redis at REDIS_URL is version ${version}; ${redisMajorMin} or newer is needed.`);
  }
  return {
    kind: "redis",
    url,
    line: `Queue: Redis ${version} at ${new URL(url).host} (REDIS_URL)`,
    died: never,
    stop: async () => {},
  };
}

async function privateRedis(program: string, version: string, directory: string): Promise<QueueBackend> {
  await privateFolder(directory);
  const password = await readOrCreateSecret(join(directory, "password"));
  const port = await freePort();
  const configuration = join(directory, "redis.conf");
  const logPath = join(directory, "server.log");
  // In a file, because other users of the machine can read command lines.
  await writeFile(
    configuration,
    [
      ...[`bind 127.0.0.1`, `port ${port}`, `requirepass ${password}`, `daemonize no`, `dir "${directory}"`],
      // Nothing to keep: after a restart the outbox fills it again. Evicting would lose jobs that are still waiting.
      ...[`save ""`, `appendonly no`, `maxmemory-policy noeviction`],
    ].join("\n") + "\n",
    { mode: 0o600 },
  );
  const log = await open(logPath, "w", 0o600);
  const child = startOwnedChild({
    command: [program, configuration],
    environment: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C" },
    logFd: log.fd,
    signals: ["SIGTERM"],
    patienceMs: 5_000,
  });
  await log.close();

  const url = `redis://:${password}@127.0.0.1:${port}`;
  const until = performance.now() + readyWithinMs;
  while (!(await answers(url).catch(() => undefined))) {
    if (!child.alive() || performance.now() > until) {
      await child.stop();
      const said = (await readFile(logPath, "utf8")).trimEnd().split("\n").slice(-5).join("\n");
      throw advice(
        `${program} did not start. Set REDIS_URL to a running Redis. The end of its log (${logPath}):\n${said}`,
      );
    }
    await sleep(20);
  }

  let asked = false;
  return {
    kind: "redis",
    url,
    line: `Queue: a private ${program} ${version} on port ${port} (found on PATH)`,
    died: child.ended.then((how) =>
      asked ? never : `${program} stopped unexpectedly (${how}). Its log is in ${logPath}.`,
    ),
    async stop() {
      asked = true;
      await child.stop();
    },
  };
}

/** The version of the Redis at an address; fails at once when there is none. */
async function answers(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let reason: Error | undefined;
  redis.on("error", (error) => {
    reason = error; // The promise alone says only that the connection is closed.
  });
  try {
    await redis.connect();
    return /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "0";
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ["--version"]);
    return /v=(\d+(?:\.\d+)*)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
