import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** Path → code, and the rule that must refuse it. */
const planted = {
  "packages/operations/src/a.ts": [
    "export const a = async () => { work(); };\nasync function work() {}\n",
    "no-floating-promises",
  ],
  "packages/operations/src/b.ts": ["export const b = () => fetch('https://example.com');\n", "no-restricted-globals"],
  "packages/connectors/src/c.ts": ["import axios from 'axios';\nexport const c = axios;\n", "no-restricted-imports"],
  "packages/connectors/src/d.ts": [
    "import { request } from 'node:https';\nexport const d = request;\n",
    "no-restricted-imports",
  ],
  "apps/api/src/e.ts": ["import { request } from 'node:http';\nexport const e = request;\n", "no-restricted-imports"],
  "packages/platform/src/f.ts": ["import { Agent } from 'undici';\nexport const f = Agent;\n", "no-restricted-imports"],
  "packages/operations/src/g.ts": ["import knex from 'knex';\nexport const g = knex;\n", "no-restricted-imports"],
  "apps/worker/src/h.ts": ["import pg from 'pg';\nexport const h = pg;\n", "no-restricted-imports"],
  "packages/domain/src/i.ts": ["export default 1;\n", "no-default-export"],
  "packages/domain/src/j.ts": ["export const j = (value: any) => value;\n", "no-explicit-any"],
  "packages/domain/src/k.ts": ["export const k = JSON.parse('1').deep;\n", "no-unsafe-member-access"],
  "packages/operations/src/l.ts": ["export const l = () => console.log('hello');\n", "no-console"],
} as const;

const allowed = {
  "packages/platform/src/outbound.ts": "export const get = () => fetch('https://example.com');\n",
  "packages/platform/src/sql.ts": "import pg from 'pg';\nexport const pool = pg;\n",
  "apps/api/src/listen.ts": "import { createServer } from 'node:http';\nexport const listen = createServer;\n",
  "scripts/say.ts": "console.log('hello');\nexport const said = true;\n",
};

describe("lint", () => {
  let house = "";
  let said = "";

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), "plumbline-lint-"));
    await cp(join(root, ".oxlintrc.json"), join(house, ".oxlintrc.json"));
    await cp(join(root, "tsconfig.base.json"), join(house, "tsconfig.base.json"));
    const project = { extends: "./tsconfig.base.json", include: ["apps", "packages", "scripts"] };
    await writeFile(join(house, "tsconfig.json"), JSON.stringify(project));
    await symlink(join(root, "node_modules"), join(house, "node_modules"));
    const files = [
      ...Object.entries(planted).map(([path, [code]]) => [path, code] as const),
      ...Object.entries(allowed),
    ];
    for (const [path, code] of files) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      await writeFile(join(house, path), code);
    }
    const oxlint = join(root, "node_modules", ".bin", "oxlint");
    ({ stdout: said } = spawnSync(oxlint, ["-f", "unix", ...project.include], { cwd: house, encoding: "utf8" }));
  }, 60_000);
  afterAll(() => rm(house, { recursive: true, force: true }));

  const complaints = (path: string) => said.split("\n").filter((line) => line.startsWith(`${path}:`));

  it.each(Object.entries(planted).map(([path, [code, rule]]) => [rule, path, code] as const))(
    "refuses by %s what %s does",
    (rule, path) => {
      expect(complaints(path).join("\n")).toContain(`(${rule})`);
    },
  );

  it.each(Object.keys(allowed))("lets %s do its work", (path) => {
    expect(complaints(path)).toEqual([]);
  });
});
