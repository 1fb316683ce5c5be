import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCommand } from "./command.ts";
import { renderLifecycle } from "./generate/lifecycle.ts";
import { renderClientTypes, renderOpenApi } from "./generate/openapi.ts";
import { renderPermissions } from "./generate/permissions.ts";
import { renderProblems } from "./generate/problems.ts";
import { renderSchema } from "./generate/schema.ts";

const root = join(import.meta.dirname, "..");

/** Files that are derived from code and checked in, so that a review shows what a change does to them. */
const generated: readonly { readonly path: string; readonly render: () => string | Promise<string> }[] = [
  { path: "migrations/schema.sql", render: renderSchema },
  { path: "docs/lifecycle.md", render: renderLifecycle },
  { path: "docs/problems.md", render: renderProblems },
  { path: "docs/permissions.md", render: renderPermissions },
  { path: "docs/openapi.json", render: renderOpenApi },
  { path: "packages/client/src/paths.d.ts", render: renderClientTypes },
];

/** Writes them all; with `--check` only says which are out of date. */
async function generate(args: readonly string[]): Promise<number> {
  const checking = args.includes("--check");
  let outdated = 0;
  for (const { path, render } of generated) {
    const [wanted, present] = [await render(), await readFile(join(root, path), "utf8").catch(() => undefined)];
    if (wanted === present) continue;
    outdated += 1;
    if (!checking) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), wanted);
    }
    console.log(`${path} ${checking ? "is out of date" : "written"}`);
  }
  console.log(`${generated.length - outdated} of ${generated.length} up to date`);
  return checking && outdated > 0 ? 1 : 0;
}

await runCommand(generate);
