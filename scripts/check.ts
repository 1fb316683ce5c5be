import { runCommand, secondsSince } from "./command.ts";
import { runStep } from "./test/run-step.ts";
import { checks } from "./test/steps.ts";

/** The part of `npm test` that needs no database and takes seconds. */
async function check(args: readonly string[]): Promise<number> {
  const began = performance.now();
  let failed = 0;
  for (const step of checks)
    if ((await runStep(step, { verbose: args.includes("--verbose") })) === "failed") failed += 1;
  console.log(`${checks.length - failed} passed, ${failed} failed (${secondsSince(began)})`);
  return failed === 0 ? 0 : 1;
}

await runCommand(check);
