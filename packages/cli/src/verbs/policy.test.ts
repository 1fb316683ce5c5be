import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

const pack = `
pack: short
rules:
  - id: short-only
    on: invoice
    require: invoice.minutes < 120
    severity: block
    category: business
    owner: project_manager
    message: "Too long."
    cases:
      - given: { invoice: { minutes: 119 } }
        expect: pass
      - given: { invoice: { minutes: 120 } }
        expect: block
`;

it("tries, proposes, dry-runs and publishes policies as two people, and goes back", async () => {
  const { firm } = await billedFirm(product.database.current.pool, { clients: 2 });
  const read = await firm.as("auditor");
  const [invoice] = await read(({ tx }) => query<{ id: string }>(tx, "select id from invoices order by id"));
  const replay = await (await product.terminalOf(firm, "auditor")).plumb("policy", "replay", invoice?.id ?? "");
  expect(replay.out).toMatch(/po-required +pass +pass[^]*1 decision replayed: all as they were ruled/);
  const file = join(product.folder, "short.yaml");
  await writeFile(file, pack);
  const admin = await product.terminalOf(firm, "admin");
  expect((await admin.plumb("policy", "test", file)).out).toMatch(
    /\d+ rules compile, and \d+ cases turn out as they say/,
  );
  expect((await admin.plumb("policy", "diff", file)).out).toContain("+ short › short-only");
  const broken = join(product.folder, "broken.yaml");
  await writeFile(broken, pack.replace("invoice.minutes <", "invoice.minute <"));
  const refused = await admin.plumb("policy", "test", broken);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("No such key: minute")]);
  expect((await admin.plumb("policy", "propose", file)).err).toContain("--because");

  const proposed = await admin.plumb("policy", "propose", file, "--because", "Keep it short");
  const [, proposal = ""] = /dry-run (\S{36})/.exec(proposed.out) ?? [];
  const ran = await admin.plumb("policy", "dry-run", proposal);
  expect(ran.out).toMatch(/2 invoices since [^]*newly blocked 2 {2}476.00 EUR[^]*short-only: none → block/);
  expect((await admin.plumb("policy", "publish", proposal)).code).toBe(1);
  const controller = await product.terminalOf(firm, "controller");
  expect((await controller.plumb("policy", "publish", proposal)).out).toContain("In force since");
  const { out } = await admin.plumb("policy");
  const [, first = ""] = /before .* (\S{36})/.exec(out) ?? [];
  const back = await admin.plumb("policy", "rollback", first, "Too strict");
  expect(back.out).toContain("- short › short-only");
  expect((await admin.plumb("policy")).out).toMatch(/proposed .*Too strict[^]*in force[^]*before/);
});
