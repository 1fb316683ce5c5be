import { findChromium } from "@plumbline/testing/find-chromium";

/** One thing that is checked, under the name a person would use for it. */
export type Step = {
  readonly name: string;
  readonly command: readonly string[];
  /** What to do when it fails, if a command mends it. */
  readonly mend?: string;
  /** A folder that must be there, or the step is skipped: real input is not part of the project. */
  readonly needs?: string;
  /** Why it is skipped on this machine, if it is. Continuous integration skips nothing. */
  readonly skip?: string | undefined;
};

const node = process.execPath;

/** The fast part: `npm run check`. */
export const checks: readonly Step[] = [
  { name: "Formatting", command: ["oxfmt", "--check"], mend: "npm run format" },
  { name: "Types of the workspaces", command: ["turbo", "run", "check", "--output-logs=errors-only", "--no-color"] },
  { name: "Types of scripts, proofs and migrations", command: ["tsc", "--noEmit", "-p", "."] },
  { name: "Lint", command: ["oxlint"] },
  { name: "Rooms: who imports whom", command: [node, "scripts/rooms.ts"] },
  { name: "Dead code", command: ["knip"] },
  { name: "Generated files", command: [node, "scripts/generate.ts", "--check"], mend: "npm run generate" },
];

/** Proofs that run every time; `npm run proof -- --list` names all of them. */
export const proofs: readonly Step[] = [
  proofStep("start/month-end"),
  { ...proofStep("portal/screens"), skip: withoutChromium() },
  proofStep("money/conservation"),
  proofStep("attack/context"),
  proofStep("attack/pool"),
  proofStep("attack/idor"),
  proofStep("attack/tokens"),
  proofStep("attack/mass-assignment"),
  proofStep("attack/idempotency"),
  { ...proofStep("real/timesheets"), needs: "../shared/data/timesheets" },
  { ...proofStep("real/dirty-timesheets"), needs: "../shared/data/timesheets" },
];

function withoutChromium(): string | undefined {
  const strict = process.env["CI_STRICT"] === "1";
  return strict || findChromium() !== undefined ? undefined : "there is no Chromium on PATH to look at the pages with";
}

function proofStep(name: string): Step {
  return { name: `Proof ${name}`, command: [node, "scripts/proof.ts", name, "--short"] };
}
