import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { keepFile } from "../session/keep-file.ts";

/**
 * A draft has no number, and nobody types a whole id. Its last eight digits are enough among invoices that were listed on
 * this machine lately; which those were is kept here.
 */
export const handleOf = (invoiceId: string): string => invoiceId.slice(-handleLetters);

const handleLetters = 8;
const rememberedMax = 5_000;

const pathOf = (folder: string) => join(folder, "listed-invoices.json");

export async function rememberListed(folder: string, invoiceIds: readonly string[]): Promise<void> {
  const known = await readListed(folder);
  const ids = [...new Set([...invoiceIds, ...known])].slice(0, rememberedMax);
  await keepFile(pathOf(folder), `${JSON.stringify(ids)}\n`);
}

/** The ids that end so: none, one, or more than one. */
export const findByHandle = async (folder: string, handle: string): Promise<readonly string[]> =>
  (await readListed(folder)).filter((id) => id.endsWith(handle.toLowerCase()));

/** What cannot be read was a convenience, and begins anew. */
const readListed = async (folder: string): Promise<readonly string[]> => {
  try {
    return JSON.parse(await readFile(pathOf(folder), "utf8")) as string[]; // Written by rememberListed alone.
  } catch {
    return [];
  }
};
