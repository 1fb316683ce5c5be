import { describe, expect, it } from "vitest";
import type { ImportKind } from "@plumbline/contract/import-row";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();

type Row = Readonly<Record<string, string>>;
type Refused = readonly [line: number, field: string, reason: RegExp];

/** A firm with one thing of each kind, to which rows may refer. */
async function furnished(): Promise<Firm> {
  const firm = await newFirm(database.current.pool);
  await firm.take("clients", [{ client_key: "c1", name: "Bright & Moor" }]);
  await firm.take("rate_cards", [{ card_key: "k1", currency: "EUR", is_default: "yes" }]);
  await firm.take("engagements", [{ engagement_key: "e1", client_key: "c1", code: "E-1" }]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Move" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2026-01-01" }]);
  await firm.take("rates", [rate("Senior", "2026-01-01", "2026-06-30")]);
  return firm;
}

const rate = (role: string, from: string, to = "", price = "100"): Row => ({
  card_key: "k1",
  role,
  price,
  effective_from: from,
  effective_to: to,
});
const entry = (key: string, cells: Row = {}): Row => ({
  entry_key: key,
  worker_key: "w1",
  project_key: "p1",
  work_date: "2026-10-01",
  hours: "7.5",
  ...cells,
});

async function quarantineOf(firm: Firm, importId: string) {
  const { rows } = await database.current.admin.query<{ line: number; issues: { field: string; reason: string }[] }>(
    "select line, issues from quarantined_rows where tenant_id = $1 and import_id = $2 order by line",
    [firm.tenantId, importId],
  );
  return rows;
}

/** What became of rows, each refused one with its first issue; whatever is not refused must have gone in. */
async function taken(firm: Firm, kind: ImportKind, rows: readonly Row[]) {
  const { importId, read, added, changed, unchanged, quarantined } = await firm.take(kind, rows);
  const refused = await quarantineOf(firm, importId);
  if (read !== rows.length || read !== added + changed + unchanged + refused.length || quarantined !== refused.length) {
    throw new Error("the import's counts do not add up");
  }
  return {
    added,
    changed,
    unchanged,
    refused: refused.map(({ line, issues }) => [line, issues[0]?.field, issues[0]?.reason]),
  };
}

const those = (...refused: readonly Refused[]) => ({
  refused: refused.map(([line, field, reason]) => [line, field, expect.stringMatching(reason)]),
});

describe("what contradicts another row is quarantined, and the others go in", () => {
  it("an engagement's code, in the file or in the table", async () => {
    const firm = await furnished();
    const rows = [
      { engagement_key: "e2", client_key: "c1", code: "E-2" },
      { engagement_key: "e3", client_key: "c1", code: "E-2" },
      { engagement_key: "e4", client_key: "c1", code: "E-1" },
      { engagement_key: "e5", client_key: "c1", code: "E-5" },
    ];
    expect(await taken(firm, "engagements", rows)).toMatchObject(
      those([3, "code", /“E-2” is the code of another engagement/], [4, "code", /“E-1”/]),
    );
  });

  it("codes that two engagements swap: the database's refusal finds its rows, in words", async () => {
    const firm = await furnished();
    await firm.take("engagements", [{ engagement_key: "e2", client_key: "c1", code: "E-2" }]);
    const rows = [
      { engagement_key: "e1", client_key: "c1", code: "E-2" },
      { engagement_key: "e2", client_key: "c1", code: "E-1" },
      { engagement_key: "e3", client_key: "c1", code: "E-3" },
    ];
    const words = /is the code of another engagement/;
    expect(await taken(firm, "engagements", rows)).toMatchObject({
      added: 1,
      ...those([2, "code", words], [3, "code", words]),
    });
  });

  it("a second default card, and a card whose currency changes; but the default may move", async () => {
    const firm = await furnished();
    const cards = (first: string, second: string) => [
      { card_key: "k2", currency: "EUR", is_default: first },
      { card_key: "k1", currency: "EUR", is_default: second },
    ];
    expect(await taken(firm, "rate_cards", cards("yes", "yes"))).toMatchObject(
      those([2, "is_default", /“k1” is the default card in EUR already/]),
    );
    expect(await taken(firm, "rate_cards", cards("yes", "no"))).toMatchObject({ added: 1, changed: 1, refused: [] });
    expect(await taken(firm, "rate_cards", [{ card_key: "k1", currency: "USD" }])).toMatchObject(
      those([2, "currency", /prices are in EUR/]),
    );
  });

  it("two prices for one day, unless a later start ends an open rate", async () => {
    const firm = await furnished();
    const rows = [
      rate("Senior", "2026-06-30"),
      rate("Senior", "2026-07-01"),
      rate("Senior", "2026-09-01"),
      rate("Junior", "2026-01-01", "2026-03-31"),
      rate("Junior", "2026-02-01", "2026-02-28"),
      rate("Junior", "2026-01-01", "2026-03-31"),
    ];
    expect(await taken(firm, "rates", rows)).toMatchObject(
      those(
        [2, "effective_from", /overlaps the rate of the same work from 2026-01-01 to 2026-06-30/],
        [6, "effective_from", /overlaps .* from 2026-01-01 to 2026-03-31/],
        [7, "effective_from", /appears twice in this file/],
      ),
    );
  });

  it("a second grade of the same day", async () => {
    const firm = await furnished();
    const rows = ["Principal", "Director"].map((grade) => ({ worker_key: "w1", grade, from_date: "2026-02-01" }));
    expect(await taken(firm, "worker_grades", rows)).toMatchObject(those([3, "from_date", /appears twice/]));
  });
});

it("takes the first of two rows with one key, however far apart and however often the file comes", async () => {
  const firm = await furnished();
  const far = Array.from({ length: 5_100 }, (_, n) => entry(`t${n}`));
  const rows = [...far, entry("t1", { hours: "1" }), entry("t2")];
  const refused = those(
    [5_102, "entry_key", /“t1” appears twice in this file; the first is taken/],
    [5_103, "entry_key", /“t2” appears twice/],
  );
  expect(await taken(firm, "time_entries", rows)).toMatchObject({ added: 5_100, ...refused });
  expect(await taken(firm, "time_entries", rows)).toMatchObject({ changed: 0, unchanged: 5_100, ...refused });
});

// prettier-ignore
// oxfmt-ignore
const dirtyEntries: readonly [name: string, cells: Row, field: string, reason: RegExp][] = [
  ["negative hours",             { hours: "-3" },                          "hours",      /not a positive number/],
  ["no hours",                   { hours: "0" },                           "hours",      /no time at all/],
  ["more hours than a week has", { hours: "168.01" },                      "hours",      /more than a week/],
  ["hours with an exponent",     { hours: "1e3" },                         "hours",      /not a positive number/],
  ["hours beyond all numbers",   { hours: "9".repeat(400) },               "hours",      /400 characters long/],
  ["a formula for hours",        { hours: "=7.5" },                        "hours",      /like a formula, with “=”/],
  ["a formula for text",         { narrative: "=HYPERLINK(1)" },           "narrative",  /like a formula, with “=”/],
  ["a formula with a plus",      { narrative: "+cmd|' /C calc'!A0" },      "narrative",  /like a formula, with “\+”/],
  ["a formula with a minus",     { narrative: "-2+3+cmd|' /C calc'!A0" },  "narrative",  /like a formula, with “-”/],
  ["a formula with an at sign",  { task: "@SUM(1+1)" },                    "task",       /like a formula, with “@”/],
  ["a day that is none",         { work_date: "2026-02-29" },              "work_date",  /is not a date/],
  ["a date the other way round", { work_date: "01/10/2026" },              "work_date",  /is not a date/],
  ["a date before all work",     { work_date: "0001-01-01" },              "work_date",  /not between 1900-01-01 and 2199-12-31/],
  ["a date after all work",      { work_date: "9999-12-31" },              "work_date",  /not between/],
  ["NUL",                        { narrative: "a\u0000b" },                "narrative",  /not UTF-8/],
  ["NUL in what is quoted",      { status: "a\u0000b" },                   "status",     /not UTF-8/],
  ["half a character",           { narrative: "a\ud800b" },                "narrative",  /not UTF-8/],
  ["half a character, quoted",   { work_date: "\udc00" },                  "work_date",  /not UTF-8/],
  ["a cell of a megabyte",       { narrative: "x".repeat(1_000_000) },     "narrative",  /1000000 characters long; 4000/],
  ["a key of a megabyte",        { entry_key: "x".repeat(1_000_000) },     "entry_key",  /200 are allowed/],
  ["characters cut in the middle", { narrative: `=${"😀".repeat(300)}` },  "narrative",  /like a formula/],
  ["a reason cut in the middle", { work_date: `a${"😀".repeat(40)}` },     "work_date",  /is not a date/],
  ["a worker nobody knows",      { worker_key: "w9" },                     "worker_key", /no worker “w9”/],
  ["a time that is none",        { started_at: "25:00" },                  "started_at", /not a time/],
  ["a status of another system", { status: "billed" },                     "status",     /none of submitted/],
];

it.each(dirtyEntries)("quarantines %s and takes the row beside it", async (name, cells, field, reason) => {
  const firm = await dirtyFirm();
  const rows = [entry(`bad ${name}`, cells), entry(`good ${name}`)];
  expect(await taken(firm, "time_entries", rows)).toMatchObject({ added: 1, ...those([2, field, reason]) });
});

let shared: Promise<Firm> | undefined;
const dirtyFirm = () => (shared ??= furnished());

it("lets signed numbers be text: a telephone is no formula", async () => {
  const firm = await dirtyFirm();
  const rows = [entry("tel", { narrative: "+49 (30) 123-456", task: "-5.5" })];
  expect(await taken(firm, "time_entries", rows)).toMatchObject({ added: 1, refused: [] });
});

it("quarantines what numbers and dates of money cannot hold", async () => {
  const firm = await furnished();
  const order = (key: string, cells: Row) => ({ engagement_key: key, client_key: "c1", code: key, ...cells });
  const engagements = [
    order("e2", { po_number: "1", po_amount: "99999999999999999999" }),
    order("e3", { po_number: "1", po_amount: "-5" }),
    order("e4", { po_number: "1", po_amount: "5", po_valid_from: "2026-02-01", po_valid_to: "2026-01-01" }),
    order("e5", { starts_on: "0000-00-00" }),
    order("e6", { increment_minutes: "99999999999" }),
  ];
  expect(await taken(firm, "engagements", engagements)).toMatchObject(
    those(
      [2, "po_amount", /not an amount in EUR/],
      [3, "po_amount", /not an amount in EUR/],
      [4, "po_valid_to", /before po_valid_from/],
      [5, "starts_on", /is not a date/],
      [6, "increment_minutes", /not a whole number/],
    ),
  );
  const rates = [
    rate("Junior", "2026-01-01", "", "99999999999999999999999"),
    rate("Junior", "2026-02-01", "9999-12-31"),
  ];
  expect(await taken(firm, "rates", rates)).toMatchObject(
    those([2, "price", /not a price in EUR/], [3, "effective_to", /an open end is an empty cell/]),
  );
});
