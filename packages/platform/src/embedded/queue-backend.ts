import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { advice } from "../advice.ts";
import { startPrivateRedis } from "./private-redis.ts";
import { redisVersion } from "./redis-version.ts";

const run = promisify(execFile);

export type QueueBackend = {
  readonly kind: "redis" | "postgres";
  readonly url: string;
  /** What was chosen and why, in one line for the person who started us. */
  readonly line: string;
  /** Resolves with a sentence when a server of ours ends without having been asked to. */
  readonly died: Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Older ones lack commands that BullMQ relies on. */
const redisMajorMin = 7;
const never = new Promise<string>(() => {});

/**
 * Chooses what carries the jobs: `REDIS_URL`, else a Redis or Valkey on PATH started for us alone, else PostgreSQL.
 * None of them holds anything that PostgreSQL does not know: the outbox is the queue of record.
 *
 * @param options.directory    for the private server's configuration and log
 * @param options.databaseUrl  makes the queue's own database when there is no Redis, and gives its address
 * @throws advice when REDIS_URL is set and nothing usable answers there
 */
export async function startQueueBackend(options: {
  readonly directory: string;
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: () => Promise<string>;
}): Promise<QueueBackend> {
  if (options.redisUrl) return givenRedis(options.redisUrl);
  const tooOld: string[] = [];
  for (const program of ["redis-server", "valkey-server"]) {
    const version = await versionOf(program);
    if (!version) continue;
    if (Number.parseInt(version, 10) >= redisMajorMin) {
      const redis = await startPrivateRedis(program, options.directory);
      const line = `Queue: a private ${program} ${version} on port ${redis.port} (found on PATH)`;
      return { kind: "redis", url: redis.url, line, died: redis.died, stop: redis.stop };
    }
    tooOld.push(`${program} ${version}`);
  }
  const reason =
    tooOld.length > 0
      ? `${tooOld.join(" and ")} on PATH is too old, ${redisMajorMin} is needed`
      : "REDIS_URL is not set and no redis-server or valkey-server is on PATH";
  return {
    kind: "postgres",
    url: await options.databaseUrl(),
    line: `Queue: PostgreSQL (${reason}; fine to begin with, Redis is about ten times faster)`,
    died: never,
    stop: async () => {},
  };
}

async function givenRedis(url: string): Promise<QueueBackend> {
  const version = await redisVersion(url).catch((error: Error) => {
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

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ["--version"]);
    return /v=(\d+(?:\.\d+)*)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
