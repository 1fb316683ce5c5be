import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { advice } from "../advice.ts";
import { privateFolder, readOrCreateSecret } from "../state-folder.ts";
import { freePort } from "./free-port.ts";
import { startOwnedChild } from "./owned-child.ts";
import { redisVersion } from "./redis-version.ts";

export type PrivateRedis = {
  readonly url: string;
  readonly port: number;
  /** Resolves with a sentence when the server ends without having been asked to. */
  readonly died: Promise<string>;
  readonly stop: () => Promise<void>;
};

const readyWithinMs = 10_000;

/** Starts a Redis for us alone: loopback, a random port, a password, nothing on disk. @throws advice when it does not */
export async function startPrivateRedis(program: string, directory: string): Promise<PrivateRedis> {
  await privateFolder(directory);
  const password = await readOrCreateSecret(join(directory, "password"));
  const port = await freePort();
  const configuration = join(directory, "redis.conf");
  const logPath = join(directory, "server.log");
  const settings = [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    "daemonize no",
    `dir "${directory}"`,
    // Nothing to keep: after a restart the outbox fills it again. Evicting would lose jobs that are still waiting.
    `save ""`,
    "appendonly no",
    "maxmemory-policy noeviction",
  ];
  // In a file, because other users of the machine can read command lines.
  await writeFile(configuration, `${settings.join("\n")}\n`, { mode: 0o600 });
  const log = await open(logPath, "w", 0o600);
  const child = startOwnedChild({
    command: [program, configuration],
    logFd: log.fd,
    signals: ["SIGTERM"],
    patienceMs: 5_000,
  });
  await log.close();

  const url = `redis://:${password}@127.0.0.1:${port}`;
  const until = performance.now() + readyWithinMs;
  while (!(await redisVersion(url).catch(() => undefined))) {
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
    url,
    port,
    died: child.ended.then((how) =>
      asked ? new Promise<string>(() => {}) : `${program} stopped unexpectedly (${how}). Its log is in ${logPath}.`,
    ),
    async stop() {
      asked = true;
      await child.stop();
    },
  };
}
