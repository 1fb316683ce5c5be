import type { Client } from "@plumbline/client/client";
import type { Connection } from "./connect.ts";
import type { Answered } from "./refusal.ts";

type Page<Item> = { readonly items: readonly Item[]; readonly next?: string };

/** The most that one page may hold. */
const pageRowsMax = 200;

/**
 * Reads a list page by page until it ends or `rowsMax` are there.
 *
 * @returns the rows, and whether there are more
 */
export async function readPages<Item>(
  { ask }: Connection,
  rowsMax: number,
  read: (client: Client, page: { readonly limit: number; readonly cursor?: string }) => Promise<Answered<Page<Item>>>,
): Promise<{ readonly items: readonly Item[]; readonly isMore: boolean }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(pageRowsMax, rowsMax - items.length);
    const page = await ask((client) => read(client, { limit, ...(cursor !== undefined && { cursor }) }));
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && items.length < rowsMax);
  return { items, isMore: cursor !== undefined };
}
