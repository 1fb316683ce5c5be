type Money = { readonly amount: string; readonly currency: string };

/** `1234567.50 EUR` → `1 234 567.50 EUR`, with a narrow space that does not break. */
export const money = ({ amount, currency }: Money): string => `${grouped(amount)} ${currency}`;

const grouped = (decimal: string): string => {
  const [whole = "", fraction] = decimal.split(".");
  const parts = whole.replaceAll(/\B(?=(\d{3})+$)/g, "\u202F");
  return fraction === undefined ? parts : `${parts}.${fraction}`;
};

export const count = (number: number): string => grouped(String(number));

/** `3 invoices`, `1 invoice`. */
export const counted = (number: number, noun: string, nouns = `${noun}s`): string =>
  `${count(number)} ${number === 1 ? noun : nouns}`;

/** Minutes as people of the trade write time: `12:30 h`. */
export const hours = (minutes: number): string => {
  const whole = Math.trunc(Math.abs(minutes) / 60);
  return `${minutes < 0 ? "-" : ""}${count(whole)}:${String(Math.abs(minutes) % 60).padStart(2, "0")} h`;
};

/** A month as one word, any other span as its first and last day. */
export function period({ start, end }: { readonly start: string; readonly end: string }): string {
  const last = addDays(end, -1);
  const isMonth = start.endsWith("-01") && end.endsWith("-01") && start.slice(0, 7) === last.slice(0, 7);
  return isMonth ? start.slice(0, 7) : `${start} to ${last}`;
}

const dayMs = 86_400_000;
const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** How long ago something was, in its largest unit. */
export function age(instant: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}

/** An instant to the minute, in UTC, as everything on the wire is. */
export const moment = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;

/** `validation_pending` → `validation pending` */
export const words = (name: string): string => name.replaceAll(/[_-]/g, " ");

export const percent = (basisPoints: number): string => `${basisPoints / 100} %`;
