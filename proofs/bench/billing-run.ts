import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { startTestServer } from "@plumbline/testing/test-server";
import { defineProof } from "../proof.ts";
import { bareMonth } from "./bare-month.ts";
import { clearRuns, recordMonth } from "./recorded-month.ts";

const limits = { ratio: 3, rssMb: 512, growth: 4.4 };
const period = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

/** `--entries N` for another size; `--short` measures a small month and does not grow it. */
export const proof = defineProof({
  promise: `a month of 1,000,000 entries is drafted in at most ${limits.ratio}× bare SQL, within ${limits.rssMb} MB, and 4× the entries take at most ${limits.growth}×`,
  run: async ({ short, flag, say }) => {
    const entries = Number(flag("entries") ?? (short ? 50_000 : 1_000_000));
    const { server, stop } = await startTestServer({ durable: true, say });
    try {
      const month = await measureMonth(await openTestDatabase(server), entries, say);
      const fourfold =
        short || flag("no-growth") !== undefined
          ? undefined
          : await measureMonth(await openTestDatabase(server), entries * 4, say);
      const growth = fourfold === undefined ? undefined : fourfold.oursMs / month.oursMs;
      const ok =
        month.ratio <= limits.ratio &&
        month.rssMb <= limits.rssMb &&
        (growth ?? 0) <= limits.growth &&
        month.complete &&
        (fourfold?.complete ?? true);
      return { ok, figures: { ...month, limits, ...(fourfold && { fourfold, growth: round(growth ?? 0) }) } };
    } finally {
      await stop();
    }
  },
});

async function measureMonth(database: TestDatabase, entries: number, say: (line: string) => void) {
  try {
    say(`recording ${entries.toLocaleString("en")} entries`);
    const { firm, projects } = await recordMonth(database, entries);
    const bareMs = await timed(() => bareMonth(database.admin, { tenantId: firm.tenantId, period }));
    say(`bare SQL took ${round(bareMs / 1000)} s`);
    await clearRuns(database.admin);

    const runner = await firm.as("billing-runner");
    const id = await runner((scope) => startBillingRun(scope, { period }));
    const memory = watchMemory();
    const oursMs = await timed(() => runBilling(runner, { billingRunId: id }));
    const rssMb = memory.stop();
    say(`our run took ${round(oursMs / 1000)} s`);

    const { rows } = await database.admin.query<Record<string, string>>(`
      select (select count(*) from invoices) as drafts, (select count(*) from invoice_lines) as lines,
             (select count(*) from claims where released_at is null) as claimed,
             (select count(*) from exceptions) as exceptions`);
    const { drafts, lines, claimed, exceptions } = rows[0] as Record<string, string>;
    return {
      entries,
      drafts: Number(drafts),
      lines: Number(lines),
      exceptions: Number(exceptions),
      complete: Number(claimed) === entries && Number(drafts) === projects,
      bareMs: Math.round(bareMs),
      oursMs: Math.round(oursMs),
      ratio: round(oursMs / bareMs),
      entriesPerSecond: Math.round(entries / (oursMs / 1000)),
      rssMb,
    };
  } finally {
    await database.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const memorySampleMs = 50;

function watchMemory() {
  let peak = 0;
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  const timer = setInterval(look, memorySampleMs);
  return {
    stop: () => {
      look();
      clearInterval(timer);
      return Math.round(peak / 2 ** 20);
    },
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
