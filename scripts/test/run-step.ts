import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { secondsSince } from "../command.ts";
import type { Step } from "./steps.ts";

const root = join(import.meta.dirname, "..", "..");
const progressEveryMs = 15_000;

export type StepResult = "passed" | "failed" | "skipped";

/** Runs one step and says how it went; what it printed is shown only when it failed, unless `verbose`. */
export async function runStep(step: Step, options: { readonly verbose: boolean }): Promise<StepResult> {
  if (step.needs !== undefined && !existsSync(join(root, step.needs))) {
    console.log(`  –   ${step.name} (skipped without ${step.needs})`);
    return "skipped";
  }
  if (step.skip !== undefined) {
    console.log(`  –   ${step.name} (skipped: ${step.skip})`);
    return "skipped";
  }
  const began = performance.now();
  const progress = setInterval(() => console.log(`  …   ${step.name} (${secondsSince(began)})`), progressEveryMs);
  const { ok, output } = await run(step.command, options.verbose);
  clearInterval(progress);
  console.log(`  ${ok ? "ok " : "NOT"} ${step.name} (${secondsSince(began)})`);
  if (!ok && !options.verbose) console.log(`\n${output.trimEnd()}\n`);
  if (!ok && step.mend) console.log(`  To mend it: ${step.mend}`);
  return ok ? "passed" : "failed";
}

function run([command = "", ...args]: readonly string[], verbose: boolean): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", verbose ? "inherit" : "pipe", verbose ? "inherit" : "pipe"],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", FORCE_COLOR: "0" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ ok: false, output: error.message }));
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });
}
