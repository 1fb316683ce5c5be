import { Failure } from "./failure.ts";

/** A lifetime, if one was given; the API knows its bounds. */
export function readDays(text: string | undefined): { readonly lifetimeDays?: number } {
  if (text === undefined) return {};
  if (!/^\d{1,4}$/.test(text)) throw new Failure("usage", `--days is a number of days, not "${text}".`);
  return { lifetimeDays: Number(text) };
}
