import { type LocalDate, parseLocalDate } from "@plumbline/domain/calendar/local-date";

/** A row under canonical names, as text. */
export type RawRow = {
  /** Line of the file on which the row ends. */
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly width?: number;
  readonly expectedWidth?: number;
};

/** What is wrong with one field of a row, in a sentence. */
export type RowIssue = { readonly field: string; readonly reason: string };

const keyCharactersMax = 200;
const textCharactersMax = 4_000;
/** Work, prices and orders lie within these; what does not is a typing error or a trick. */
const dates = { first: "1900-01-01", last: "2199-12-31" } as const;
// A replacement character is what broken UTF-8 decodes to; NUL cannot be stored as text.
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const unreadable = /[\u0000\uFFFD]/;
// A spreadsheet would run it when the cell comes out again. Signed numbers, also those of telephones, are none.
const formula = /^[=@]|^[+-](?![\d\s.,()/-]*$)/;

/** Reads cells of one row and collects everything wrong with it, so that a person sees all faults at once. */
export type RowReader = ReturnType<typeof readRow>;

export function readRow({ fields, width, expectedWidth }: RawRow) {
  const issues: RowIssue[] = [];
  const refuse = (field: string, reason: string): undefined => {
    issues.push({ field, reason });
    return undefined;
  };
  if (width !== undefined && width !== expectedWidth) {
    refuse("row", `has ${width} cells where the header has ${expectedWidth}`);
  }

  const text = (field: string, charactersMax = textCharactersMax): string => {
    const value = (fields[field] ?? "").trim();
    if (value.length > charactersMax) {
      refuse(field, `is ${value.length} characters long; ${charactersMax} are allowed`);
      return "";
    }
    if (unreadable.test(value) || !value.isWellFormed()) refuse(field, "holds bytes that are not UTF-8 text");
    if (formula.test(value)) refuse(field, `begins like a formula, with “${value[0]}”; begin it with a word`);
    return value;
  };
  const needed = (field: string, charactersMax?: number): string => {
    const value = text(field, charactersMax);
    if (value === "" && !issues.some((issue) => issue.field === field)) refuse(field, "is empty");
    return value;
  };
  const optional = <T>(field: string, read: (field: string) => T): T | undefined =>
    (fields[field] ?? "").trim() === "" ? undefined : read(field);

  const date = (field: string): LocalDate | undefined => {
    const value = needed(field, keyCharactersMax);
    if (value === "") return undefined;
    const parsed = parseLocalDate(value);
    if (parsed === undefined) return refuse(field, `“${cut(value)}” is not a date; write YYYY-MM-DD`);
    if (parsed >= dates.first && parsed <= dates.last) return parsed;
    return refuse(field, `${value} is not between ${dates.first} and ${dates.last}; an open end is an empty cell`);
  };
  const yesNo = (field: string, otherwise: boolean): boolean => {
    const value = text(field, keyCharactersMax).toLowerCase();
    if (value === "") return otherwise;
    if (["yes", "true", "1"].includes(value)) return true;
    if (!["no", "false", "0"].includes(value)) refuse(field, `“${cut(value)}” is neither yes nor no`);
    return false;
  };
  const oneOf = <T extends string>(field: string, allowed: readonly T[], otherwise: T): T => {
    const value = text(field, keyCharactersMax).toLowerCase();
    if (value === "") return otherwise;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) refuse(field, `“${cut(value)}” is none of ${allowed.join(", ")}`);
    return found ?? otherwise;
  };
  const integer = (field: string, range: { min: number; max: number }, otherwise: number): number => {
    const value = text(field, keyCharactersMax);
    if (value === "") return otherwise;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= range.min && number <= range.max)) {
      refuse(field, `“${cut(value)}” is not a whole number from ${range.min} to ${range.max}`);
    }
    return number;
  };
  const lookUp = <T>(field: string, known: ReadonlyMap<string, T>, noun: string): T | undefined => {
    const value = needed(field, keyCharactersMax);
    if (value === "") return undefined;
    return known.get(value) ?? refuse(field, `there is no ${noun} “${cut(value)}”`);
  };
  const key = (field: string) => needed(field, keyCharactersMax);

  return { issues, refuse, text, needed, optional, date, yesNo, oneOf, integer, lookUp, key };
}

export const cut = (value: string) => (value.length > 60 ? `${value.slice(0, 59)}…` : value);
