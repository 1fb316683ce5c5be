import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Currency } from "@plumbline/domain/money/currency";
import { shortfallOf } from "@plumbline/domain/rating/shortfall";
import type { Shortfall } from "@plumbline/domain/worklog/work-piece";
import { day, type LackingPeriod, minor } from "./scenario-kit.ts";

export function lackingOf(
  { period, minimum, counted = [], prorated, withExpenses, inCap }: LackingPeriod,
  currency: Currency,
  pieceOf: (
    id: string,
    on: LocalDate,
    project: undefined,
  ) => Pick<Shortfall, "id" | "version" | "minutes" | "share" | "engagementId" | "projectId" | "on" | "status">,
): Shortfall {
  const [first = "", last = ""] = period.split(" to ");
  const minimumMinor = minor(minimum, currency);
  const parts = counted.map((text) => {
    const [number, amount = ""] = text.split(": ");
    return { ...(number !== "draft" && { number: String(number) }), minor: String(minor(amount, currency)) };
  });
  const billedMinor = parts.reduce((sum, part) => sum + BigInt(part.minor), 0n);
  return {
    ...pieceOf(`shortfall ${first}`, day(last), undefined),
    kind: "shortfall",
    period: { start: day(first), end: addDays(day(last), 1) },
    currency,
    minimumMinor,
    billedMinor,
    amountMinor: shortfallOf(minimumMinor, billedMinor),
    counted: parts,
    ...(prorated !== undefined && { prorated: proratedOf(prorated, currency) }),
    ...(withExpenses && { includesExpenses: true }),
    ...(inCap && { countsTowardsCap: true }),
  };
}

function proratedOf(text: string, currency: Currency): NonNullable<Shortfall["prorated"]> {
  const [, days, of, amount = ""] = /^(\d+) of (\d+) days of (\S+)$/.exec(text) ?? [];
  return { days: Number(days), of: Number(of), amountMinor: String(minor(amount, currency)) };
}
