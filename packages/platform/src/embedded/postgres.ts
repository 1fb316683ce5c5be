import { chmod, mkdtemp, open, readdir, readFile } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { advice } from "../advice.ts";
import { privateFolder, readOrCreateSecret } from "../state-folder.ts";
import { freePort } from "./free-port.ts";
import { type OwnedChild, startOwnedChild } from "./owned-child.ts";
import { type Arrangement, arrangePostgres, removePostgres } from "./postgres-account.ts";
import { packagedPostgres } from "./postgres-binaries.ts";
import { isAlive, stopLeftover } from "./postgres-leftover.ts";
import { serverSettings } from "./postgres-settings.ts";
import { prepareCluster } from "./prepare-cluster.ts";

export type RunningPostgres = {
  /** Superuser address on 127.0.0.1. For migration alone; the applications get roles of their own. */
  readonly adminUrl: string;
  /** Resolves with a sentence when the server ends without having been asked to. */
  readonly died: Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Beside `postgres`, which stays empty for maintenance. */
const databaseName = "plumbline";

type Say = (line: string) => void;

/** A start after a crash replays the log first, which may take minutes and must not be given up on. */
const readyWithinMs = 10 * 60_000;
const progressEveryMs = 5_000;
const portAttemptsMax = 5;

/**
 * Starts the packaged PostgreSQL on a cluster in `directory`, which is created on first use and owned by us.
 * It listens on 127.0.0.1 only, and ends with this process however that ends.
 *
 * @param options.port     a fixed port; without it a free one is chosen
 * @param options.durable  false gives up crash safety for speed: for clusters that are thrown away
 * @throws advice when the data are of another major version, the port is busy, or the server does not come up
 */
export async function startPostgres(options: {
  readonly directory: string;
  readonly port?: number;
  readonly durable?: boolean;
  readonly say: Say;
}): Promise<RunningPostgres> {
  const { directory, durable = true, say } = options;
  await privateFolder(directory);
  // As root the server runs under another account, which has to pass through.
  if (process.geteuid?.() === 0) await chmod(directory, 0o711);
  const arrangement = await arrangePostgres(directory, await packagedPostgres());
  await stopLeftover(arrangement.data, say);
  const password = await readOrCreateSecret(join(directory, "password"));
  await prepareCluster(arrangement, { password, durable, say });

  const { child, port } = await startServer(arrangement, { ...options, durable });
  const server = `postgres://postgres:${password}@127.0.0.1:${port}`;
  try {
    await ensureDatabase(`${server}/postgres`, directory);
  } catch (error) {
    await child.stop();
    throw error;
  }

  let asked = false;
  const log = join(directory, "server.log");
  return {
    adminUrl: `${server}/${databaseName}`,
    died: child.ended.then((how) =>
      asked ? new Promise<string>(() => {}) : `PostgreSQL stopped unexpectedly (${how}). Its log is in ${log}.`,
    ),
    async stop() {
      asked = true;
      await child.stop();
    },
  };
}

/** A cluster in the temporary folder that disappears when stopped. For tests and proofs; fast unless `durable`. */
export async function startThrowAwayPostgres(
  options: { readonly durable?: boolean; readonly say?: Say } = {},
): Promise<RunningPostgres> {
  const { durable = false, say = () => {} } = options;
  await sweepThrownAway();
  const directory = await mkdtemp(join(tmpdir(), `${throwAwayPrefix}${process.pid}-`));
  const postgres = await startPostgres({ directory, durable, say });
  return {
    ...postgres,
    async stop() {
      await postgres.stop();
      await removePostgres(directory);
    },
  };
}

const throwAwayPrefix = "plumbline-postgres-";

/** Removes the clusters of runs that were killed before they could. */
async function sweepThrownAway(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(throwAwayPrefix)) continue;
    const pid = Number(name.slice(throwAwayPrefix.length).split("-")[0]);
    // Another user's are not ours to remove, and the attempt fails.
    if (pid && !isAlive(pid)) await removePostgres(join(tmpdir(), name)).catch(() => {});
  }
}

async function startServer(
  arrangement: Arrangement,
  options: { readonly directory: string; readonly port?: number; readonly durable: boolean; readonly say: Say },
): Promise<{ child: OwnedChild; port: number }> {
  const path = join(options.directory, "server.log");
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const log = await open(path, "w", 0o600);
    const settings = serverSettings({ port, durable: options.durable, memoryBytes: totalmem() });
    const child = startOwnedChild({
      command: [
        ...arrangement.prefix,
        join(arrangement.binaries, "bin", "postgres"),
        "-D",
        arrangement.data,
        ...settings,
      ],
      user: arrangement.user,
      logFd: log.fd,
      // INT is the fast shutdown, which ends sessions and writes a checkpoint; QUIT leaves the rest to recovery.
      signals: options.durable ? ["SIGINT", "SIGQUIT"] : ["SIGQUIT"],
      patienceMs: 30_000,
    });
    await log.close();
    if (await untilReady(child, arrangement.data, options.say)) return { child, port };

    const said = await readFile(path, "utf8");
    const busy = said.includes("could not bind");
    // After a kill -9 of the server alone, its sessions need a moment to notice and let go of the shared memory.
    const settling = said.includes("pre-existing shared memory block");
    if (attempt < portAttemptsMax && (settling || (busy && options.port === undefined))) {
      await sleep(settling ? 1_000 : 0);
      continue;
    }
    if (busy)
      throw advice(`Port ${port} is in use. Choose another one for PostgreSQL, or leave the choice to Plumbline.`);
    throw advice(
      `PostgreSQL did not start; the end of its log (${path}):\n${said.trimEnd().split("\n").slice(-15).join("\n")}`,
    );
  }
}

/** Waits as pg_ctl does, for the status line of the server's own pid file. False when the server ended instead. */
async function untilReady(child: OwnedChild, data: string, say: Say): Promise<boolean> {
  const began = performance.now();
  let reported = began;
  while (child.alive()) {
    const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === "ready") return true;
    const now = performance.now();
    if (now - began > readyWithinMs) {
      await child.stop();
      return false;
    }
    if (now - reported > progressEveryMs) {
      say(`PostgreSQL is recovering from an interrupted run (${Math.round((now - began) / 1000)} s)`);
      reported = now;
    }
    await sleep(20);
  }
  return false;
}

/** Creates our database on first use, and proves that the address works before anybody relies on it. */
async function ensureDatabase(adminUrl: string, directory: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rowCount } = await client.query("select from pg_database where datname = $1", [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } catch (error) {
    throw advice(
      `PostgreSQL runs but refuses our password (${(error as Error).message}). ${join(directory, "password")} does not belong ` +
        "to these data: restore it, or run `npm run db:reset` to delete the data and start afresh.",
      error,
    );
  } finally {
    await client.end().catch(() => {});
  }
}
