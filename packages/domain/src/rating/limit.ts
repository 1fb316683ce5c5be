import { amendedWords, type ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import type { Charge, ChargeClaim } from "./charge.ts";
import { apportion, divide } from "@plumbline/domain/money/money";
import { chargeNet } from "./line-adjustment.ts";

/** What may not be exceeded: a cap that was agreed, or a purchase order. */
export type Limit = {
  readonly id: string;
  readonly kind: "cap" | "order";
  /** Net in minor units, or billed minutes. */
  readonly measure: "money" | "minutes";
  readonly engagementId: EngagementId;
  /** Absent when it limits the whole engagement. */
  readonly projectId: ProjectId | undefined;
  readonly countsExpenses: boolean;
  readonly currency: Currency | undefined;
  readonly total: bigint;
  readonly remaining: bigint;
  /** What of it a former system billed; absent when nothing. */
  readonly openingUsed?: bigint;
  /** The change order that set it. */
  readonly amendedBy?: ChangeOrderRef;
  /** The purchase order it is of. */
  readonly orderId?: string | undefined;
  /** It pays parts of splits alone. */
  readonly ofParts?: boolean;
};

/** Work that did not fit, with the first limit that stopped it. */
export type CutOff = {
  readonly limit: Limit;
  readonly engagementId: EngagementId;
  readonly work: WorkRef;
  /** Source minutes left over; all of them for work that is not time. */
  readonly minutes: number;
  readonly valueMinor: bigint;
  /** Whether it is somebody's part of work that several bear, which is not divided again. */
  readonly isPart: boolean;
};

/** What holds for all charges of an engagement. */
export type LimitContext = {
  readonly language: string;
  /** What is left of fees, at most, after discounts and surcharges of the invoice: 9500 after 5 % off. */
  readonly feesLeft: number;
};

/**
 * Lets through what the limits leave room for, in the order of the charges. Time is split to the minute where a limit
 * ends; a sum is charged whole or not at all.
 */
export function fitToLimits(
  charges: readonly Charge[],
  limits: readonly Limit[],
  contextOf: (id: EngagementId) => LimitContext,
): { readonly charges: readonly Charge[]; readonly cut: readonly CutOff[] } {
  if (limits.length === 0) return { charges, cut: [] };
  const left = new Map(limits.map((limit) => [limit, limit.remaining]));
  const fitting: Charge[] = [];
  const cut: CutOff[] = [];
  for (const charge of charges) {
    const context = contextOf(charge.engagementId);
    const use = (limit: Limit, of: Charge) => useOf(limit, of, worthOf(of, context));
    const over = limits.filter((limit) => use(limit, charge) > (left.get(limit) ?? 0n));
    const [first] = over;
    const kept = first === undefined ? charge : cutDown(charge, { ...context, first, over, left });
    if (kept !== undefined) {
      fitting.push(kept);
      for (const limit of limits) left.set(limit, (left.get(limit) ?? 0n) - use(limit, kept));
    }
    if (first !== undefined) cut.push(...cutOff(charge, kept, first));
  }
  return { charges: fitting, cut };
}

/** Rounded up, so that what fits by itself still fits when the invoice is added up and rounded once. */
const worthOf = (charge: Charge, { feesLeft }: LimitContext): bigint =>
  charge.nature === "fee" ? divide(chargeNet(charge) * BigInt(feesLeft), 10_000n, "up") : chargeNet(charge);

/** How much of a limit a charge uses that costs so much: nothing of one that is not about it. */
export function useOf(limit: Limit, charge: Charge, netMinor: bigint): bigint {
  // What a deposit pays for is counted when it is billed.
  if (limit.engagementId !== charge.engagementId || charge.nature === "deposit") return 0n;
  if (limit.projectId !== undefined && limit.projectId !== charge.projectId) return 0n;
  // Each part of a split is paid by its own order.
  if (limit.kind === "order" && (charge.part ? charge.part.orderId !== limit.orderId : limit.ofParts === true))
    return 0n;
  if (limit.kind === "cap") {
    if (charge.nature === "disbursement" || charge.uncapped === true) return 0n;
    if (charge.nature === "expense" && !limit.countsExpenses) return 0n;
  }
  if (limit.measure === "money") return netMinor;
  // Agreed hours are those that are paid for.
  return charge.writeDown?.kind === "no_charge" ? 0n : BigInt(charge.minutes);
}

type Room = LimitContext & {
  readonly first: Limit;
  readonly over: readonly Limit[];
  readonly left: ReadonlyMap<Limit, bigint>;
};

/** The most of a charge that fits; nothing when not even a minute does, or when it cannot be divided. */
function cutDown(charge: Charge, room: Room): Charge | undefined {
  if (charge.unit !== "minute") return undefined;
  const { first, over, left, language } = room;
  const minutes = over.reduce(
    (most, limit) => Math.min(most, minutesWithin(charge, { ...room, limit, free: left.get(limit) ?? 0n })),
    charge.minutes,
  );
  const claims = minutes > 0 ? firstMinutes(charge.claims, minutes) : [];
  if (claims.length === 0) return undefined;
  const words = wordsOf[language.slice(0, 2)] ?? english;
  return {
    ...charge,
    minutes,
    quantity: String(minutes),
    claims,
    because: `${charge.because}; ${words(minutes, charge.minutes, first)}`,
  };
}

function minutesWithin(
  charge: Charge,
  { limit, free, ...context }: LimitContext & { readonly limit: Limit; readonly free: bigint },
): number {
  if (free <= 0n) return 0;
  if (limit.measure === "minutes") return Number(free);
  let [fits, tooMany] = [0, charge.minutes + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (worthOf({ ...charge, quantity: String(middle) }, context) <= free) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

/** The claims up to so many billed minutes. What an increment added is given up before any minute that was worked. */
function firstMinutes(claims: readonly ChargeClaim[], minutes: number): ChargeClaim[] {
  const taken: ChargeClaim[] = [];
  let left = minutes;
  for (const claim of claims) {
    if (left === 0) break;
    const billedMinutes = Math.min(claim.billedMinutes, left);
    left -= billedMinutes;
    // Taken whole, it keeps what it costs nothing for: minutes that a rounded day billed before.
    const minutes = billedMinutes === claim.billedMinutes ? claim.minutes : Math.min(claim.minutes, billedMinutes);
    taken.push({ ...claim, billedMinutes, minutes });
  }
  return taken;
}

function cutOff(charge: Charge, kept: Charge | undefined, limit: Limit): CutOff[] {
  const taken = new Map(kept?.claims.map(({ work, minutes }) => [work, minutes]));
  const { engagementId, part } = charge;
  // What is one sum is worth that once, whatever work is in it.
  const sums = charge.unit === "minute" ? [] : shared(chargeNet(charge), charge.claims);
  return charge.claims.flatMap(({ work, minutes }, index) => {
    const rest = minutes - (taken.get(work) ?? 0);
    if (taken.has(work) && rest === 0) return [];
    const valueMinor = sums[index] ?? chargeNet({ ...charge, quantity: String(rest) });
    return [{ limit, engagementId, work, minutes: rest, valueMinor, isPart: part !== undefined }];
  });
}

function shared(net: bigint, claims: readonly ChargeClaim[]): bigint[] {
  const timed = claims.some(({ billedMinutes }) => billedMinutes > 0);
  return apportion(
    net,
    claims.map(({ billedMinutes }) => (timed ? BigInt(billedMinutes) : 1n)),
  );
}

/** What a limit comes to, in words: an amount or hours. */
export function limitText({ measure, total, currency, amendedBy, openingUsed }: Limit, language = "en"): string {
  const text = (size: bigint) =>
    measure === "money" && currency !== undefined ? amountText(size, currency) : `${Number(size) / 60} h`;
  const before = openingUsed === undefined ? "" : (beforeOf[language.slice(0, 2)] ?? englishBefore)(text(openingUsed));
  return text(total) + amendedWords(amendedBy, language) + before;
}

const englishBefore = (used: string) => `, of which ${used} were billed before by another system,`;
const beforeOf: Readonly<Record<string, typeof englishBefore>> = {
  de: (used) => `, wovon ${used} vorher anderswo abgerechnet wurden,`,
};

type Words = (minutes: number, of: number, limit: Limit) => string;

const english: Words = (minutes, of, limit) =>
  `${minutes} of ${of} min, because the ${limit.kind === "cap" ? "cap" : "purchase order"} of ${limitText(limit)} leaves room for no more`;

const german: Words = (minutes, of, limit) =>
  `${minutes} von ${of} min, weil ${limit.kind === "cap" ? "die Obergrenze" : "die Bestellung"} von ${limitText(limit, "de")} nicht mehr zulässt`;

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
