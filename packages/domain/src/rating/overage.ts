import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Charge, ChargeClaim } from "./charge.ts";
import { minutesPerHour } from "./line-net.ts";
import { type Apart, byWork, type PricedTime } from "./time-and-materials.ts";
import type { DecisionOn } from "./write-down.ts";

/** Time beyond an hour bucket that has a price of its own, rounded already. */
export type OverageTime = Pick<PricedTime, "entry" | "role"> & {
  readonly engagement: { readonly language: string; readonly currency: Currency };
  readonly priceMinor: bigint;
  readonly billedMinutes: number;
};

/** Charges time beyond the hours that were bought, at the price agreed for it: one charge per price, role and task of a project. */
export function chargeOverage(times: readonly OverageTime[], decisionOn: DecisionOn, apart?: Apart): Charge[] {
  const groups = Map.groupBy(
    times.toSorted(byWork),
    ({ entry, role, priceMinor }) =>
      `${entry.projectId}|${priceMinor}|${entry.task}|${role}|${decisionOn(entry)?.id ?? ""}${apart?.(entry) ?? ""}`,
  );
  return [...groups.values()].map((group) => closeCharge(group as [OverageTime, ...OverageTime[]]));
}

function closeCharge(group: readonly [OverageTime, ...OverageTime[]]): Charge {
  const [{ entry, role, engagement, priceMinor }] = group;
  const minutes = group.reduce((sum, { billedMinutes }) => sum + billedMinutes, 0);
  const words = wordsOf[engagement.language.slice(0, 2)] ?? english;
  const lastOn = group.at(-1)?.entry.workedOn ?? entry.workedOn;
  return {
    engagementId: entry.engagementId,
    projectId: entry.projectId,
    on: entry.workedOn,
    nature: "fee",
    description: [role, entry.task].filter((part) => part !== "").join(" – ") || words.time,
    quantity: String(minutes),
    unit: "minute",
    minutes,
    priceMinor,
    priceBase: minutesPerHour,
    rateId: undefined,
    retainedMinor: 0n,
    tax: undefined,
    because: words.reason(amountText(priceMinor, engagement.currency), entry.workedOn, lastOn),
    claims: group.map(({ entry: work, billedMinutes }): ChargeClaim => ({
      work,
      minutes: work.minutes,
      billedMinutes,
    })),
  };
}

type Words = {
  readonly time: string;
  readonly reason: (price: string, firstOn: LocalDate, lastOn: LocalDate) => string;
};

const english: Words = {
  time: "Time",
  reason: (price, firstOn, lastOn) =>
    `${price} per hour, agreed for time beyond the hours of the bucket; ${firstOn === lastOn ? `on ${firstOn}` : `from ${firstOn} to ${lastOn}`}`,
};

const german: Words = {
  time: "Arbeitszeit",
  reason: (price, firstOn, lastOn) =>
    `${price} je Stunde, vereinbart für Zeit über das Stundenkontingent hinaus; ${firstOn === lastOn ? `vom ${firstOn}` : `vom ${firstOn} bis ${lastOn}`}`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
