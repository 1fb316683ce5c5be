import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { runCommand } from "./command.ts";

const root = join(import.meta.dirname, "..");
const floors = ["apps", "packages", "scripts", "proofs", "migrations"];

/** Fewer means that the cruiser saw nothing, which it reports as "no violations": it does so without TypeScript 6. */
const modulesMin = 100;

/** Reads every import under `baseDir` and names those that go through a wall. */
export async function checkRooms(baseDir: string): Promise<{ modules: number; violations: string[] }> {
  const { forbidden, options } = createRequire(import.meta.url)("../rooms.cjs") as {
    forbidden: IForbiddenRuleType[];
    options: Record<string, unknown>;
  };
  const present = floors.filter((floor) => existsSync(join(baseDir, floor)));
  const { output } = await cruise(present, { ...options, ruleSet: { forbidden }, validate: true, baseDir });
  const { summary, modules } = output as ICruiseResult;
  return {
    modules: modules.filter((module) => !module.source.includes("node_modules")).length,
    violations: summary.violations.map(({ rule, from, to }) => `${from} → ${to}\n    ${rule.name}`),
  };
}

async function main(): Promise<number> {
  const { modules, violations } = await checkRooms(root);
  for (const violation of violations) console.error(violation);
  if (modules < modulesMin) {
    console.error(
      `Only ${modules} modules were read, at least ${modulesMin} were expected: the check itself is broken.`,
    );
    return 1;
  }
  console.log(`${modules} modules, ${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}

if (import.meta.main) await runCommand(main);
