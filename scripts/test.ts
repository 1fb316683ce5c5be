import { runCommand } from "./command.ts";
import { runStep, type StepResult } from "./test/run-step.ts";
import { runVitest } from "./test/run-vitest.ts";
import { checks, proofs } from "./test/steps.ts";

/** Everything that must hold, in the order in which it is quickest to learn that something does not. */
async function test(args: readonly string[]): Promise<number> {
  const options = { verbose: args.includes("--verbose") };
  const steps = async (list: typeof checks) => {
    const results: StepResult[] = [];
    for (const step of list) results.push(await runStep(step, options));
    const count = (wanted: StepResult) => results.filter((result) => result === wanted).length;
    return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  };
  const tallies = [await steps(checks), await runVitest(options), await steps(proofs)];
  const sum = (name: "passed" | "failed" | "skipped") => tallies.reduce((total, tally) => total + tally[name], 0);

  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
  return sum("failed") === 0 ? 0 : 1;
}

await runCommand(test);
