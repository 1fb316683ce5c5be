import { readSource } from "./read-source.ts";
import { basename, dirname } from "node:path";

const priceColumn = "PRICE OFFERED TO GSA (including IFF)";
const unitColumn = "UNIT OF ISSUE (e.g. Hour, Task, Sq ft)";

/**
 * Prices grades from real hourly rates: as many equal groups as there are grades, cheapest first, each grade at the
 * median of its group. Cells that hold no price are left out and counted.
 */
export async function priceGrades(file: string, grades: readonly string[]) {
  const rows = await readSource(dirname(file), basename(file));
  const cents = rows
    .filter(({ row }) => /hour/i.test(row[unitColumn] ?? "hour"))
    .flatMap(({ row }) => centsOf(row[priceColumn] ?? ""))
    .toSorted((left, right) => left - right);
  if (cents.length < grades.length) throw new Error(`${file} has fewer hourly prices than there are grades`);
  const size = cents.length / grades.length;
  const ordered = grades.toSorted((left, right) => Number(left) - Number(right) || (left < right ? -1 : 1));
  const prices = ordered.map((grade, index) => ({ grade, cents: cents[Math.floor((index + 0.5) * size)] as number }));
  return { prices, read: rows.length, usable: cents.length };
}

function centsOf(text: string): number[] {
  const match = /^\$?\s*(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d{1,2}))?\s*$/.exec(text);
  if (match === null) return [];
  const cents = Number((match[1] as string).replaceAll(",", "")) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return cents > 0 ? [cents] : [];
}
