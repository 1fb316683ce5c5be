import { type LocalDate, parseLocalDate } from "@plumbline/domain/calendar/local-date";
import {
  type HourTerms,
  hourTermsIssues,
  type Indexation,
  type OvertimeRule,
  overtimeDays,
  overtimeSpans,
  tierModes,
  tierSpans,
  type TierStep,
} from "@plumbline/domain/engagement/time-terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { roundings } from "@plumbline/domain/money/money";
import { parsePercent } from "@plumbline/domain/money/percent";
import { cut, type RowReader } from "../row-reader.ts";
import { amountOf, readAmount } from "./read-amount.ts";
import { readParts } from "./read-parts.ts";

const hoursMax = 100_000;

type Agreed = { readonly currency: Currency; readonly byTheHour: boolean };

/** Reads what was agreed about the price of an hour beyond its rate; what contradicts itself is refused by its column. */
export function readHourTerms(row: RowReader, { currency, byTheHour }: Agreed): HourTerms {
  const overtime = row.optional("overtime", (field) => listOf(row, field, overtimeOf));
  const holidays = row.optional("holidays", (field) => listOf(row, field, parseLocalDate));
  const submissionDays = row.optional("submission_days", (field) => {
    const text = row.key(field);
    return /^\d{1,4}$/.test(text) ? Number(text) : row.refuse(field, `“${cut(text)}” is not a whole number of days`);
  });
  const terms = {
    ...(overtime && { overtime }),
    ...(holidays && { holidays }),
    ...readTravel(row),
    ...readTiers(row, currency),
    ...readIndexation(row, currency),
    ...(submissionDays !== undefined && { submissionDays }),
  };
  for (const { term, reason } of hourTermsIssues(terms)) row.refuse(columnOf[term], reason);
  const [first] = Object.keys(terms) as (keyof HourTerms)[];
  if (first !== undefined && !byTheHour) row.refuse(columnOf[first], "is about hours, and none are billed here");
  return terms;
}

const columnOf: Readonly<Record<keyof HourTerms, string>> = {
  overtime: "overtime",
  holidays: "holidays",
  travel: "travel_percent",
  tiers: "volume_tiers",
  indexation: "indexation",
  submissionDays: "submission_days",
};

const listOf = <T>(row: RowReader, field: string, read: (part: string) => T | undefined): readonly T[] =>
  readParts(row, field, read, examples[field] ?? "");

const examples: Readonly<Record<string, string>> = {
  overtime: "“150% over 8 h a day”, “150% over 40 h a week”, “200% on Sunday” or “200% on holidays”",
  holidays: "“2026-12-25”",
  volume_tiers: "“95% from 100 h” or “140.00 from 100 h”",
  indexation: "“3% from 2026-01-01”, or “119.9 from 2026-01-01” with an indexation_index",
};

function overtimeOf(part: string): OvertimeRule | undefined {
  const [, share = "", hours = "", span = "", day = ""] =
    /^([\d.]+ ?%) (?:over ([\d.]+) ?h an? (\w+)|on (\w+))$/.exec(part) ?? [];
  const basisPoints = parsePercent(share);
  const on = overtimeDays.find((known) => known.toLowerCase() === day.toLowerCase());
  const per = overtimeSpans.find((known) => known === span);
  const overMinutes = minutesOf(hours);
  if (basisPoints === undefined) return undefined;
  if (on !== undefined) return { basisPoints, on };
  return per === undefined || overMinutes === undefined ? undefined : { basisPoints, overMinutes, per };
}

/** Hours as whole minutes: 7.5 is 450. */
function minutesOf(hours: string): number | undefined {
  const [, whole = "", fraction = ""] = /^(\d{1,6})(?:\.(\d{1,2}))?$/.exec(hours) ?? [];
  const hundredths = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  if (whole === "" || hundredths > hoursMax * 100 || (hundredths * 60) % 100 !== 0) return undefined;
  return (hundredths * 60) / 100;
}

function readTravel(row: RowReader): Pick<HourTerms, "travel"> {
  const basisPoints = row.optional("travel_percent", (field) => {
    const text = row.key(field);
    return parsePercent(text) ?? row.refuse(field, `“${cut(text)}” is not a share such as 50%`);
  });
  const tasks = row.optional("travel_tasks", (field) => listOf(row, field, (part) => part));
  if (basisPoints === undefined) {
    if (tasks !== undefined)
      row.refuse("travel_tasks", "are tasks of travel, and no travel_percent is agreed for them");
    return {};
  }
  return { travel: { tasks: tasks ?? [], basisPoints } };
}

function readTiers(row: RowReader, currency: Currency): Pick<HourTerms, "tiers"> {
  const steps = row.optional("volume_tiers", (field) => listOf(row, field, (part) => tierOf(part, currency)));
  const per = row.oneOf("volume_tiers_per", tierSpans, "engagement");
  const mode = row.oneOf("volume_tiers_mode", tierModes, "graduated");
  if (steps !== undefined) return { tiers: { per, mode, steps } };
  for (const field of ["volume_tiers_per", "volume_tiers_mode"]) {
    if (row.text(field) !== "") row.refuse(field, "is about volume_tiers, and there are none");
  }
  return {};
}

function tierOf(part: string, currency: Currency): TierStep | undefined {
  const [, worth = "", hours = ""] = /^(\S+(?: ?%)?) from ([\d.]+) ?h$/.exec(part) ?? [];
  const fromMinutes = minutesOf(hours);
  if (fromMinutes === undefined) return undefined;
  if (worth.endsWith("%")) {
    const basisPoints = parsePercent(worth);
    return basisPoints === undefined ? undefined : { fromMinutes, basisPoints };
  }
  const price = amountOf(worth, currency);
  return price === undefined ? undefined : { fromMinutes, priceMinor: String(price) };
}

function readIndexation(row: RowReader, currency: Currency): Pick<HourTerms, "indexation"> {
  const index = row.optional("indexation_index", row.key);
  const base = row.optional("indexation_base", row.key);
  const rounding = row.oneOf("indexation_rounding", roundings, "half-up");
  const toMinor = String(row.optional("indexation_round_to", (field) => readAmount(row, field, currency)) ?? 1n);
  const agreed = { rounding, toMinor };
  if (row.text("indexation") === "") {
    for (const field of ["indexation_index", "indexation_base", "indexation_rounding", "indexation_round_to"]) {
      if (row.text(field) !== "") row.refuse(field, "is about indexation, and none is agreed");
    }
    return {};
  }
  if (index === undefined && base === undefined) {
    return { indexation: { ...agreed, raises: listOf(row, "indexation", raiseOf) } };
  }
  if (index === undefined) row.refuse("indexation_index", "is empty, and indexation_base is a value of it");
  if (base === undefined || !isIndexValue(base)) {
    row.refuse("indexation_base", "must be the value of the index when the rates were agreed, such as 117.4");
    return {};
  }
  return { indexation: { ...agreed, index: index ?? "", base, values: listOf(row, "indexation", valueOf) } };
}

type Raises = Extract<Indexation, { readonly raises: unknown }>["raises"];
type Values = Extract<Indexation, { readonly values: unknown }>["values"];

function raiseOf(part: string): Raises[number] | undefined {
  const step = fromDate(part);
  const basisPoints = step?.worth.endsWith("%") === true ? parsePercent(step.worth) : undefined;
  return step === undefined || basisPoints === undefined ? undefined : { from: step.from, basisPoints };
}

function valueOf(part: string): Values[number] | undefined {
  const step = fromDate(part);
  return step !== undefined && isIndexValue(step.worth) ? { from: step.from, value: step.worth } : undefined;
}

function fromDate(part: string): { readonly worth: string; readonly from: LocalDate } | undefined {
  const [worth = "", day = "", ...rest] = part.split(/\s+from\s+/);
  const from = parseLocalDate(day);
  return from === undefined || rest.length > 0 ? undefined : { worth, from };
}

const isIndexValue = (text: string): boolean => /^\d{1,6}(\.\d{1,4})?$/.test(text) && /[1-9]/.test(text);
