import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startQueueBackend } from "./queue-backend.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "plumbline-queue-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

const start = (redisUrl?: string) =>
  startQueueBackend({ directory, redisUrl, databaseUrl: async () => "postgres://queue" });

const here = ["redis-server", "valkey-server"].some((program) => spawnSync(program, ["--version"]).status === 0);
const skip = !here && process.env["CI_STRICT"] !== "1";

describe("what carries the jobs", () => {
  it("is PostgreSQL where there is no Redis, and says why", async () => {
    vi.stubEnv("PATH", directory);
    const queue = await start();
    expect(queue).toMatchObject({ kind: "postgres", url: "postgres://queue" });
    expect(queue.line).toMatch(/^Queue: PostgreSQL \(REDIS_URL is not set and no redis-server/);
  });

  it("is PostgreSQL where the Redis is too old", async () => {
    await writeFile(join(directory, "redis-server"), "#!/bin/sh\necho Redis server v=6.0.16 sha=0\n");
    await chmod(join(directory, "redis-server"), 0o755);
    vi.stubEnv("PATH", directory);
    expect((await start()).line).toContain("redis-server 6.0.16 on PATH is too old, 7 is needed");
  });

  it("is never something else than the Redis that was asked for", async () => {
    await expect(start("redis://:hunter2@127.0.0.1:1")).rejects.toThrow(/no Redis answers there \(.*ECONNREFUSED/);
    await expect(start("redis://:hunter2@127.0.0.1:1")).rejects.not.toThrow(/hunter2/);
  });

  it.skipIf(skip)("is a private Redis with a password, on this machine alone, that loses no waiting job", async () => {
    const queue = await start();
    expect(queue.kind).toBe("redis");
    expect((await stat(join(directory, "redis.conf"))).mode & 0o777).toBe(0o600);

    const redis = new Redis(queue.url, { maxRetriesPerRequest: 0 });
    redis.on("error", () => {});
    expect(await redis.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
    expect(await redis.config("GET", "bind")).toEqual(["bind", "127.0.0.1"]);
    const stranger = new Redis(queue.url.replace(/:[^:@/]+@/, ""), { maxRetriesPerRequest: 0 });
    stranger.on("error", () => {});
    await expect(stranger.get("key")).rejects.toThrow(/NOAUTH/);
    stranger.disconnect();

    // The same server, given by its address.
    expect(await start(queue.url)).toMatchObject({ kind: "redis", url: queue.url });
    expect((await start(queue.url)).line).not.toContain(new URL(queue.url).password);
    await queue.stop();
    await expect(redis.ping()).rejects.toThrow(/clos|refused|max retries/i);
    redis.disconnect();
  });

  it.skipIf(skip)("reports a private Redis that dies", async () => {
    const queue = await start();
    const redis = new Redis(queue.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    redis.on("error", () => {});
    await redis.shutdown("NOSAVE").catch(() => {});
    expect(await queue.died).toMatch(/-server stopped unexpectedly/);
    redis.disconnect();
  });
});
