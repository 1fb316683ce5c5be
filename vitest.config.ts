import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const globalSetup = "packages/testing/src/global-setup.ts";

export default defineConfig({
  test: {
    // Tests wait for PostgreSQL as much as they work: on two cores one worker leaves half of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        // The nouns need no set-up and answer in milliseconds: `npx vitest --project domain`.
        test: { name: "domain", include: ["packages/domain/src/**/*.test.ts"], isolate: false },
      },
      {
        // Everything else may ask for a real database, cloned from one template per run.
        test: {
          name: "integration",
          include: ["{apps,packages,scripts,proofs,migrations}/**/*.test.{ts,tsx}"],
          exclude: ["packages/domain/**", "**/node_modules/**"],
          globalSetup: existsSync(globalSetup) ? [globalSetup] : [],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
