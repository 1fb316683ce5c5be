import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStateFolder, readOrCreateSecret, stateFolderPath } from "./state-folder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-state-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("where the state lives", () => {
  it("is the named folder, else the desktop's convention", () => {
    expect(stateFolderPath({ PLUMBLINE_HOME: "/srv/plumb" })).toBe("/srv/plumb");
    expect(stateFolderPath({ XDG_STATE_HOME: "/home/ada/state" })).toBe("/home/ada/state/plumbline");
    expect(stateFolderPath({})).toMatch(/\/\.local\/state\/plumbline$/);
  });
});

describe("the lock", () => {
  it("keeps a second start away and names the first", async () => {
    const state = await openStateFolder(join(folder, "a"));
    await expect(openStateFolder(join(folder, "a"))).rejects.toThrow(`process ${process.pid}`);
    await state.release();
    await (await openStateFolder(join(folder, "a"))).release();
  });

  it.each([
    ["of a process that is gone", () => JSON.stringify({ pid: spawnSync("true").pid, started: "1" })],
    ["whose process number belongs to somebody else now", () => JSON.stringify({ pid: process.pid, started: "1" })],
    ["torn by a power cut", () => '{"pid": 12'],
    ["left empty", () => ""],
  ])("is taken over from one %s", async (_case, text) => {
    await writeFile(join(folder, "lock"), text());
    const state = await openStateFolder(folder);
    expect(JSON.parse(await readFile(join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
    await state.release();
  });

  it("goes to exactly one of many that find it stale at once", async () => {
    await writeFile(join(folder, "lock"), JSON.stringify({ pid: process.pid, started: "1" }));
    const program = `import { openStateFolder } from ${JSON.stringify(join(import.meta.dirname, "state-folder.ts"))};
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => openStateFolder(${JSON.stringify(folder)})));
      console.log(all.filter(({ status }) => status === "fulfilled").length);`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(stdout.trim()).toBe("1");
  });
});

describe("permissions", () => {
  it("let nobody else look in", async () => {
    await (await openStateFolder(join(folder, "deep", "er"))).release();
    const { mode } = await stat(join(folder, "deep", "er"));
    expect(mode & 0o066).toBe(0);
  });

  it.skipIf(process.geteuid?.() === 0)("get a sentence when they are missing", async () => {
    await chmod(folder, 0o500);
    await expect(openStateFolder(join(folder, "x"))).rejects.toThrow(/EACCES.*PLUMBLINE_HOME/s);
    await chmod(folder, 0o700);
  });
});

describe("a secret", () => {
  it("is made once, for the owner's eyes, and stays", async () => {
    const path = join(folder, "key");
    const [one, other] = await Promise.all([readOrCreateSecret(path), readOrCreateSecret(path)]);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(other).toBe(one);
    expect(await readOrCreateSecret(path)).toBe(one);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is never replaced when its file was emptied, because the data were made with the old one", async () => {
    await writeFile(join(folder, "key"), "");
    await expect(readOrCreateSecret(join(folder, "key"))).rejects.toThrow("Restore it");
  });
});
