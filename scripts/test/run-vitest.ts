import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runStep } from "./run-step.ts";

export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

/** Runs all tests and counts them one by one. */
export async function runVitest(options: { readonly verbose: boolean }): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-vitest-"));
  try {
    const file = join(folder, "report.json");
    const command = ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const ok = await runStep({ name: "Unit and integration tests", command }, options);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) return { passed: 0, failed: 1, skipped: 0 };
    const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report.parse(JSON.parse(text));
    // A file that cannot be loaded or a set-up that breaks fails the run without failing a single test.
    const failed = ok ? numFailedTests : Math.max(1, numFailedTests);
    return { passed, failed, skipped: numPendingTests + numTodoTests };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
