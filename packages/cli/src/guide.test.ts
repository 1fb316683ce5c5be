import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import { readTenantFolder } from "@plumbline/operations/tenants/read-tenant-folder";
import { exitCodes } from "./exit-codes.ts";
import { type Told, useProduct } from "./test-kit.ts";
import { verbs } from "./verbs.ts";

const product = useProduct();
const root = join(import.meta.dirname, "../../..");
const guide = await readFile(join(root, "docs/guides/use-the-command-line.md"), "utf8");
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

it("leads from the guide's own files to numbered invoices, line by line", async () => {
  await provisionTenant(product.database.current.pool, await readTenantFolder(join(root, "tenants/castell")));
  const firm = { slug: "castell" };
  const { plumb } = await product.terminalOf(firm, "montserrat.vidal@castell.example");
  const folder = await mkdtemp(join(tmpdir(), "plumbline-guide-"));
  const names = [...new Set([...guide.matchAll(/`(\w+\.csv)`/g)].map(([, name = ""]) => name))];
  await Promise.all(blocks("csv").map((text, index) => writeFile(join(folder, names[index] ?? ""), text)));

  const run = (line: string): Promise<Told> =>
    plumb(...line.split(" ").map((word) => (word.endsWith(".csv") ? join(folder, word) : word)));
  const said: Record<string, Told> = {};
  for (const line of blocks("sh").flatMap((text) => text.trim().split("\n"))) {
    const words = line.replace(/^plumb /, "");
    if (words.startsWith("quarantine fix")) await correct(join(folder, "left-out.csv"));
    said[words] = await run(words);
    const { code, out, err } = said[words];
    expect({ line, code, out, err }).toEqual({ line, out, err, code: words.includes("time.csv") ? 3 : 0 });
  }
  expect(said["import time_entries time.csv"]?.out).toMatch(/4 rows read, 2 added.*\n2 rows quarantined/);
  expect(said["quarantine fix --csv left-out.csv"]?.out).toBe("2 rows taken in\n");
  expect(said["approve-time --period 2026-10"]?.out).toBe("1 time entry approved, 6:15 h\n");
  expect(said["conserve"]?.out).toContain("exactly one place");
  expect(said["stuck"]?.out).toContain("Draft");
  expect(said["list --stage issued"]?.out).toMatch(/invoices? · 4[^0-9]?954\.95 EUR/);
});

const correct = async (file: string) => {
  const text = await readFile(file, "utf8");
  await writeFile(
    file,
    text
      .replace(/(^|,)eight(?=,|$)/m, (_, comma: string) => `${comma}8.00`)
      .replace(/(^|,)P9(?=,|$)/m, (_, comma: string) => `${comma}P1`),
  );
};

it("lists every verb and every exit code as they are", () => {
  const rows = guide.split("\n").filter((line) => line.startsWith("| "));
  for (const { name, summary } of verbs) expect(rows).toContain(`| \`${name}\` | ${summary} |`);
  for (const { code, what } of Object.values(exitCodes)) expect(rows).toContain(`| ${code} | ${what} |`);
});
