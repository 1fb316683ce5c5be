import type { Firm } from "@plumbline/testing/firm";
import { mixedMasterData, mixedOctober } from "@plumbline/testing/mixed-firm";
import type { Seen } from "../chaos/chaos-runner.ts";
import { correctedRate } from "./foreign-month.ts";

/** What one time entry may be, as far as somebody outside can know: one state, or more once a process died on it. */
export type EntryState = { readonly minutes: number; readonly status: "submitted" | "approved" | "rejected" };
export type Entry = {
  readonly row: Row;
  readonly possible: readonly EntryState[];
  /** Whether it was ever answered that it is there. */
  readonly sure: boolean;
};
export type Entries = Map<string, Entry>;
type Row = Readonly<Record<string, string>>;

/** How often each thing happens, compared with the others. */
export const weights = {
  importNew: 22,
  importEdit: 10,
  importWithdrawal: 3,
  importCosts: 3,
  changeRates: 3,
  changeFx: 2,
  changeLimits: 5,
  changeNames: 3,
  approveTime: 3,
  bill: 5,
  startRun: 6,
  submit: 10,
  approveManager: 9,
  approveFinance: 9,
  issue: 10,
  sendBack: 2,
  revise: 6,
  discard: 3,
  pay: 7,
  payAhead: 2,
  deposit: 3,
  apply: 4,
  unapply: 3,
  refund: 3,
  net: 3,
  writeOff: 2,
  credit: 5,
  bankImport: 6,
  bankSettle: 3,
  bankReturn: 2,
  bankAside: 1,
  dispute: 3,
  decide: 2,
  payShort: 3,
  object: 3,
  acknowledge: 1,
  resolve: 3,
  payEarly: 3,
  certify: 3,
  withdraw: 1,
  agreeLate: 2,
  dun: 3,
  withdrawNotice: 2,
  promise: 2,
  claimInterest: 3,
  takeOver: 3,
  openLimit: 2,
  openCredit: 2,
  chargeInterest: 3,
  waiveInterest: 1,
  draftChange: 3,
  signChange: 3,
  changeSubscriptions: 3,
  changeSplits: 3,
  trustReceive: 2,
  trustRefund: 1,
  trustTransfer: 2,
  mergeClients: 2,
  closeBooks: 1,
  reopenBooks: 2,
  closeEngagement: 2,
  reopenEngagement: 6,
} as const;
export type Doing = keyof typeof weights;

export type Plan = {
  readonly doing: Doing;
  readonly operation: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Entries that it changes, with what each becomes. */
  readonly becomes: ReadonlyMap<string, { readonly row: Row; readonly state: EntryState }>;
};

export function chooseDoing(random: () => number): Doing {
  const all = Object.entries(weights) as [Doing, number][];
  let left = random() * all.reduce((sum, [, weight]) => sum + weight, 0);
  return (all.find(([, weight]) => (left -= weight) < 0) ?? all[0])?.[0] ?? "bill";
}

/** What is done next. A slot edits only what it brought itself, so that nobody else decides what an entry is. */
export function plan(doing: Doing, random: () => number, own: Entries, key: string): Plan {
  const nothing = { doing, becomes: new Map() };
  const importing = (kind: string, rows: readonly Row[]) => ({ ...nothing, operation: "import", args: { kind, rows } });
  if (doing === "importNew") {
    const rows = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) => newTime(random, `${key}-${index}`));
    return { ...importing("time_entries", rows), becomes: new Map(rows.map((row) => [row.entry_key, become(row)])) };
  }
  if (doing === "importEdit" || doing === "importWithdrawal") {
    const [id, entry] = [...own][Math.floor(random() * own.size)] ?? [];
    if (id === undefined || entry === undefined) return plan("importNew", random, own, key);
    const more = doing === "importEdit" ? { hours: hoursText(random) } : { status: "rejected" };
    const row = { ...entry.row, ...more };
    return { ...importing("time_entries", [row]), becomes: new Map([[id, become(row)]]) };
  }
  if (doing === "importCosts") return importing("expenses", [cost(random, key)]);
  if (doing === "changeFx") return importing("fx_rates", [correctedRate(random)]);
  if (doing === "changeRates") return importing("rates", [rate(random)]);
  if (doing === "changeLimits") return importing("engagements", [limits(random)]);
  if (doing === "changeSubscriptions") return importing("subscriptions", [subscription(random, key)]);
  if (doing === "changeSplits") return importing("splits", [split(random)]);
  if (doing === "changeNames") return importing(...names(random, key));
  return { ...nothing, operation: doing, args: {} };
}

/** What an answer says about entries: it is done, it was refused, or nobody knows. */
export function settle(own: Entries, { becomes }: Plan, { outcome }: Pick<Seen, "outcome">): void {
  for (const [key, { row, state }] of becomes) {
    const before = own.get(key) ?? { row, possible: [], sure: false };
    if (outcome === "done") own.set(key, { row, possible: [state], sure: true });
    // Until somebody is answered about it again it may be either.
    else if (outcome === "crashed") own.set(key, { ...before, possible: [...before.possible, state] });
  }
}

const pickOf = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const become = (row: Row) => ({
  row,
  state: { minutes: minutesOf(row), status: row["status"] as EntryState["status"] },
});

/** Quarter hours, so that hours and minutes say the same. */
const hoursText = (random: () => number): string => ((1 + Math.floor(random() * 20)) / 4).toFixed(2);
const minutesOf = (row: Row): number => Math.round(Number(row["hours"]) * 60);

const newTime = (random: () => number, key: string) => ({
  entry_key: key,
  worker_key: `x${Math.floor(random() * workersMax)}`,
  project_key: pickOf(random, ["p1", "p1b", "p2", "p3", "p4", "p5", "p6"]),
  work_date: `2026-10-${String(1 + Math.floor(random() * 31)).padStart(2, "0")}`,
  hours: hoursText(random),
  role: pickOf(random, ["Senior", "Partner"]),
  status: random() < 0.85 ? "approved" : "submitted",
  narrative: `work ${key}`,
});

const costsEditedMax = 8;

const cost = (random: () => number, key: string): Row => ({
  ...pickOf<Row>(random, mixedOctober.expenses),
  // In another currency by the rate of its day, or by one that was recorded with it.
  ...(random() < 0.5 && { currency: "USD", exchange_rate: "", exchange_on: "", exchange_source: "" }),
  // Every other one is an edit of one that was brought before, billed or not: another sum, kind, category, currency or project.
  expense_key: random() < 0.5 ? key : `cost-${Math.floor(random() * costsEditedMax)}`,
  description: key,
  paid: `${1 + Math.floor(random() * 300)}.10`,
});

const rate = (random: () => number): Row => ({
  card_key: "std",
  role: pickOf(random, ["Senior", "Partner"]),
  price: `${50 + Math.floor(random() * 300)}.${10 + Math.floor(random() * 89)}`,
  effective_from: pickOf(random, ["2026-01-01", "2026-10-12"]),
});

const limits = (random: () => number): Row => ({
  ...mixedMasterData.engagements[0],
  cap_amount: `${1 + Math.floor(random() * 40)}000.00`,
  po_amount: `${1 + Math.floor(random() * 60)}000.00`,
});

/** One that is new, or other seats of the one that there is. */
const subscription = (random: () => number, key: string): Row => ({
  ...pickOf<Row>(random, mixedOctober.subscriptions),
  ...(random() < 0.3 && { subscription_key: key, name: `Subscribed ${key}` }),
  quantity: `3 | ${1 + Math.floor(random() * 9)} from 2026-10-20`,
});

/** Who bears an engagement changes while drafts are on their way by what was agreed before. */
function split(random: () => number): Row {
  const { engagement_key = "" } = pickOf<Row>(random, mixedMasterData.engagements);
  const [first, second] = pickOf(random, [
    ["1/3", "2/3"],
    ["50%", "50%"],
    ["1/7", "6/7"],
  ] as const);
  const account = random() < 0.3 ? ", cost centre K1" : "";
  return { split_key: `split ${engagement_key}`, engagement_key, parts: `c1: ${first} | c3: ${second}${account}` };
}

function names(random: () => number, key: string): [string, Row[]] {
  const kind = pickOf(random, ["clients", "projects", "workers"] as const);
  return [kind, [{ ...pickOf<Row>(random, mixedMasterData[kind]), name: `Named ${key}` }]];
}

const workersMax = 400;

/** A firm has many people, because nobody is believed to work more than the week has. */
export const manyWorkers = (firm: Firm) =>
  firm.take(
    "workers",
    Array.from({ length: workersMax }, (_, index) => ({ worker_key: `x${index}`, name: `Worker ${index}` })),
  );
