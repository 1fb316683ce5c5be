import type { WorkItemId } from "@plumbline/domain/id";
import type { WriteDown } from "@plumbline/domain/rating/write-down";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import type { DepositInput } from "../deposits/draft-deposit.ts";
import { toDepositRow } from "../deposits/load-deposits.ts";
import { toBucketRow } from "../hour-buckets/load-buckets.ts";
import { toLimitRow } from "../limits/load-limits.ts";
import type { Draft } from "./assemble-drafts.ts";
import { fromDetail } from "./select-pieces.ts";
import type { BookRows } from "./book-rows.ts";
import type { ChargedWork } from "./draft-client.ts";
import type { WorkEntry } from "./work-entry.ts";
import type { LoadedBook } from "./load-run-book.ts";
import type { Place } from "./place.ts";

/**
 * What drafts were made from, beside the work that they claim: kept with them, so that the same functions make the same
 * drafts of it at any time, whatever changed since. Members that come later are optional, because old ones still read.
 */
export type DraftingInputs = {
  /** The part of the master data that the charged work is about. */
  readonly rows: BookRows;
  /** Work with a sum, as it was read. */
  readonly pieces: readonly WorkPiece[];
  /** Time that was charged for and is not wholly on the drafts: a limit cut it, another line covers it, it belongs elsewhere. */
  readonly beside: readonly Beside[];
  /** Where the one draft stood that was drafted anew; absent when a run drafted all of a client's. */
  readonly place?: Place;
  /** What was asked for, of a deposit: it is made of no work. */
  readonly deposit?: DepositInput;
  /** What a person decided about work on it; absent when nobody did. */
  readonly writeDowns?: readonly WriteDown[];
};

/** A version of a work item as the drafting saw it: what nobody had taken of it, as which share. */
type Beside = readonly [
  id: WorkItemId,
  version: number,
  share: number,
  minutes: number,
  part?: NonNullable<WorkEntry["part"]>,
];

/** The inputs of a deposit: its engagement and what was asked. */
export function depositInputsText(book: LoadedBook, deposit: DepositInput): string {
  const rows = {
    engagements: book.rows.engagements.filter(({ id }) => id === deposit.engagementId),
    projects: [],
    workers: [],
    rates: [],
    grades: [],
    defaultCards: [],
    billedBefore: [],
    limits: [],
  };
  return JSON.stringify({ rows, pieces: [], beside: [], deposit } satisfies DraftingInputs);
}

/** The inputs of drafts as text that JSON can read back. */
export function inputsText(
  book: LoadedBook,
  made: { readonly charged: ChargedWork; readonly drafts: readonly Draft[]; readonly place?: Place },
): string {
  const { charged, drafts, place } = made;
  const inputs: DraftingInputs = {
    rows: excerptOf(book, charged),
    pieces: charged.pieces,
    beside: besideOf(charged, drafts),
    ...(place && { place }),
    ...(charged.writeDowns.length > 0 && { writeDowns: charged.writeDowns }),
  };
  return JSON.stringify(inputs, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Amounts of a piece are text in JSON; their names end in `Minor`, as where pieces are read from the database. */
export function readInputs(text: string): DraftingInputs {
  const { pieces, ...inputs } = JSON.parse(text) as DraftingInputs;
  return { ...inputs, pieces: pieces.map(withAmounts) };
}

const withAmounts = (piece: WorkPiece): WorkPiece => fromDetail(piece) as WorkPiece; // As it was written.

/** Rates are kept with all that could have been chosen instead, so that the choice itself can be made again. */
function excerptOf(book: LoadedBook, { entries, pieces, rates }: ChargedWork): BookRows {
  const { rows } = book;
  const work = [...entries, ...pieces];
  const engagements = new Set(work.map(({ engagementId }) => engagementId));
  const projects = new Set(work.flatMap(({ projectId }) => projectId ?? []));
  const workers = new Set(entries.map(({ workerId }) => workerId));
  const clients = new Set([...engagements].map((id) => book.engagements.get(id)?.clientId));
  const buckets = [...engagements].flatMap((id) => book.buckets.get(id) ?? []);
  const deposits = [...engagements].flatMap((id) => book.deposits.get(id) ?? []);
  const cards = new Set(rates.map(({ cardId }) => cardId));
  return {
    engagements: pick(rows.engagements, engagements),
    projects: pick(rows.projects, projects),
    workers: pick(rows.workers, workers),
    rates: pick(rows.rates, new Set(rates.map(({ id }) => id))),
    grades: [...workers].flatMap((worker) =>
      (book.grades.get(worker) ?? []).map(({ from, role }) => ({ worker, role, from })),
    ),
    defaultCards: rows.defaultCards.filter(({ id }) => cards.has(id)),
    billedBefore: rows.billedBefore
      .filter(({ clientId }) => clients.has(clientId))
      .map(({ days, ...billed }) => ({ ...billed, days: days.filter(({ workerId }) => workers.has(workerId)) })),
    // What was left when the charges were fitted, which may be less than when the book was read.
    limits: [...engagements].flatMap((id) => book.limits.get(id) ?? []).map(toLimitRow),
    ...(buckets.length > 0 && { buckets: buckets.map(toBucketRow) }),
    ...(deposits.length > 0 && { deposits: deposits.map(toDepositRow) }),
  };
}

/** In the order of the rows, so that what is read back stands as it stood. */
function pick<Row extends { readonly id: string | null }>(rows: readonly Row[], ids: ReadonlySet<string>): Row[] {
  const index = indexOf(rows);
  const places = [...ids].flatMap((id) => index.get(id) ?? []).toSorted((left, right) => left - right);
  return places.map((at) => rows[at] as Row);
}

/** A book of thousands of rows is asked once for each client. */
const indexes = new WeakMap<object, ReadonlyMap<string | null, number>>();

function indexOf(rows: readonly { readonly id: string | null }[]): ReadonlyMap<string | null, number> {
  const known = indexes.get(rows);
  if (known !== undefined) return known;
  const index = new Map(rows.map(({ id }, at) => [id, at]));
  indexes.set(rows, index);
  return index;
}

function besideOf({ entries }: ChargedWork, drafts: readonly Draft[]): Beside[] {
  const onDrafts = new Map<WorkItemId, number>();
  for (const { lines } of drafts) {
    for (const { claims } of lines) {
      for (const { work, minutes } of claims) onDrafts.set(work.id, (onDrafts.get(work.id) ?? 0) + minutes);
    }
  }
  // What is free of divided work is never all that its claims say.
  const parted = new Set(entries.flatMap(({ id, part }) => (part === undefined ? [] : id)));
  return entries
    .filter(({ id, minutes }) => parted.has(id) || onDrafts.get(id) !== minutes)
    .map(({ id, version, share, minutes, part }): Beside =>
      part === undefined ? [id, version, share, minutes] : [id, version, share, minutes, part],
    );
}
