import { join } from "node:path";
import { type Failpoint, failpoints } from "../chaos/failpoints.ts";
import { type Chaos, openChaos, type Seen } from "../chaos/chaos-runner.ts";
import { defineProof, type Figure } from "../proof.ts";
import { seededRandom } from "../seeded-random.ts";
import { auditMoney, type AuditedFirm, type Findings } from "./audit-money.ts";
import { endWhatServes } from "./end-what-serves.ts";
import { foreignFirm } from "./foreign-month.ts";
import { plantFaults } from "./planted-faults.ts";
import { agree } from "./collecting-operations.ts";
import { chooseDoing, type Doing, type Entries, manyWorkers, plan, settle } from "./random-month.ts";
import { Tally } from "./tally.ts";

const sizes = {
  usual: { operations: 3_000, firms: 4, actors: 4, workers: 2 },
  short: { operations: 160, firms: 2, actors: 3, workers: 1 },
} as const;
/** One operation in so many is asked of a process that is to die in it; no more processes die in a long run than tell anything. */
const crashEvery = 7;
const crashesMax = 1_500;
/** Months that are tried for each failpoint that chance has not come to. */
const triesMax = 12;

/** `--ops N` operations in all. */
export const proof = defineProof({
  promise:
    "whatever happens in whatever order, with processes killed in between: no minute or cent is lost or used twice, no limit overspent, no number missing, nothing acknowledged is gone, and every invoice recomputes",
  run: async ({ seed, short, flag, say }) => {
    const size = short ? sizes.short : sizes.usual;
    const operations = Number(flag("ops") ?? size.operations);
    const chaos = await openChaos({
      operations: join(import.meta.dirname, "month-operations.ts"),
      actors: size.actors,
      workers: size.workers,
      // What a process died in would be waited for, for two minutes: here they pass at once.
      died: async ({ admin }) =>
        void (await admin.query(
          "update billing_runs set lease_until = now() - interval '1 s' where state = 'running'",
        )),
      say,
    });
    try {
      return await conserve(chaos, { ...size, operations, seed, say });
    } finally {
      await chaos.close();
    }
  },
});

type Size = {
  readonly operations: number;
  readonly firms: number;
  readonly actors: number;
  readonly workers: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** A firm with what each slot brought into it. */
type World = { readonly firm: AuditedFirm["firm"]; readonly bySlot: readonly Entries[] };

async function conserve(chaos: Chaos, size: Size) {
  const worlds: World[] = [];
  for (let index = 0; index < size.firms; index += 1) worlds.push(await openWorld(chaos, size.actors));
  const run = { chaos, worlds, tally: new Tally(), seed: size.seed, count: { asked: 0 } };
  const began = performance.now();
  await Promise.all([
    ...Array.from({ length: size.actors }, (_, slot) => work(run, slot, size)),
    endWhatServes(run, size),
  ]);
  const seconds = (performance.now() - began) / 1_000;
  await fireTheRest(run);
  await playTheRest(run);
  await finishRuns(run);
  await chaos.workDone();
  size.say(`${run.count.asked} operations asked in all`);

  const firms = worlds.map(({ firm, bySlot }) => ({ firm, entries: new Map(bySlot.flatMap((own) => [...own])) }));
  const audit = () => auditMoney(chaos.database, firms, chaos.history());
  const found = await audit();
  const invoices = await countInvoices(chaos);
  const clean = Object.values(found).every((faults) => faults.length === 0);
  const controls = clean ? await plantFaults(chaos.database, audit) : { caught: [], missed: [] };
  const { tally } = run;
  const { deaths } = chaos.workers;
  const unfired = failpoints.filter((point) => !tally.crashes.has(point));
  return {
    ok:
      clean &&
      tally.bugs.length === 0 &&
      unfired.length === 0 &&
      controls.missed.length === 0 &&
      invoices.issued > 0 &&
      deaths.size > 0 &&
      !deaths.has("by itself"),
    figures: {
      seed: size.seed,
      operations: run.count.asked,
      operationsPerSecond: Math.round((size.operations / seconds) * 10) / 10,
      invoices,
      done: tally.table("done"),
      refused: tally.table("refused"),
      nothingToDo: tally.table("nothing to do"),
      crashes: Object.fromEntries(tally.crashes),
      failpointsThatNeverFired: unfired,
      workersThatDied: Object.fromEntries(deaths),
      bugs: tally.bugs.slice(0, shownMax),
      found: shown(found),
      plantedAndCaught: controls.caught,
      plantedAndMissed: controls.missed,
    } satisfies Record<string, Figure>,
  };
}

const shownMax = 8;

const shown = (found: Findings): Record<string, readonly string[]> =>
  Object.fromEntries(
    Object.entries(found)
      .filter(([, faults]) => faults.length > 0)
      .map(([name, faults]) => [name, faults.slice(0, shownMax)]),
  );

async function openWorld({ database }: Chaos, actors: number): Promise<World> {
  const firm = await foreignFirm(database.pool);
  await manyWorkers(firm);
  await agree(firm, () => 0);
  return { firm, bySlot: Array.from({ length: actors }, () => new Map()) };
}

type Run = {
  readonly chaos: Chaos;
  readonly worlds: readonly World[];
  readonly tally: Tally;
  readonly seed: number;
  readonly count: { asked: number };
};

/** One client after another's wish, until as many were asked as there are to be. */
async function work(run: Run, slot: number, { operations, actors }: Size): Promise<void> {
  const random = seededRandom(run.seed * 1_000 + slot);
  const crashShare = Math.min(1 / crashEvery, crashesMax / operations);
  for (let at = slot; at < operations; at += actors) {
    const world = run.worlds[Math.floor(random() * run.worlds.length)] as World;
    const failpoint = random() < crashShare ? nextPoint(run.tally, random) : undefined;
    await once(run, { slot, world, doing: chooseDoing(random), random, failpoint });
  }
}

const nextPoint = (tally: Tally, random: () => number): Failpoint => {
  const left = failpoints.filter((point) => !tally.crashes.has(point));
  const from = left.length > 0 ? left : failpoints;
  return from[Math.floor(random() * from.length)] as Failpoint;
};

async function once(
  run: Run,
  next: {
    readonly slot: number;
    readonly world: World;
    readonly doing: Doing;
    readonly random: () => number;
    readonly failpoint: Failpoint | undefined;
  },
): Promise<Seen> {
  const { slot, world, doing, random, failpoint } = next;
  const n = run.count.asked++;
  const own = world.bySlot[slot] as Entries;
  const planned = plan(doing, random, own, `s${slot}-${n}`);
  const { slug, tenantId } = world.firm;
  const seen = await run.chaos.ask(slot, {
    n,
    firm: { slug, tenantId },
    operation: planned.operation,
    args: planned.args,
    seed: Math.floor(random() * 2 ** 31),
    ...(failpoint && { failpoint }),
  });
  settle(own, planned, seen);
  run.tally.count(planned.doing, seen, failpoint);
  return seen;
}

const wholeMonth: readonly Doing[] = [
  "importNew",
  "bill",
  "submit",
  "importNew",
  "revise",
  "approveManager",
  "approveFinance",
  "issue",
  "pay",
  "net",
];

/** Chance may pass a failpoint by: then whole months are played until the process dies there. */
async function fireTheRest(run: Run): Promise<void> {
  const random = seededRandom(run.seed + 1);
  for (const point of failpoints) {
    for (let tried = 0; tried < triesMax && !run.tally.crashes.has(point); tried += 1) {
      for (const doing of wholeMonth) {
        const failpoint = run.tally.crashes.has(point) ? undefined : point;
        const world = run.worlds[tried % run.worlds.length] as World;
        await once(run, { slot: 0, world, doing, random, failpoint });
      }
    }
  }
}

/** What planted faults are about, in an order in which each can happen. */
const planting: readonly Doing[] = [
  "payShort",
  "payEarly",
  "certify",
  "dispute",
  "object",
  "bankImport",
  "trustReceive",
  "closeBooks",
];

/** Chance may pass these by, too: then months are played until each is done once more. */
async function playTheRest(run: Run): Promise<void> {
  const random = seededRandom(run.seed + 3);
  for (const doing of planting) {
    for (let tried = 0; tried < triesMax; tried += 1) {
      const next = { slot: 0, world: run.worlds[0] as World, random, failpoint: undefined };
      if ((await once(run, { ...next, doing })).outcome === "done") break;
      for (const step of wholeMonth.slice(0, -2)) await once(run, { ...next, doing: step });
    }
  }
}

/** What a process died in is carried on by the next, to its end. */
async function finishRuns(run: Run): Promise<void> {
  const random = seededRandom(run.seed + 2);
  for (const world of run.worlds) await once(run, { slot: 0, world, doing: "bill", random, failpoint: undefined });
}

type Count = { readonly all: number; readonly issued: number; readonly editsAfterBilling: number };

async function countInvoices({ database }: Chaos): Promise<Count> {
  const { rows } = await database.admin.query<Count>(
    `select count(*)::int as "all", count(number)::int as issued, (select count(*)::int from billed_edits) as "editsAfterBilling"
       from invoices`,
  );
  return rows[0] ?? { all: 0, issued: 0, editsAfterBilling: 0 };
}
