import { parseLocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";

/** What every list is asked with. */
type PageQuery = { readonly limit: number; readonly cursor?: string | undefined };

/** What a list is sorted by: column or expression → its type. The last key must be unique, or rows would be skipped. */
type SortKeys = Readonly<Record<string, keyof typeof isWritten>>;

type KeysetPage = {
  /** For the select list: what the next cursor is made of. */
  readonly keys: string;
  /** For `where`, behind every other condition: rows that come after the page before. */
  readonly after: string;
  /** Values of `after`; they follow those of the other conditions. */
  readonly values: readonly unknown[];
  /** The end of the statement: order and limit. */
  readonly tail: string;
  /** The order alone, for an outer statement that joins names to the rows of a page. */
  readonly order: string;
  readonly of: <Row extends { readonly page_keys: readonly string[] }, Item>(
    rows: readonly Row[],
    toItem: (row: Row) => Item,
  ) => { readonly items: readonly Item[]; readonly next?: string };
};

/**
 * One page of a list that is read by its sort keys: a page costs the same wherever it lies, and rows that come or go
 * meanwhile neither repeat nor hide others. Every list uses this; identifiers are in order of creation, so `id`
 * descending is newest first.
 *
 *     const page = keysetPage(input, { sort: { "r.id": "uuid" }, direction: "desc" });
 *     const rows = await query<Row>(
 *       scope.tx,
 *       `select r.id, r.state, ${page.keys} from billing_runs r where r.state = ? and ${page.after} ${page.tail}`,
 *       [state, ...page.values],
 *     );
 *     return page.of(rows, toWire);
 *
 * An index must begin with the tenant, go on with what the conditions fix, and end with the sort keys.
 *
 * @throws Problem `request-invalid` naming `cursor`, when it does not come from a page of this order
 */
export function keysetPage(
  { limit, cursor }: PageQuery,
  { sort, direction }: { readonly sort: SortKeys; readonly direction: "asc" | "desc" },
): KeysetPage {
  const columns = Object.keys(sort);
  const seen = cursor === undefined ? undefined : readCursor(cursor, sort);
  const marks = Object.values(sort).map((type) => `?::${type}`);
  const order = `order by ${columns.map((column) => `${column} ${direction}`).join(", ")}`;
  return {
    order,
    keys: `array[${columns.map((column) => `${column}::text`).join(", ")}] as page_keys`,
    after:
      seen === undefined ? "true" : `(${columns.join(", ")}) ${direction === "asc" ? ">" : "<"} (${marks.join(", ")})`,
    values: seen ?? [],
    // One row more than asked for tells whether there is a next page.
    tail: `${order} limit ${Math.trunc(limit) + 1}`,
    of: (rows, toItem) => {
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        items: shown.map(toItem),
        ...(last !== undefined && { next: writeCursor(columns, last.page_keys) }),
      };
    },
  };
}

const writeCursor = (columns: readonly string[], keys: readonly string[]): string =>
  Buffer.from(JSON.stringify(columns.map((column, index) => [column, keys[index]]))).toString("base64url");

/** The keys of a cursor, each as PostgreSQL writes its type: whatever it would fail on is refused here. */
function readCursor(cursor: string, sort: SortKeys): string[] {
  const wanted = Object.entries(sort);
  const said = parseJson(Buffer.from(cursor, "base64url").toString("utf8"));
  const parts: readonly unknown[] = Array.isArray(said) ? said : [];
  const keys = wanted.flatMap(([column, type], index) => {
    const part = parts[index];
    if (!Array.isArray(part) || part[0] !== column || typeof part[1] !== "string") return [];
    return isWritten[type](part[1]) ? [part[1]] : [];
  });
  if (keys.length !== wanted.length || parts.length !== wanted.length) throw cursorRefused();
  return keys;
}

const cursorRefused = (): Problem => {
  const reason = "is not the `next` of a page of this list in this order; ask without it to begin again";
  return new Problem("request-invalid", {
    detail: `cursor (query): ${reason}`,
    extra: { errors: [{ in: "query", field: "cursor", reason }] },
  });
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const timestamp = /^(\d{4}-\d{2}-\d{2}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/;

/** Whether text is a value of a type as PostgreSQL writes it. */
const isWritten = {
  uuid: (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  int: (text: string) => /^-?\d{1,9}$/.test(text),
  numeric: (text: string) => /^-?\d{1,40}(\.\d{1,40})?$/.test(text),
  date: (text: string) => parseLocalDate(text) !== undefined,
  timestamptz: (text: string) => parseLocalDate(timestamp.exec(text)?.[1] ?? "") !== undefined,
  text: (text: string) => !text.includes("\0"),
} as const satisfies Record<string, (text: string) => boolean>;
