import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
let house = "";
const enter = () => join(house, "scripts", "enter.mjs");
const write = (name: string, code: string) => writeFile(join(house, "scripts", `${name}.ts`), code);
const lock = (version: string) =>
  JSON.stringify({ packages: { "node_modules/left": { version, integrity: "sha512-x" } } });
const { npm_lifecycle_event: _event, ...environment } = process.env;

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), "plumbline-enter-"));
  await mkdir(join(house, "scripts"));
  await mkdir(join(house, "node_modules", ".bin"), { recursive: true });
  await cp(join(root, "scripts", "enter.mjs"), enter());
  await symlink(process.execPath, join(house, "node_modules", ".bin", "node"));
  await writeFile(join(house, "package-lock.json"), lock("1.0.0"));
  await writeFile(join(house, "node_modules", ".package-lock.json"), lock("1.0.0"));
  await write("echo", "console.log(JSON.stringify(process.argv.slice(2)));");
  await write("fail", "process.exit(7);");
  await write("wait", `process.on("SIGTERM", () => process.exit(0)); console.log("up"); setInterval(() => {}, 1000);`);
  await write("die", `process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`);
});
afterAll(() => rm(house, { recursive: true, force: true }));

const run = (args: readonly string[], env: NodeJS.ProcessEnv = environment) =>
  spawnSync(process.execPath, [enter(), ...args], { encoding: "utf8", env });

describe("the entry", () => {
  it("hands arguments over and the exit code back, without installing what is there", () => {
    const { status, stdout, stderr } = run(["echo", "--flag", "a b"]);
    expect([status, JSON.parse(stdout), stderr]).toEqual([0, ["--flag", "a b"], ""]);
    expect(run(["fail"]).status).toBe(7);
    expect(run(["die"]).signal).toBe("SIGKILL");
  });

  it("passes a signal on and ends as its command ends", async () => {
    const child = spawn(process.execPath, [enter(), "wait"], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("says what is missing", async () => {
    expect(run(["unheard-of"]).stderr).toContain('There is no command "unheard-of"');
    await writeFile(join(house, "package-lock.json"), lock("2.0.0"));
    const { npm_execpath: _npm, ...withoutNpm } = environment;
    const { status, stderr } = run(["echo"], { ...withoutNpm, PATH: join(house, "nowhere") });
    expect([status, stderr]).toEqual([1, expect.stringContaining("npm is not on PATH")]);
    await writeFile(join(house, "package-lock.json"), lock("1.0.0"));
  });
});
