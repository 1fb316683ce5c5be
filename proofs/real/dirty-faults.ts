import type { ImportKind } from "@plumbline/contract/import-row";

/** Cells of a row by the source's columns. */
export type Cells = Readonly<Record<string, string>>;

/** One way for a row to be wrong. The row is a copy of a good one; unless it repeats it, with a key of its own. */
export type Fault = {
  readonly name: string;
  readonly kind: ImportKind;
  /** The canonical field under which it must be quarantined. */
  readonly field: string;
  readonly dirty: (row: Cells) => Cells;
  /** Cells too many or too few. */
  readonly width?: 1 | -1;
  /** Comes after the row whose key it keeps. */
  readonly repeats?: true;
};

// Characters of a private range stand for single bytes, so that cells can hold what is no text.
const firstByte = 0xf700;
const byte = (value: number) => String.fromCharCode(firstByte + value);

/** Bytes of a cell: UTF-8, except where it says otherwise. */
export const toBytes = (text: string): Buffer =>
  Buffer.concat(
    text.split(/([\uF700-\uF7FF])/).map((part) => {
      const code = part.length === 1 ? part.charCodeAt(0) - firstByte : -1;
      return code >= 0 && code <= 0xff ? Buffer.from([code]) : Buffer.from(part);
    }),
  );

const latin1 = `caf${byte(0xe9)}`;
const halfSurrogate = `a${byte(0xed)}${byte(0xa0)}${byte(0x80)}b`;
const overlong = `${byte(0xc0)}${byte(0xaf)}`;
const megabyte = "x".repeat(1_000_000);
const emoji = "😀".repeat(150);

const cell = (column: string, text: string) => (row: Cells) => ({ ...row, [column]: text });

type Case = readonly [name: string, field: string, column: string, text: string];
const cases = (kind: ImportKind, ...rows: readonly Case[]): Fault[] =>
  rows.map(([name, field, column, text]) => ({ name, kind, field, dirty: cell(column, text) }));
const repeated = (kind: ImportKind, field: string, column: string, text: string): Fault[] => [
  { name: "row twice", kind, field, dirty: (row) => row, repeats: true },
  { name: "key twice", kind, field, dirty: cell(column, text), repeats: true },
];

// prettier-ignore
// oxfmt-ignore
export const faults: readonly Fault[] = [
  ...cases("rate_cards",
    ["currency that is none",     "currency",       "currency",       "XXY"],
    ["second default",            "is_default",     "is_default",     "yes"],
    ["formula for a key",         "card_key",       "card_key",       "=1+1"]),
  ...repeated("rate_cards", "card_key", "is_default", "yes"),

  ...cases("rates",
    ["price beyond all numbers",  "price",          "price",          "9".repeat(39)],
    ["price of a slipped point",  "price",          "price",          "99999999999.00"],
    ["negative price",            "price",          "price",          "-5"],
    ["formula for a price",       "price",          "price",          "=5"],
    ["end before time ends",      "effective_to",   "effective_to",   "9999-12-31"],
    ["start before all time",     "effective_from", "effective_from", "0000-01-01"],
    ["card nobody knows",         "card_key",       "card_key",       "nobody’s"]),
  { name: "overlapping range", kind: "rates", field: "effective_from", repeats: true,
    dirty: (row) => ({ ...row, effective_from: "2019-06-01" }) },
  ...repeated("rates", "effective_from", "price", "1.00"),

  ...cases("clients",
    ["no name",                   "name",           "name",           "  "],
    ["Latin-1",                   "name",           "name",           latin1],
    ["formula for a name",        "name",           "name",           "=cmd|' /C calc'!A0"],
    ["date in words",             "vat_id_checked_on", "vat_id_checked_on", "yesterday"],
    ["answer that is none",       "is_business",    "is_business",    emoji]),
  ...repeated("clients", "client_key", "name", "Another name"),

  ...cases("engagements",
    ["client nobody knows",       "client_key",     "client_id",      "nobody"],
    ["increment of years",        "increment_minutes", "increment_minutes", "99999999999999"],
    ["terms that start nowhere",  "starts_on",      "starts_on",      "2015-13-01"]),
  ...["9".repeat(25), "0"].map((amount): Fault => ({ name: `order of ${amount.slice(0, 2)}`, kind: "engagements", field: "po_amount",
    dirty: (row) => ({ ...row, po_number: "1", po_amount: amount }) })),
  { name: "code of another", kind: "engagements", field: "code", dirty: (row) => row },
  ...repeated("engagements", "engagement_key", "code", "ANOTHER"),

  ...cases("projects",
    ["engagement nobody knows",   "engagement_key", "engagement_id",  "nobody"],
    ["NUL in a key",              "engagement_key", "engagement_id",  "1\u00002"],
    ["date in words",             "start_date",     "start_date",     "soon"]),
  { name: "end before start", kind: "projects", field: "end_date",
    dirty: (row) => ({ ...row, start_date: "2015-02-01", end_date: "2015-01-01" }) },
  ...repeated("projects", "project_key", "name", "Another name"),

  ...cases("workers",
    ["half a character",          "name",           "name",           halfSurrogate],
    ["overlong byte sequence",    "name",           "name",           overlong],
    ["name of a megabyte",        "name",           "name",           megabyte]),
  ...repeated("workers", "worker_key", "name", "Another name"),

  ...cases("worker_grades",
    ["worker nobody knows",       "worker_key",     "worker_id",      "nobody"],
    ["date before all time",      "from_date",      "from_date",      "0001-01-01"]),
  ...repeated("worker_grades", "from_date", "grade", "99"),

  ...cases("time_entries",
    ["negative hours",            "hours",          "hours",          "-3.00"],
    ["no hours",                  "hours",          "hours",          "0.00"],
    ["absurd hours",              "hours",          "hours",          "400"],
    ["hours with an exponent",    "hours",          "hours",          "1e2"],
    ["hours beyond all numbers",  "hours",          "hours",          "9".repeat(300)],
    ["formula for hours",         "hours",          "hours",          "=8"],
    ["day that is none",          "work_date",      "week_start",     "2015-02-29"],
    ["date the other way round",  "work_date",      "week_start",     "30/03/2015"],
    ["date after all time",       "work_date",      "week_start",     "9999-12-31"],
    ["worker nobody knows",       "worker_key",     "worker_id",      "nobody"],
    ["project nobody knows",      "project_key",    "project_id",     "nobody"],
    ["no key",                    "entry_key",      "entry_id",       ""],
    ["key of a megabyte",         "entry_key",      "entry_id",       megabyte],
    ["formula with =",            "entry_key",      "entry_id",       "=HYPERLINK(\"http://x.example\")"],
    ["formula with +",            "entry_key",      "entry_id",       "+1+cmd|' /C calc'!A0"],
    ["formula with -",            "entry_key",      "entry_id",       "-1+cmd|' /C calc'!A0"],
    ["formula with @",            "entry_key",      "entry_id",       "@SUM(1+1)"],
    ["NUL",                       "narrative",      "timecard_id",    "5\u00005"],
    ["Latin-1",                   "narrative",      "timecard_id",    latin1],
    ["text of a megabyte",        "narrative",      "timecard_id",    megabyte],
    ["time that is none",         "started_at",     "started_at",     "25:61"],
    ["status nobody knows",       "status",         "status",         "billed"]),
  { name: "cell too many", kind: "time_entries", field: "row", dirty: (row) => row, width: 1 },
  { name: "cell too few", kind: "time_entries", field: "row", dirty: (row) => row, width: -1 },
  ...repeated("time_entries", "entry_key", "hours", "1.25"),
];

/** Files that cannot be read as workers at all, and what the refusal must say. */
// prettier-ignore
// oxfmt-ignore
export const brokenFiles: readonly (readonly [name: string, bytes: Buffer, says: RegExp])[] = [
  ["empty file",           Buffer.alloc(0),                                                        /no header/],
  ["header without a key", Buffer.from("name\nAnn\n"),                                             /worker_key/],
  ["header name twice",    Buffer.from("worker_key,name,name\nbroken,Ann,Bo\n"),                   /name more than once/],
  ["quote without an end", Buffer.from("worker_key,name\nbroken,Ann\nbroken2,\"Bo\nbroken3,Cy\n"), /line/],
  ["UTF-16",               Buffer.from("worker_key,name\nbroken,Ann\n", "utf16le"),                /worker_key/],
];
