import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { summariseBilling } from "@plumbline/operations/billing-runs/summarise-billing";
import { importFile } from "@plumbline/operations/imports/import-file";
import type { ImportSummary } from "@plumbline/operations/imports/import-store";
import { approveTime } from "@plumbline/operations/work/approve-time";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { startTestServer } from "@plumbline/testing/test-server";
import { defineProof, type Figure } from "../proof.ts";
import { auditBilling } from "./audit-billing.ts";
import { priceGrades } from "./price-grades.ts";
import { minutesOfHours, readSource, type SourceRow } from "./read-source.ts";
import { americanEntity, gradeFinder, monthsOfWork } from "./timesheet-firm.ts";
import { mappingInWords, roleName, timesheetSources } from "./timesheet-mapping.ts";

const usual = {
  data: resolve(import.meta.dirname, "../../../shared/data/timesheets"),
  rates: resolve(import.meta.dirname, "../../../shared/data/rates/gsa-schedule70-rates.csv"),
};

/** `--data DIR` with the six CSV files, `--rates FILE` with real hourly rates. */
export const proof = defineProof({
  promise: "real timesheets become issued invoices: no row, minute or cent is lost, and a second run bills nothing",
  run: async ({ data = usual.data, flag, say }) => {
    const rates = flag("rates") ?? usual.rates;
    for (const path of [data, rates]) await access(path);
    const { server, stop } = await startTestServer({ say });
    const database = await openTestDatabase(server);
    try {
      return await billTimesheets(database, { data, rates, say });
    } finally {
      await database.close();
      await stop();
    }
  },
});

type Input = { readonly data: string; readonly rates: string; readonly say: (line: string) => void };

async function billTimesheets(database: TestDatabase, { data, rates, say }: Input) {
  let today = new Date();
  const firm = await newFirm(database.pool, { clock: () => today, folder: { legalEntities: [americanEntity] } });
  const phases: Record<string, number> = {};
  const timed = async <T>(phase: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    phases[phase] = (phases[phase] ?? 0) + Math.round(performance.now() - began);
    return result;
  };

  const grades = await readSource(data, "grades.csv");
  const priced = await priceGrades(rates, [...new Set(grades.flatMap(({ row }) => row["grade"]?.trim() || []))]);
  await firm.take("rate_cards", [{ card_key: "grades", currency: "USD" }]);
  await firm.take(
    "rates",
    priced.prices.map(({ grade, cents }) => ({
      card_key: "grades",
      role: roleName(grade),
      price: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`,
      effective_from: "1990-01-01",
    })),
  );
  const imports = await timed("import", () => importAll(firm, data, gradeFinder(grades)));
  for (const { kind, read, added, changed, unchanged, quarantined } of imports) {
    say(
      `${kind}: ${read} read, ${added} added, ${changed} changed, ${unchanged} unchanged, ${quarantined} quarantined`,
    );
  }

  const closers = await closersOf(firm);
  const runner = await firm.as("billing-runner");
  const months = await monthsOfWork(database, firm);
  let approvedEntries = 0;
  for (const period of months) {
    today = new Date(`${period.end}T10:00:00Z`);
    const approved = await timed("approve time", () => closers.manager((scope) => approveTime(scope, { period })));
    approvedEntries += approved.entries;
    const close = await closeMonth(closers, {
      period,
      bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
    });
    for (const [phase, ms] of Object.entries(close.ms)) phases[phase] = (phases[phase] ?? 0) + ms;
    say(
      `${period.start.slice(0, 7)}: ${approved.entries} entries approved, ${close.drafted} drafts, ${close.issued} issued`,
    );
  }

  const before = await invoiceCount(database, firm);
  await timed("second run", async () => {
    for (const period of months) {
      const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
      await runBilling(runner, { billingRunId });
    }
  });
  const billedAgain = (await invoiceCount(database, firm)) - before;

  const summary = await (await firm.as("auditor"))(summariseBilling);
  const minutesIn = await minutesTakenIn(database, firm, await readSource(data, "time-entries.csv"));
  const minutesFound = Object.values(summary.minutes).reduce((sum, minutes) => sum + minutes, 0);
  const audit = await auditBilling(database.admin, firm.tenantId);
  const rowsAddUp = imports.every((one) => one.read === one.added + one.changed + one.unchanged + one.quarantined);
  const quarantinedFor = await quarantineReasons(database, firm);
  const checks = {
    rowsAddUp,
    minutesConserved: minutesIn === minutesFound,
    linesEqualTotals: audit.invoicesOffTheirLines === 0,
    recomputedEqual: audit.invoicesOffTheRecomputation === 0 && audit.invoices > 0,
    numbersGapless: audit.gaps === 0,
    secondRunBillsNothing: billedAgain === 0,
  };
  return {
    ok: Object.values(checks).every(Boolean),
    figures: {
      checks,
      mapping: mappingInWords,
      prices: {
        ratesRead: priced.read,
        hourlyAndNumeric: priced.usable,
        grades: priced.prices.map(({ grade, cents }) => `${grade}: ${cents / 100} USD`),
      },
      imports: Object.fromEntries(imports.map((one) => [one.kind, countsOf(one)])),
      quarantinedFor,
      months: months.length,
      entriesApprovedInBulk: approvedEntries,
      minutes: { in: minutesIn, ...summary.minutes },
      invoices: summary.invoices,
      issued: summary.issued.map((amount) => `${toDecimal(amount)} ${amount.currency}`),
      recomputed: `${audit.recomputedMinor / 100} USD net over ${audit.invoices} invoices`,
      exceptions: summary.exceptions.map(
        (cause) =>
          `${cause.lane} ${cause.severity} ${cause.code}: ${cause.count} open, ${cause.minutes} min, ${cause.atStake.map((amount) => `${toDecimal(amount)} ${amount.currency}`).join(" + ") || "no price"}`,
      ),
      msPerPhase: phases,
    } satisfies Record<string, Figure>,
  };
}

const countsOf = ({ read, added, changed, unchanged, quarantined }: ImportSummary) => ({
  read,
  added,
  changed,
  unchanged,
  quarantined,
});

async function importAll(firm: Firm, data: string, gradeOf: ReturnType<typeof gradeFinder>): Promise<ImportSummary[]> {
  const importer = await firm.as("importer");
  const summaries: ImportSummary[] = [];
  for (const { file, kind, mapping } of timesheetSources(gradeOf)) {
    const source = createReadStream(join(data, file));
    summaries.push(await importFile(importer, { kind, system: "test", fileName: file, source, mapping }));
  }
  return summaries;
}

async function invoiceCount({ admin }: TestDatabase, firm: Firm): Promise<number> {
  const { rows } = await admin.query<{ count: number }>("select count(*)::int from invoices where tenant_id = $1", [
    firm.tenantId,
  ]);
  return rows[0]?.count ?? 0;
}

/** Counted from the file itself, leaving out only the lines that are in quarantine. */
async function minutesTakenIn({ admin }: TestDatabase, firm: Firm, source: readonly SourceRow[]): Promise<number> {
  const { rows } = await admin.query<{ line: number }>(
    `select q.line from quarantined_rows q join imports i on i.id = q.import_id
      where q.tenant_id = $1 and i.kind = 'time_entries' and q.state = 'open'`,
    [firm.tenantId],
  );
  const left = new Set(rows.map(({ line }) => line));
  return source
    .filter(({ line }) => !left.has(line))
    .reduce((sum, { row }) => sum + minutesOfHours(row["hours"] ?? ""), 0);
}

async function quarantineReasons({ admin }: TestDatabase, firm: Firm): Promise<string[]> {
  const { rows } = await admin.query<{ kind: string; field: string; count: number; example: string }>(
    `select i.kind, x->>'field' as field, count(*)::int, min(x->>'reason') as example
       from quarantined_rows q join imports i on i.id = q.import_id cross join jsonb_array_elements(q.issues) x
      where q.tenant_id = $1 group by 1, 2 order by 3 desc`,
    [firm.tenantId],
  );
  return rows.map(({ kind, field, count, example }) => `${kind}.${field}: ${count}, such as: ${example}`);
}
