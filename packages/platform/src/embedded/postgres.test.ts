import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { access, mkdir, mkdtemp, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removePostgres } from "./postgres-account.ts";
import { type RunningPostgres, startPostgres, startThrowAwayPostgres } from "./postgres.ts";

const say = () => {};
let directory = "";
const data = () => join(directory, "data");
const serverPid = async () => Number((await readFile(join(data(), "postmaster.pid"), "utf8")).split("\n")[0]);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "plumbline-embedded-"));
  await withPostgres(async (client) => client.query("create table kept (note text)"));
}, 60_000);
afterAll(() => removePostgres(directory));

/** Starts the cluster, works in it and stops it. */
async function withPostgres<T>(work: (client: pg.Client, postgres: RunningPostgres) => Promise<T>): Promise<T> {
  const postgres = await startPostgres({ directory, say });
  try {
    const client = new pg.Client(postgres.adminUrl);
    client.on("error", () => {}); // Some tests end the server under it.
    await client.connect();
    try {
      return await work(client, postgres);
    } finally {
      await client.end().catch(() => {});
    }
  } finally {
    await postgres.stop();
  }
}

const kept = async (client: pg.Client) => {
  await client.query("insert into kept values ('x')");
  const { rows } = await client.query<{ n: string }>("select count(*) as n from kept");
  return Number(rows[0]?.n);
};

async function gone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      process.kill(pid, 0);
      // A killed process nobody has waited for yet still has its number.
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

describe("the embedded PostgreSQL", () => {
  it("sorts by code point in UTF-8, keeps UTC and survives a power cut", async () => {
    await withPostgres(async (client) => {
      const one = async (sql: string) =>
        Object.values((await client.query<Record<string, string>>(sql)).rows[0] ?? {})[0];
      expect(
        await one("select pg_encoding_to_char(encoding) from pg_database where datname = current_database()"),
      ).toBe("UTF8");
      expect(await one("select string_agg(x, '' order by x) from unnest(array['a', 'B', 'é', 'Z']) x")).toBe("BZaé");
      expect(await one("show timezone")).toBe("UTC");
      expect([
        await one("show fsync"),
        await one("show full_page_writes"),
        await one("show synchronous_commit"),
      ]).toEqual(["on", "on", "on"]);
      expect(Number(await one("show max_connections"))).toBeGreaterThanOrEqual(100);
    });
  });

  it("is reachable from this machine alone, and with its password alone", async () => {
    await withPostgres(async (client, { adminUrl }) => {
      const listens = await client.query<{ l: string; s: string }>(
        "select current_setting('listen_addresses') l, current_setting('unix_socket_directories') s",
      );
      expect(listens.rows).toEqual([{ l: "127.0.0.1", s: "" }]);
      const wrong = new URL(adminUrl);
      wrong.password = "guess";
      await expect(new pg.Client(wrong.href).connect()).rejects.toThrow(/password authentication failed/);
      expect((await stat(join(directory, "password"))).mode & 0o777).toBe(0o600);
      expect((await stat(await realpath(data()))).mode & 0o077).toBe(0);
    });
  });

  it("keeps the data from one start to the next", async () => {
    const before = await withPostgres(kept);
    expect(await withPostgres(kept)).toBe(before + 1);
  });

  it("recovers when it was killed", async () => {
    const before = await withPostgres(async (client, postgres) => {
      const count = await kept(client);
      process.kill(await serverPid(), "SIGKILL");
      expect(await postgres.died).toContain("PostgreSQL stopped unexpectedly (ended by SIGKILL)");
      return count;
    });
    expect(await withPostgres(kept)).toBe(before + 1);
  });

  it("starts although its old process number belongs to somebody else now", async () => {
    const pidFile = join(data(), "postmaster.pid");
    const lines = await withPostgres(async (_client, postgres) => {
      const text = await readFile(pidFile, "utf8");
      process.kill(await serverPid(), "SIGKILL");
      await postgres.died;
      return text.split("\n");
    });
    await writeFile(pidFile, [String(process.pid), ...lines.slice(1)].join("\n"));
    expect(await withPostgres(kept)).toBeGreaterThan(0);
  });

  it("ends when the process that started it is killed", async () => {
    const program = `import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, "postgres.ts"))};
      await startPostgres({ directory: ${JSON.stringify(directory)}, say() {} });
      console.log("up");
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(owner.stdout, "data");
    const pid = await serverPid();
    owner.kill("SIGKILL");
    expect(await gone(pid)).toBe(true);
    await expect(access(join(data(), "postmaster.pid"))).rejects.toThrow("ENOENT"); // A clean shutdown, not a crash.
  });

  it("is not reached by the terminal's Ctrl-C, which is ours to handle", async () => {
    await withPostgres(async () => {
      const fields =
        readFileSync(`/proc/${await serverPid()}/stat`, "utf8")
          .split(") ")[1]
          ?.split(" ") ?? [];
      const own = readFileSync(`/proc/${process.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      expect(fields[3]).not.toBe(own[3]); // The session, and with it the controlling terminal.
    });
  });

  it("refuses data of another version and says what to do", async () => {
    const file = join(data(), "PG_VERSION");
    const version = await readFile(file, "utf8");
    await writeFile(file, "14\n");
    await expect(startPostgres({ directory, say })).rejects.toThrow(/PostgreSQL 14.*DATABASE_URL.*db:reset/s);
    await writeFile(file, version);
  });

  it("says which port is in use when it was told which one to take", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(startPostgres({ directory, port, say })).rejects.toThrow(`Port ${port} is in use`);
    other.close();
  });

  it("explains a password that does not belong to the data", async () => {
    const file = join(directory, "password");
    const password = await readFile(file, "utf8");
    await writeFile(file, "guess\n");
    await expect(startPostgres({ directory, say })).rejects.toThrow(/password.*db:reset/s);
    await writeFile(file, password);
  });
});

describe("a throw-away cluster", () => {
  it("is fast, disappears when stopped, and takes those of killed runs along", async () => {
    const dead = join(tmpdir(), `plumbline-postgres-${spawnSync("true").pid}-dead`);
    await mkdir(dead);
    const postgres = await startThrowAwayPostgres();
    const client = new pg.Client(postgres.adminUrl);
    await client.connect();
    const { rows } = await client.query<{ fsync: string }>("show fsync");
    expect(rows).toEqual([{ fsync: "off" }]);
    const found = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    await client.end();
    await postgres.stop();
    await expect(access(String(found.rows[0]?.folder))).rejects.toThrow("ENOENT");
    await expect(access(dead)).rejects.toThrow("ENOENT");
  });
});
