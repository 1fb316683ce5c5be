import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineProof } from "../proof.ts";

const root = resolve(import.meta.dirname, "../..");
/** A second start has nothing to do but come up and print. */
const secondShareMax = 0.25;

/** Everything for real: own PostgreSQL and queue, worker as its own process, the documents on disk. */
export const proof = defineProof({
  promise:
    "from an empty state folder the demo firms' month end issues invoices with their documents, and a second start changes nothing",
  run: async ({ say }) => {
    const home = await mkdtemp(join(tmpdir(), "plumbline-start-"));
    try {
      say("first start");
      const first = await startOnce(home);
      const documents = await documentsIn(home);
      say("second start");
      const second = await startOnce(home);
      const issued = issuedIn(first.output);
      const checks = {
        firstEnds: first.code === 0,
        secondEnds: second.code === 0,
        fourFirms: issued.length === 4,
        everyFirmIssues: issued.every((count) => count > 0),
        twoDocumentsEach: documents.length === 2 * issued.reduce((sum, count) => sum + count, 0),
        secondChangesNothing:
          issuedIn(second.output).join() === issued.join() && (await documentsIn(home)).length === documents.length,
        secondIsQuick: second.ms <= first.ms * secondShareMax,
      };
      const ok = Object.values(checks).every(Boolean);
      if (!ok) say(`${first.output}\n${second.output}`);
      return { ok, figures: { checks, issued, documents: documents.length, firstMs: first.ms, secondMs: second.ms } };
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
});

async function startOnce(home: string): Promise<{ code: number | null; output: string; ms: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, ["scripts/start.ts", "--once"], {
    cwd: root,
    env: { ...process.env, PLUMBLINE_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, output, ms: Math.round(performance.now() - began) };
}

const documentsIn = async (home: string): Promise<string[]> =>
  (await readdir(join(home, "documents"), { recursive: true })).filter((name) => /\.(pdf|html)$/.test(name));

/** The `Issued` column of the firms' table. */
function issuedIn(output: string): number[] {
  const lines = output.split("\n");
  const header = lines.findIndex((line) => line.startsWith("Firm "));
  const rows = lines.slice(header + 1, lines.indexOf("", header + 1));
  return rows.map((row) => Number(row.split(/ {2,}/)[7]?.replaceAll(",", "")));
}
