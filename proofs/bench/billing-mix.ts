import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import { startTestServer } from "@plumbline/testing/test-server";
import { defineProof } from "../proof.ts";
import { recordMixedMonth } from "./mixed-month.ts";
import { recordMonth } from "./recorded-month.ts";

const limits = { ratio: 1.5 };
const period = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

/** `--entries N` for another size; `--short` is a small month. */
export const proof = defineProof({
  promise: `a line of a month of 1,000,000 entries in which all models are mixed takes at most ${limits.ratio}× a line of the same month by the hour`,
  run: async ({ short, flag, say }) => {
    const entries = Number(flag("entries") ?? (short ? 50_000 : 1_000_000));
    const { server, stop } = await startTestServer({ durable: true, say });
    const measure = async (name: string, record: (database: TestDatabase) => Promise<{ readonly firm: Firm }>) => {
      const database = await openTestDatabase(server);
      try {
        say(`recording ${entries.toLocaleString("en")} entries ${name}`);
        const { firm } = await record(database);
        const measured = await measureRun(database, firm);
        say(`the run took ${Math.round(measured.ms / 1000)} s for ${measured.lines} lines`);
        return measured;
      } finally {
        await database.close();
      }
    };
    try {
      const hourly = await measure("by the hour", (database) => recordMonth(database, entries));
      const mixed = await measure("in every way there is", (database) => recordMixedMonth(database, entries));
      const ratio = mixed.usPerLine / hourly.usPerLine;
      const whole = [hourly, mixed].every(({ accounted, technical }) => accounted === entries && technical === 0);
      const ok = whole && ratio <= limits.ratio && mixed.kinds === kindsWanted;
      return { ok, figures: { entries, limits, hourly, mixed, ratio: Math.round(ratio * 100) / 100 } };
    } finally {
      await stop();
    }
  },
});

/** What must be on lines, or the month was not mixed. */
const kindsWanted = "expense fee hour_bucket milestone subscription time usage";

type Counted = Readonly<Record<"drafts" | "lines" | "accounted" | "technical" | "kinds", string>>;

async function measureRun({ admin }: TestDatabase, firm: Firm) {
  const runner = await firm.as("billing-runner");
  const id = await runner((scope) => startBillingRun(scope, { period }));
  const began = performance.now();
  await runBilling(runner, { billingRunId: id });
  const ms = Math.round(performance.now() - began);
  const { rows } = await admin.query<Counted>(`
    select (select count(*) from invoices) as drafts, (select count(*) from invoice_lines) as lines,
           (select count(distinct id) from work_items w
              join (select tenant_id, work_item_id as id from claims union all select tenant_id, work_item_id from exception_items) taken
             using (tenant_id, id) where w.kind = 'time') as accounted,
           (select count(*) from exceptions where lane = 'technical') as technical,
           (select string_agg(distinct w.kind, ' ' order by w.kind) from claims c
              join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id where c.line_id is not null) as kinds`);
  const { kinds, ...counts } = rows[0] as Counted;
  const { drafts, lines, accounted, technical } = counts;
  return {
    ms,
    drafts: Number(drafts),
    lines: Number(lines),
    accounted: Number(accounted),
    technical: Number(technical),
    kinds,
    usPerLine: Math.round((ms * 1000) / Number(lines)),
  };
}
