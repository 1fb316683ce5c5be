import type { NumberingIssue } from "./numbering-issue.ts";

export type NumberFormat = {
  /** Literal text with `{number}` or `{number:5}` (zero-padded to five digits) and, by fiscal year, `{year}`. */
  readonly format: string;
  /** Whether counting begins again with each fiscal year. */
  readonly restartsByYear: boolean;
};

/** Goes before the format of a company's invoices where none is said for its credit notes. */
export const creditNumberPrefix = "CN-";
/** The same for its deposit invoices. */
export const depositNumberPrefix = "DP-";

/** Tax authorities and ledgers cut longer numbers off. */
const textLengthMax = 30;
const digitsMax = 12;
const placeholder = /\{([^{}]*)\}/g;

/**
 * Writes a legal number: `MC-DE-{year}-{number:5}`, 2026 and 42 make `MC-DE-2026-00042`. A number longer than its
 * width is written in full, never cut: two invoices must not share a text.
 *
 * @param number  the counter's value, from 1
 * @param year    the label of the fiscal year
 * @throws RangeError for a format that `numberFormatIssues` refuses or a number that is no count: both are bugs by
 *   now
 */
export function invoiceNumberText(input: {
  readonly format: string;
  readonly year: string;
  readonly number: number;
}): string {
  if (!Number.isSafeInteger(input.number) || input.number < 1) throw new RangeError("an invoice number counts from 1");
  const [issue] = numberFormatIssues({ format: input.format, restartsByYear: false });
  if (issue) throw new RangeError(issue.message);
  return input.format.replace(placeholder, (_, name: string) =>
    name === "year" ? input.year : String(input.number).padStart(Number(name.split(":")[1] ?? 1), "0"),
  );
}

/** The year and the count that a format would have to be given to write this text; nothing when it never writes it. */
export function numberInText(
  format: string,
  text: string,
): { readonly year: string | undefined; readonly number: number } | undefined {
  const pattern = format
    .split(placeholder)
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
      return part === "year" ? "(?<year>[0-9]{4}(?:-[0-9]{2})?)" : `(?<number>[0-9]{${widthOf(part) ?? 1},})`;
    })
    .join("");
  const { year, number } = new RegExp(`^${pattern}$`).exec(text)?.groups ?? {};
  if (number === undefined || !Number.isSafeInteger(Number(number)) || Number(number) < 1) return undefined;
  const counted = { year, number: Number(number) };
  return invoiceNumberText({ format, year: year ?? "", number: counted.number }) === text ? counted : undefined;
}

/** What is wrong with a series' format, in words for the administrator who wrote it; empty when it can be used. */
export function numberFormatIssues({ format, restartsByYear }: NumberFormat): NumberingIssue[] {
  const names = [...format.matchAll(placeholder)].map((match) => match[1] ?? "");
  const numbers = names.filter((name) => widthOf(name) !== undefined);
  const issues: NumberingIssue[] = names
    .filter((name) => name !== "year" && widthOf(name) === undefined)
    .map((name) => ({
      code: "number_placeholder_unknown",
      message: `{${name}} is not {year}, {number} or {number:1} to {number:12}.`,
    }));

  if (numbers.length !== 1) {
    issues.push({ code: "number_placeholder_missing", message: "The format must hold {number} exactly once." });
  }
  if (restartsByYear && !names.includes("year")) {
    const message = "The series begins again each fiscal year, so without {year} two invoices would share a number.";
    issues.push({ code: "number_year_missing", message });
  }
  const literal = format.replace(placeholder, "");
  if (!/^[A-Za-z0-9 ./_-]*$/.test(literal) || format.trim() !== format) {
    const message = "Around the placeholders the format may hold letters, digits, inner spaces and . / _ - only.";
    issues.push({ code: "number_format_invalid", message });
  }
  if (longestText(literal, names) > textLengthMax) {
    issues.push({
      code: "number_format_invalid",
      message: `The format makes numbers longer than ${textLengthMax} characters.`,
    });
  }
  return issues;
}

/** 5 for `number:5`, 1 for `number`, undefined for anything else. */
function widthOf(name: string): number | undefined {
  const match = /^number(?::([1-9]\d?))?$/.exec(name);
  const width = Number(match?.[1] ?? 1);
  return match && width <= digitsMax ? width : undefined;
}

const yearLength = "2026-27".length;

const longestText = (literal: string, names: readonly string[]): number =>
  names.reduce((length, name) => length + (widthOf(name) ?? yearLength), literal.length);
