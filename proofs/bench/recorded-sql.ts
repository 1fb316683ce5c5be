import { randomUUID } from "node:crypto";
import pg from "pg";

type Statement = { readonly text: string; readonly values: readonly unknown[] };

/** What one request sent to the database, in order, from its sign-in to its commit. */
export type Recording = readonly Statement[];

type Sent = Statement & { readonly rows: string };

/** Listens to every connection of this process while `work` runs. */
export async function recordSql(work: () => Promise<unknown>): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const { prototype } = pg.Client;
  const query = Object.getOwnPropertyDescriptor(prototype, "query");
  const original = query?.value as (...all: unknown[]) => unknown;
  const listening = function (this: pg.Client, config: Statement, callback: (error: unknown, result: unknown) => void) {
    return original.call(this, config, (error: unknown, result: pg.QueryResult | undefined) => {
      sent.push({ text: config.text, values: config.values, rows: JSON.stringify(result?.rows ?? []) });
      callback(error, result);
    });
  };
  Object.defineProperty(prototype, "query", { ...query, value: listening });
  try {
    await work();
  } finally {
    Object.defineProperty(prototype, "query", query as PropertyDescriptor);
  }
  return sent;
}

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * A write's statements for something else: what the caller named is replaced by name, and ids that the write made up (no
 * earlier answer of the database held them) by fresh ones.
 */
export function recast(sent: readonly Sent[], named: Readonly<Record<string, string>>): () => Recording {
  const contexts = sent.flatMap(({ values }) =>
    values.filter((value) => /^[0-9a-f-]{36}\|[0-9a-f-]{36}\|\d+\|/.test(String(value))),
  );
  const known = new Set([...Object.keys(named), ...contexts.flatMap((token) => String(token).match(uuids) ?? [])]);
  const madeUp = new Set<string>();
  for (const { values, rows } of sent) {
    for (const [id] of JSON.stringify(values).matchAll(uuids)) if (!known.has(id)) madeUp.add(id);
    for (const [id] of rows.matchAll(uuids)) known.add(id);
  }
  const inserted = sent
    .filter(({ text }) => /\binsert into\b/.test(text))
    .map(({ values }) => JSON.stringify(values))
    .join();
  const fresh = [...madeUp].filter((id) => inserted.includes(id));
  return () => {
    const swaps = new Map([...Object.entries(named), ...fresh.map((id): [string, string] => [id, randomUUID()])]);
    const swap = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(swap);
      return typeof value === "string" ? swapped(value, swaps) : value;
    };
    return sent.map(({ text, values }) => ({ text, values: values.map(swap) }));
  };
}

const swapped = (text: string, swaps: ReadonlyMap<string, string>): string =>
  [...swaps].reduce((result, [from, to]) => result.replaceAll(from, to), text);

/** Sends what was recorded, on one connection, as the API would and nothing more. */
export async function replay(pool: pg.Pool, recording: Recording): Promise<void> {
  const client = await pool.connect();
  try {
    for (const { text, values } of recording) await client.query(text, [...values]);
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}
