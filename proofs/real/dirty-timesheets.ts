import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { Problem } from "@plumbline/domain/problem";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { importFile } from "@plumbline/operations/imports/import-file";
import type { ImportSummary } from "@plumbline/operations/imports/import-store";
import { approveTime } from "@plumbline/operations/work/approve-time";
import { conserveMinutes } from "@plumbline/operations/work/conserve-minutes";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { startTestServer } from "@plumbline/testing/test-server";
import { defineProof } from "../proof.ts";
import { seededRandom } from "../seeded-random.ts";
import { brokenFiles, faults } from "./dirty-faults.ts";
import { dirtyFile, type DirtyFile } from "./dirty-file.ts";
import { readSources, type Source } from "./dirty-sources.ts";
import { minutesOfHours } from "./read-source.ts";
import { americanEntity, monthsOfWork } from "./timesheet-firm.ts";

const usualData = resolve(import.meta.dirname, "../../../shared/data/timesheets");

/** `--data DIR` with the six CSV files. */
export const proof = defineProof({
  promise:
    "real timesheets with every fault of our list among them go in: each planted row is quarantined under its field, each good one is in, and no minute is lost",
  run: async ({ data = usualData, seed, short, say }) => {
    await access(data);
    const { server, stop } = await startTestServer({ say });
    const database = await openTestDatabase(server);
    try {
      return await takeDirtyIn(database, { data, seed, say, times: short ? 1 : 5, monthsMax: short ? 1 : Infinity });
    } finally {
      await database.close();
      await stop();
    }
  },
});

type Input = {
  readonly data: string;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly times: number;
  readonly monthsMax: number;
};

async function takeDirtyIn(database: TestDatabase, { data, seed, say, times, monthsMax }: Input) {
  const sources = await readSources(data);
  const clean = await newFirm(database.pool, { folder: { legalEntities: [americanEntity] } });
  const dirty = await newFirm(database.pool, { folder: { legalEntities: [americanEntity] } });
  const random = seededRandom(seed);
  const files: TakenDirty[] = [];
  for (const source of sources) {
    const own = faults.filter(({ kind }) => kind === source.kind);
    const good = dirtyFile({ ...source, optional: [], faults: [], times: 0, random });
    const before = await takeIn(database, clean, source, good.bytes);
    const badBefore = new Set(before.quarantined.map(({ line }) => good.goodLines.indexOf(line)));
    const file = dirtyFile({ ...source, faults: own, bad: badBefore, times, random });
    const taken = await takeIn(database, dirty, source, file.bytes);
    say(`${source.kind}: ${taken.summary.read} read, ${taken.summary.quarantined} quarantined`);
    files.push({ ...taken, file, badBefore });
  }
  const refusals = await takeBroken(database, dirty);
  const missed = files.flatMap(misses);
  const work = sources.find(({ kind }) => kind === "time_entries")?.rows ?? [];
  const badWork = files.at(-1)?.badBefore ?? new Set<number>();
  const minutesIn = work.reduce(
    (sum, row, at) => (badWork.has(at) ? sum : sum + minutesOfHours(row["hours"] ?? "")),
    0,
  );
  const minutes = await closeMonths(database, dirty, monthsMax);
  const minutesFound = Object.values(minutes).reduce((sum, one) => sum + one, 0);
  const fired = new Map<string, number>();
  for (const { file } of files) {
    for (const { fault } of file.planted) fired.set(nameOf(fault), (fired.get(nameOf(fault)) ?? 0) + 1);
  }
  const checks = {
    everyFaultPlanted: faults.every((fault) => fired.get(nameOf(fault)) === times),
    rowsAddUp: files.every(({ summary: one }) => one.read === one.added + one.quarantined),
    plantedAreQuarantinedAndNothingElse: missed.length === 0,
    goodRowsAreIn: (await contentOf(database, clean)) === (await contentOf(database, dirty)),
    brokenFilesRefusedWhole: refusals.every(({ ok }) => ok),
    minutesConserved: minutesIn > 0 && minutesIn === minutesFound,
  };
  return {
    ok: Object.values(checks).every(Boolean),
    figures: {
      checks,
      faults: faults.length,
      plantedRows: [...fired.values()].reduce((sum, count) => sum + count, 0),
      missed,
      imports: Object.fromEntries(files.map(({ summary }) => [summary.kind, countsOf(summary)])),
      brokenFiles: Object.fromEntries(refusals.map(({ name, says }) => [name, says])),
      minutes: { in: minutesIn, ...minutes },
    },
  };
}

const nameOf = ({ kind, name }: { readonly kind: string; readonly name: string }) => `${kind}: ${name}`;

const countsOf = ({ read, added, quarantined }: ImportSummary) => ({ read, added, quarantined });

type Quarantined = { readonly line: number; readonly fields: readonly string[] };
type Taken = { readonly summary: ImportSummary; readonly quarantined: readonly Quarantined[] };
type TakenDirty = Taken & {
  readonly file: DirtyFile;
  /** Places of rows that were bad before anything was planted. */
  readonly badBefore: ReadonlySet<number>;
};

async function takeIn(database: TestDatabase, firm: Firm, { kind, mapping }: Source, bytes: Buffer): Promise<Taken> {
  const source = inChunks(bytes);
  const importer = await firm.as("importer");
  const summary = await importFile(importer, { kind, system: "test", fileName: `${kind}.csv`, source, mapping });
  const { rows } = await database.admin.query<Quarantined>(
    `select line, array(select x->>'field' from jsonb_array_elements(issues) x) as fields
       from quarantined_rows where import_id = $1 order by line`,
    [summary.importId],
  );
  return { summary, quarantined: rows };
}

/** Of a size that cuts characters and line ends in two. */
async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  const size = 4_093;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What of a file is not as it should be: planted and taken in, quarantined under another field, or good and quarantined. */
function misses({ file, quarantined, badBefore, summary }: TakenDirty): string[] {
  const fieldsAt = new Map(quarantined.map(({ line, fields }) => [line, fields]));
  const expected = new Set([...badBefore].map((place) => file.goodLines[place]));
  const wrong = file.planted.flatMap(({ fault, line }) => {
    expected.add(line);
    const fields = fieldsAt.get(line);
    return fields?.includes(fault.field)
      ? []
      : [`${nameOf(fault)} (line ${line}) under ${fields?.join() ?? "nothing"}`];
  });
  const extra = quarantined.filter(({ line }) => !expected.has(line));
  const lost = [...expected].filter((line) => line !== undefined && !fieldsAt.has(line));
  return [
    ...wrong,
    ...extra.map(({ line, fields }) => `${summary.kind}: a good row on line ${line}, under ${fields.join()}`),
    ...(lost.length > wrong.length ? [`${summary.kind}: ${lost.length} bad rows went in`] : []),
  ];
}

async function takeBroken(database: TestDatabase, firm: Firm) {
  const importer = await firm.as("importer");
  const refusals: { readonly name: string; readonly says: string; readonly ok: boolean }[] = [];
  for (const [name, bytes, says] of brokenFiles) {
    const source = inChunks(bytes);
    const taken = importFile(importer, { kind: "workers", system: "test", fileName: name, source });
    const refusal = await taken.then(
      () => "it was taken in",
      (error: unknown) => (error instanceof Problem ? error.message : `broke: ${String(error)}`),
    );
    const { rows } = await database.admin.query(
      `select 1 from imports i where i.tenant_id = $1 and i.file_name = $2 and i.state = 'failed' and i.failure is not null
          and not exists (select 1 from external_refs r where r.tenant_id = i.tenant_id and r.import_id = i.id)`,
      [firm.tenantId, name],
    );
    refusals.push({ name, says: refusal, ok: says.test(refusal) && rows.length === 1 });
  }
  return refusals;
}

/** All that was taken in, by the source's own keys, as one hash. */
async function contentOf({ admin }: TestDatabase, firm: Firm): Promise<string> {
  const { rows } = await admin.query<{ hash: string }>(
    `select md5(string_agg(line, e'\\n' order by line collate "C")) as hash from (
       select r.kind || '|' || r.external_id || '|' || coalesce(concat_ws('|', c.name, e.code, p.name, w.name, g.role, x.key,
                t.price_minor, t.effective_from, i.worked_on, i.minutes, d.role, d.narrative), '') as line
         from external_refs r
         left join clients c on r.kind = 'clients' and c.id = r.subject_id
         left join engagements e on r.kind = 'engagements' and e.id = r.subject_id
         left join projects p on r.kind = 'projects' and p.id = r.subject_id
         left join workers w on r.kind = 'workers' and w.id = r.subject_id
         left join worker_grades g on r.kind = 'worker_grades' and g.id = r.subject_id
         left join rate_cards x on r.kind = 'rate_cards' and x.id = r.subject_id
         left join rates t on r.kind = 'rates' and t.id = r.subject_id
         left join work_items i on r.kind = 'time_entries' and i.id = r.subject_id
         left join time_entries d on r.kind = 'time_entries' and d.id = r.subject_id
        where r.tenant_id = $1) lines`,
    [firm.tenantId],
  );
  return rows[0]?.hash ?? "nothing";
}

/** Approves everything, closes months, and says where every minute is. */
async function closeMonths(database: TestDatabase, firm: Firm, monthsMax: number) {
  const closers = await closersOf(firm);
  const runner = await firm.as("billing-runner");
  const months = await monthsOfWork(database, firm);
  for (const period of months) await closers.manager((scope) => approveTime(scope, { period }));
  for (const period of months.slice(0, monthsMax)) {
    await closeMonth(closers, {
      period,
      bill: async (billingRunId) => void (await runBilling(runner, { billingRunId })),
    });
  }
  return closers.coordinator(conserveMinutes);
}
