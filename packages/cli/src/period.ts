import { Failure } from "./failure.ts";

/** `2026-10`, or `2026-10-01..2026-10-15` with the last day included, as the API's half-open period. */
export function readPeriod(text: string): { readonly start: string; readonly end: string } {
  const month = /^(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(text)?.[1];
  if (month !== undefined) {
    const [year = 0, number = 0] = month.split("-").map(Number);
    return { start: `${month}-01`, end: isoDate(new Date(Date.UTC(year, number, 1))) };
  }
  const [, start, last] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(text) ?? [];
  if (start === undefined || last === undefined || !isDay(start) || !isDay(last) || last < start) {
    throw new Failure(
      "usage",
      `"${text}" is not a period. Write a month as 2026-10, other spans as 2026-10-01..2026-10-15.`,
    );
  }
  return { start, end: isoDate(new Date(Date.parse(last) + dayMs)) };
}

const dayMs = 86_400_000;
const isoDate = (date: Date): string => date.toISOString().slice(0, 10);
const isDay = (text: string): boolean => !Number.isNaN(Date.parse(text)) && isoDate(new Date(text)) === text;
