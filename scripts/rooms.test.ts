import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkRooms } from "./rooms.ts";

/** Each breaks one rule. */
const planted = {
  "packages/domain/src/clock.ts": 'import { readFileSync } from "node:fs";\nexport const clock = readFileSync;\n',
  "packages/domain/src/money.ts": 'import { log } from "@plumbline/platform/log";\nexport const money = log;\n',
  "packages/operations/src/payments/pay.ts":
    'import { stripe } from "@plumbline/connectors/stripe/index";\nexport const pay = stripe;\n',
  "packages/operations/src/invoices/peek.ts":
    'import type { Run } from "../billing-runs/run-store.ts";\nexport type Peek = Run;\n',
  "packages/connectors/src/stripe/index.ts": 'import { xero } from "../xero/index.ts";\nexport const stripe = xero;\n',
  "packages/documents/src/send.ts":
    'import { pay } from "@plumbline/operations/payments/pay";\nexport const send = pay;\n',
  "packages/platform/src/round.ts": 'import type { Trip } from "./trip.ts";\nexport type Round = Trip;\n',
  "packages/platform/src/server.ts":
    'import { main } from "../../../apps/api/src/main.ts";\nexport const server = main;\n',
  "packages/platform/src/lost.ts": 'export { lost } from "@plumbline/platform/nowhere";\n',
  "apps/worker/src/job.ts": 'import { clone } from "@plumbline/testing/database";\nexport const job = clone;\n',
};

const allowed = {
  // The other half of the cycle with round.ts, which is named once.
  "packages/platform/src/trip.ts": 'import type { Round } from "./round.ts";\nexport type Trip = Round;\n',
  "packages/platform/src/log.ts":
    'import type { clock } from "@plumbline/domain/clock";\nexport const log: typeof clock | 1 = 1;\n',
  "packages/connectors/src/xero/index.ts": "export const xero = 1;\n",
  "packages/operations/src/billing-runs/run-store.ts": "export type Run = 1;\n",
  "packages/testing/src/database.ts":
    'import { log } from "@plumbline/platform/log";\nimport { pay } from "@plumbline/operations/payments/pay";\nexport const clone = [log, pay];\n',
  "apps/api/src/main.ts":
    'import { pay } from "@plumbline/operations/payments/pay";\nimport { xero } from "@plumbline/connectors/xero/index";\nexport const main = [pay, xero];\n',
  "apps/worker/src/job.test.ts": 'import { clone } from "@plumbline/testing/database";\nexport const test = clone;\n',
  "packages/domain/src/clock.test.ts": 'import { join } from "node:path";\nexport const test = join;\n',
};

describe("the walls", () => {
  let house = "";
  let violations: string[] = [];

  beforeAll(async () => {
    house = await realpath(await mkdtemp(join(tmpdir(), "plumbline-rooms-")));
    for (const [path, text] of Object.entries({ ...planted, ...allowed })) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      await writeFile(join(house, path), text);
    }
    await mkdir(join(house, "node_modules/@plumbline"), { recursive: true });
    await writeFile(join(house, "tsconfig.json"), "{}");
    for (const name of ["connectors", "documents", "domain", "operations", "platform", "testing"]) {
      const manifest = { name: `@plumbline/${name}`, type: "module", exports: { "./*": "./src/*.ts" } };
      await writeFile(join(house, "packages", name, "package.json"), JSON.stringify(manifest));
      await symlink(join(house, "packages", name), join(house, "node_modules/@plumbline", name));
    }
    ({ violations } = await checkRooms(house));
  }, 60_000);
  afterAll(() => rm(house, { recursive: true, force: true }));

  it.each(Object.keys(planted))("catches the violation planted in %s", (path) => {
    expect(violations.filter((violation) => violation.startsWith(path))).not.toEqual([]);
  });

  it.each(Object.keys(allowed))("lets %s be", (path) => {
    expect(violations.filter((violation) => violation.startsWith(path))).toEqual([]);
  });
});
