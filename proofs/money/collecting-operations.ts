import { addDays } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import { claimInterest } from "@plumbline/operations/collecting/claim-interest";
import { chargeInterest, waiveInterest } from "@plumbline/operations/collecting/decide-interest-claim";
import { recordPromise } from "@plumbline/operations/collecting/record-promise";
import { runDunning } from "@plumbline/operations/collecting/run-dunning";
import { withdrawDunningNotice } from "@plumbline/operations/collecting/withdraw-dunning-notice";
import type { Scope } from "@plumbline/platform/scope";
import type { Firm } from "@plumbline/testing/firm";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

/** Clients that pay late: asked for more and more firmly, and for what it costs. */
export const collectingOperations: Operations = {
  agreeLate: async ({ firm, random }) => agree(firm, random),
  dun: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    const { noticeIds } = await collector((scope) => runDunning(later(scope, random), {}));
    return noticeIds.length > 0 ? "done" : "nothing to do";
  },
  withdrawNotice: async ({ firm, random }) =>
    onOne<{ id: Id<"dunning-notice"> }>(
      firm,
      "collector",
      { random, sql: "select id from dunning_notices order by withdrawn_on nulls first, id" },
      (scope, { id }) => withdrawDunningNotice(scope, { dunningNoticeId: id, reason: "wrong" }),
    ),
  promise: async ({ firm, random }) =>
    onOne<{ id: InvoiceId }>(
      firm,
      "collector",
      { random, sql: "select id from invoices where issued_on is not null order by id" },
      (scope, { id }) =>
        recordPromise(scope, {
          invoiceIds: [id],
          amount: money(1n + BigInt(Math.floor(random() * 20_000)), "EUR"),
          dueOn: addDays(localDateIn(scope.now, "UTC"), 1 + Math.floor(random() * 60)),
          said: "by telephone",
        }),
    ),
  claimInterest: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    const { claimIds } = await collector((scope) => claimInterest(later(scope, random), {}));
    return claimIds.length > 0 ? "done" : "nothing to do";
  },
  chargeInterest: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    await collector((scope) => claimInterest(later(scope, random), {}));
    return onOne<{ id: Id<"interest-claim"> }>(
      firm,
      "collector",
      { random, sql: "select id from interest_claims where state = 'proposed' order by id" },
      (scope, { id }) => chargeInterest(latest(scope), { interestClaimId: id }),
    );
  },
  waiveInterest: async ({ firm, random }) =>
    onOne<{ id: Id<"interest-claim"> }>(
      firm,
      "controller",
      { random, sql: "select id from interest_claims where state = 'proposed' order by id" },
      (scope, { id }) => waiveInterest(scope, { interestClaimId: id, reason: "holiday" }),
    ),
};

/** Another ladder and another rate, for whatever falls due. */
export const agree = async (firm: Firm, random: () => number): Promise<"done" | "nothing to do"> =>
  onOne<{ id: LegalEntityId }>(
    firm,
    "controller",
    { random, sql: "select id from legal_entities order by id" },
    (scope, { id: legalEntityId }) =>
      agreeCollectingTerms(scope, {
        legalEntityId,
        currency: "EUR",
        startsOn: localDateIn(longAgo(scope.now), "UTC"),
        terms: {
          dunning: {
            levels: [
              { daysPastDue: 1 + Math.floor(random() * 9), textKey: "friendly", feeMinor: "250" },
              { daysPastDue: 20, textKey: "firm", feeMinor: String(1 + Math.floor(random() * 900)) },
            ],
          },
          interest: {
            rate: { annualBasisPoints: 1 + Math.floor(random() * 2_000) },
            dayCount: "act/365",
            from: "day_after",
            compensationMinor: "4000",
          },
        },
      }),
  );

const dayMs = 86_400_000;
/** Payment terms are shorter. */
const lateDays = 45;
const latestDays = 120;

/** The same firm some weeks after the month that is played: by then its invoices are late. */
const later = (scope: Scope, random: () => number): Scope => ({
  ...scope,
  now: new Date(scope.now.getTime() + (lateDays + Math.floor(random() * (latestDays - lateDays))) * dayMs),
});

const latest = (scope: Scope): Scope => later(scope, () => 1);

const longAgo = (now: Date): Date => new Date(now.getTime() - 2 * 365 * dayMs);
