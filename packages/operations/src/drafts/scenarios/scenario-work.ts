import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { instalmentsOf } from "@plumbline/domain/engagement/fixed-fee";
import type { ProjectId, WorkerId, WorkItemId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type {
  BoughtHours,
  Disbursement,
  Expense,
  FeeInstalment,
  Milestone,
  WorkPiece,
} from "@plumbline/domain/worklog/work-piece";
import { fromDetail } from "../select-pieces.ts";
import { partsOf } from "../../work/recurring-parts.ts";
import { meterOf, readingsOf, subscriptionOf } from "./scenario-recurring.ts";
import { amendedGiven, sumsOf } from "./scenario-orders.ts";
import { bucketsOf, feeOf } from "./scenario-terms.ts";
import { lackingOf } from "./scenario-shortfalls.ts";
import { day, engagementId, type Given, minor, quotedOf, type Scenario, type Spending } from "./scenario-kit.ts";
import type { WorkEntry } from "../work-entry.ts";

export function workOf({ given }: Scenario): { readonly entries: WorkEntry[]; readonly pieces: WorkPiece[] } {
  const currency = given.currency ?? "EUR";
  const end = (monthPeriod(given.month ?? "2026-10") as Period).end;
  const entries = timeOf(given).map(({ on, minutes, role, project, task, recorded }, index) => ({
    id: `t${index}` as WorkItemId,
    version: 1,
    engagementId,
    projectId: project as ProjectId,
    workerId: "w" as WorkerId,
    workedOn: on,
    minutes,
    share: 0,
    status: "approved" as const,
    role,
    task,
    ...(recorded !== undefined && { recordedOn: day(recorded) }),
  }));
  const { fee: agreed } = amendedGiven(given, end);
  const fee = agreed && feeOf(agreed, currency);
  const instalments = (fee === undefined ? [] : instalmentsOf(fee, currency)).map(
    ({ dueOn, ...instalment }): FeeInstalment => ({
      ...pieceOf(`f${instalment.number}`, dueOn, undefined),
      ...instalment,
      kind: "fee",
      currency,
      feeMinor: BigInt(fee?.amountMinor ?? 0),
    }),
  );
  const milestones = (given.milestones ?? []).map(({ name, amount, due, accepted, evidence, ...more }): Milestone => {
    const [on, by] = accepted?.split(" by ") ?? [];
    const own = more.currency ?? currency;
    return {
      ...pieceOf(name, day(on ?? due), more.project),
      kind: "milestone",
      name,
      currency: own,
      amountMinor: minor(amount, own),
      dueOn: day(due),
      acceptedOn: on === undefined ? undefined : day(on),
      acceptedBy: by,
      evidence: evidence === undefined ? undefined : { document: evidence, sha256: "5f2c9a7d0e4b8163".repeat(4) },
    };
  });
  const costs = (given.expenses ?? []).map((spending) => costOf(spending, currency));
  const sums = sumsOf(given, currency, (id, on) => pieceOf(id, on, undefined));
  const bought = boughtHoursOf(given, currency, end);
  const recurring = [
    ...recurringOf(given, { currency, end }),
    ...(given.shortfalls ?? []).map((lacking) => lackingOf(lacking, currency, pieceOf)),
  ];
  return {
    entries,
    pieces: [...instalments, ...milestones, ...sums, ...costs, ...bought, ...recurring].filter(({ on }) => on < end),
  };
}

/** What earlier runs drew on was billed by them. */
const boughtHoursOf = ({ bucket, ...given }: Given, currency: Currency, end: LocalDate): BoughtHours[] =>
  bucket === undefined
    ? []
    : bucketsOf({ ...given, bucket }, currency, end)
        .filter(({ startsOn }) => bucket.used?.[startsOn] === undefined)
        .map(({ startsOn, endsOn, minutes }) => ({
          ...pieceOf(`b-${startsOn}`, startsOn, undefined),
          kind: "hour_bucket",
          currency,
          amountMinor: minor(bucket.price, currency),
          startsOn,
          ...(endsOn !== undefined && { endsOn }),
          bucketMinutes: minutes,
        }));

function costOf(
  { what, on, paid, vat, rate, quoted, receipt, ...more }: Spending,
  here: Currency,
): Expense | Disbursement {
  const currency = more.currency ?? here;
  const [category = "", description = ""] = what.split(": ");
  const recoverableVatMinor = vat === undefined ? 0n : minor(vat, currency);
  return {
    ...pieceOf(what, day(on), undefined),
    kind: more.asAgent === true ? "disbursement" : "expense",
    status: more.waiting === true ? "submitted" : "approved",
    currency,
    amountMinor: minor(paid, currency) - recoverableVatMinor,
    category,
    description,
    worker: undefined,
    paidMinor: minor(paid, currency),
    recoverableVatMinor,
    exchange:
      quoted === undefined
        ? rate === undefined
          ? undefined
          : { rate, on: day(on), source: "ECB" }
        : { ...quotedOf(quoted, on), id: `fx-${on}` },
    receipt: receipt === undefined ? undefined : { document: receipt, sha256: "5f2c9a7d0e4b8163".repeat(4) },
  };
}

/** What recurs, as a run makes it into pieces. */
const recurringOf = (given: Given, { currency, end }: { readonly currency: Currency; readonly end: LocalDate }) => {
  const of = { id: "", version: 1, engagementId, projectId: undefined, currency };
  const subscriptions = (given.subscriptions ?? []).map((agreed) => ({
    readings: [],
    agreement: { ...of, kind: "subscription" as const, terms: subscriptionOf(agreed, currency) },
  }));
  const meters = (given.meters ?? []).map((agreed) => ({
    readings: readingsOf(agreed),
    agreement: { ...of, kind: "usage" as const, terms: meterOf(agreed, currency) },
  }));
  return [...subscriptions, ...meters].flatMap(({ agreement, readings }) =>
    partsOf(agreement, { until: end, known: [], readings }).map(({ key, on, amountMinor, detail }) => {
      const id = `${agreement.terms.name} ${key}`;
      // The detail of a kind holds what its type says, as it does where it is stored.
      return {
        ...pieceOf(id, on, undefined),
        ...fromDetail(JSON.parse(JSON.stringify(detail)) as typeof detail),
        kind: agreement.kind,
        currency,
        amountMinor,
      } as WorkPiece;
    }),
  );
};

const pieceOf = (id: string, on: LocalDate, project: string | undefined) => ({
  id: id as WorkItemId,
  version: 1,
  minutes: 0,
  share: 0,
  engagementId,
  projectId: project as ProjectId | undefined,
  on,
  status: "approved" as const,
});

export function timeOf({ work = [] }: Given) {
  return work.map((text) => {
    const match = /^(\S+) (\d+) min (.+?)(?: on (.+?))?(?: for (.+?))?(?:, recorded (\S+))?$/.exec(text);
    if (match === null) throw new Error(`“${text}” is not time`);
    const [, on = "", minutes = "", role = "", project = "Rollout", task = "", recorded] = match;
    return { on: day(on), minutes: Number(minutes), role, project, task, recorded };
  });
}
