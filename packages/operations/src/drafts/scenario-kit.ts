import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { addDays } from "@plumbline/domain/calendar/local-date";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { type FeeShare, instalmentsOf } from "@plumbline/domain/engagement/fixed-fee";
import type { EngagementTerms, Increment, TimeBasis } from "@plumbline/domain/engagement/terms";
import type {
  ClientId,
  EngagementId,
  LegalEntityId,
  ProjectId,
  RateId,
  WorkerId,
  WorkItemId,
} from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { parseDecimal, toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import { parsePercent } from "@plumbline/domain/money/percent";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { openRateBook, type Rate } from "@plumbline/domain/rating/rate-book";
import { decideTax } from "@plumbline/domain/tax/decide-tax";
import { percentText } from "@plumbline/domain/tax/rates";
import type { FeeInstalment, Milestone, WorkPiece } from "@plumbline/domain/worklog/lump-sum";
import type { ClientDrafts } from "./draft-client.ts";
import type { BookEngagement, RunBook } from "./run-book.ts";
import type { WorkEntry } from "./work-entry.ts";

/** A worked example as its file says it: amounts are decimal text, dates are text. */
export type Scenario = {
  readonly title: string;
  /** Why it comes out so: the rule it follows. */
  readonly rule: string;
  readonly given: {
    readonly seller?: string;
    readonly buyer?: { readonly country?: string; readonly taxId?: string; readonly proven?: boolean };
    readonly month?: string;
    readonly currency?: Currency;
    readonly language?: string;
    readonly grouping?: BookEngagement["grouping"];
    readonly time?: TimeBasis;
    readonly increment?: Increment;
    readonly fee?: { readonly amount: string; readonly instalments: readonly string[] };
    readonly holdback?: string;
    readonly rates?: Readonly<Record<string, string>>;
    readonly unbillableProjects?: readonly string[];
    /** Such as "2026-10-05 90 min Senior on Rollout". */
    readonly work?: readonly string[];
    readonly milestones?: readonly {
      readonly name: string;
      readonly amount: string;
      readonly currency?: Currency;
      readonly project?: string;
      readonly due: string;
      readonly accepted?: string;
      readonly evidence?: string;
    }[];
  };
  readonly expect: Expected;
};

type Expected = {
  readonly invoices: readonly {
    readonly lines: readonly string[];
    readonly because?: readonly string[];
    readonly tax: readonly string[];
    readonly total: string;
    readonly heldBack?: string;
  }[];
  readonly held?: readonly string[];
  readonly free?: readonly string[];
};

const day = (text: string) => text as LocalDate;
const minor = (text: string, currency: Currency) => {
  const amount = parseDecimal(text, currency);
  if (amount === undefined) throw new Error(`“${text}” is not an amount in ${currency}`);
  return amount.minor;
};
const engagementId = "e" as EngagementId;

export function bookOf({ given }: Scenario, bundle: PolicyBundle): RunBook {
  const period = monthPeriod(given.month ?? "2026-10") as Period;
  const currency = given.currency ?? "EUR";
  const projects = new Set([...timeOf(given).map(({ project }) => project), ...pieceProjects(given)]);
  return {
    period,
    bundle,
    rates: openRateBook(
      Object.entries(given.rates ?? {}).map(([role, price]): Rate => ({
        id: `r-${role}` as RateId,
        cardId: "standard",
        cardName: "Standard",
        currency,
        priceMinor: minor(price, currency),
        from: day("2020-01-01"),
        role,
      })),
      new Map([[currency, "standard"]]),
    ),
    engagements: new Map([[engagementId, engagementOf(given, period, currency)]]),
    projects: new Map(
      [...projects].map((name) => [
        name as ProjectId,
        { name, billable: !(given.unbillableProjects ?? []).includes(name), active: true },
      ]),
    ),
    grades: new Map(),
    workerNames: new Map(),
    knownClients: new Set(),
    orderRemaining: new Map(),
  };
}

type Given = Scenario["given"];

function engagementOf(given: Given, period: Period, currency: Currency): BookEngagement {
  const { seller = "DE", buyer = {} } = given;
  const country = buyer.country ?? seller;
  const taxId = buyer.taxId ?? `${country}123`;
  const taxPoint = addDays(period.end, -1);
  return {
    id: engagementId,
    code: "E-1",
    clientId: "c" as ClientId,
    payerId: "c" as ClientId,
    entityId: "l" as LegalEntityId,
    profileId: "p",
    language: given.language ?? "en",
    grouping: given.grouping ?? "engagement",
    currency,
    cardId: undefined,
    poRequired: false,
    terms: [{ from: day("1970-01-01"), terms: termsOf(given, currency) }],
    missing: [],
    tax: decideTax({
      seller: { country: seller, taxId: `${seller}999` },
      buyer: { country, taxId, isBusiness: true },
      evidence:
        buyer.proven === undefined
          ? {}
          : { vatIdCheck: { taxId, valid: buyer.proven, checkedAt: `${taxPoint}T09:00:00Z`, source: "VIES" } },
      taxPoint,
    }),
    taxEvidenceId: undefined,
    order: undefined,
  };
}

function termsOf(given: Given, currency: Currency): EngagementTerms {
  return {
    time: {
      basis: given.time ?? "time_and_materials",
      increment: given.increment ?? { minutes: 1, per: "entry" },
    },
    paymentTermsDays: 30,
    ...(given.fee && { fee: feeOf(given.fee, currency) }),
    ...(given.holdback !== undefined && { holdbackBasisPoints: parsePercent(given.holdback) as number }),
  };
}

const feeOf = ({ amount, instalments }: NonNullable<Given["fee"]>, currency: Currency) => ({
  amountMinor: String(minor(amount, currency)),
  instalments: instalments.map((text): FeeShare => {
    const [size = "", dueOn = ""] = text.split(" on ");
    const basisPoints = size.endsWith("%") ? parsePercent(size) : undefined;
    return basisPoints === undefined
      ? { dueOn: day(dueOn), amountMinor: String(minor(size, currency)) }
      : { dueOn: day(dueOn), basisPoints };
  }),
});

function timeOf({ work = [] }: Given) {
  return work.map((text) => {
    const match = /^(\S+) (\d+) min (.+?)(?: on (.+))?$/.exec(text);
    if (match === null) throw new Error(`“${text}” is not time`);
    const [, on = "", minutes = "", role = "", project = "Rollout"] = match;
    return { on: day(on), minutes: Number(minutes), role, project };
  });
}

const pieceProjects = ({ milestones = [] }: Given) => milestones.flatMap(({ project }) => project ?? []);

export function workOf({ given }: Scenario): { readonly entries: WorkEntry[]; readonly pieces: WorkPiece[] } {
  const currency = given.currency ?? "EUR";
  const end = (monthPeriod(given.month ?? "2026-10") as Period).end;
  const entries = timeOf(given).map(({ on, minutes, role, project }, index) => ({
    id: `t${index}` as WorkItemId,
    version: 1,
    engagementId,
    projectId: project as ProjectId,
    workerId: "w" as WorkerId,
    workedOn: on,
    minutes,
    status: "approved" as const,
    role,
    task: "",
  }));
  const fee = given.fee && feeOf(given.fee, currency);
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
  return { entries, pieces: [...instalments, ...milestones].filter(({ on }) => on < end) };
}

const pieceOf = (id: string, on: LocalDate, project: string | undefined) => ({
  id: id as WorkItemId,
  version: 1,
  minutes: 0,
  engagementId,
  projectId: project as ProjectId | undefined,
  on,
  status: "approved" as const,
});

/** What came out, as a scenario says it; reasons only where the scenario has some. */
export function drafted({ drafts, findings, outcomes }: ClientDrafts, wanted: Expected): Expected {
  const holds = findings.filter(({ severity, holds: held }) => severity === "block" && held.length > 0);
  const held = holds.map(({ code, holds: work }) => `${code}: ${work.map(({ entry }) => entry.id).join(", ")}`);
  const free = outcomes.map(({ outcome, entry, reason }) => `${outcome} ${entry.id}: ${reason}`);
  return {
    invoices: drafts.map((draft, index) => {
      const text = (amount: bigint) => toDecimal(money(amount, draft.engagement.currency));
      const heldBack = draft.lines.reduce((sum, line) => sum + line.retainedMinor, 0n);
      return {
        lines: draft.lines.map(
          ({ description, quantity, unit, priceMinor, netMinor }) =>
            `${description}: ${quantity} ${unit} at ${text(priceMinor)} = ${text(netMinor)}`,
        ),
        ...(wanted.invoices[index]?.because && { because: draft.lines.map(({ because }) => because) }),
        tax: draft.taxes.map(
          ({ category, basisPoints, baseMinor, taxMinor }) =>
            `${category} ${percentText(basisPoints)} of ${text(baseMinor)} = ${text(taxMinor)}`,
        ),
        total: text(draft.totalMinor),
        ...(heldBack !== 0n && { heldBack: text(heldBack) }),
      };
    }),
    ...(held.length > 0 && { held }),
    ...(free.length > 0 && { free }),
  };
}
