import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import type { InterestTerms } from "@plumbline/domain/receivable/late-interest";
import { newFirm } from "@plumbline/testing/firm";
import { lateFirm } from "@plumbline/testing/late-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findPayment } from "../payments/find-payment.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { unapplyPayment } from "../payments/unapply-payment.ts";
import { recordBaseRate } from "./base-rates.ts";
import { claimInterest } from "./claim-interest.ts";
import { chargeInterest, waiveInterest } from "./decide-interest-claim.ts";
import { findInterestClaim, listInterestClaims } from "./list-interest-claims.ts";

const database = useTestDatabase();
const day = (text: string) => text as LocalDate;
const fixed: InterestTerms = {
  rate: { annualBasisPoints: 1_000 },
  dayCount: "act/365",
  from: "day_after",
  compensationMinor: "4000",
};

/** Two invoices of Client 1 and one of Client 2, of 238.00 each and due on 3 December. */
async function openFirm(interest: InterestTerms = fixed) {
  const late = await lateFirm(database.current.pool, { interest });
  const [first, second, other] = late.invoices;
  if (first === undefined || second === undefined || other === undefined) throw new Error("too few invoices");
  const { collector, controller } = late;
  const claims = async () => (await collector((scope) => listInterestClaims(scope, { limit: 50 }))).items;
  return {
    ...late,
    first,
    second,
    other,
    claims,
    claim: (on: string) => {
      late.at(on);
      return collector((scope) => claimInterest(scope, { on: day(on) }));
    },
    claimOf: async (invoiceId: string) =>
      (await claims()).find(({ invoice, state }) => invoice.id === invoiceId && state !== "replaced"),
    charge: (id: string) =>
      collector((scope) => chargeInterest(scope, { interestClaimId: id as Id<"interest-claim"> })),
    waive: (id: string) =>
      controller((scope) =>
        waiveInterest(scope, { interestClaimId: id as Id<"interest-claim">, reason: "A bank holiday" }),
      ),
  };
}

describe("a claim of interest", () => {
  it("tells the days and sums it is made of, and is owed once it is charged", async () => {
    const { claim, claimOf, charge, owed, other, pay, at, controller } = await openFirm();
    at("2026-12-14");
    await pay(other.client, 13_800n, { on: "2026-12-14", to: other.id });
    await claim("2026-12-24");
    const proposed = await claimOf(other.id);
    // 238.00 for 10 days and 100.00 for 10 days at 10 %: 0.6521 and 0.2740, rounded once.
    expect(proposed).toMatchObject({
      from: "2026-12-04",
      until: "2026-12-24",
      interest: { amount: "0.93" },
      compensation: { amount: "40.00" },
      total: { amount: "40.93" },
      lines: [
        { from: "2026-12-04", days: 10, principal: { amount: "238.00" }, basisPoints: 1_000 },
        { from: "2026-12-14", days: 10, principal: { amount: "100.00" }, basisPoints: 1_000 },
      ],
      state: "proposed",
    });
    expect(await owed(other.id)).toMatchObject({ open: { amount: "100.00" } });
    await charge(proposed?.id as string);
    expect(await owed(other.id)).toMatchObject({ owed: { amount: "278.93" }, open: { amount: "140.93" } });
    await expect(charge(proposed?.id as string)).rejects.toMatchObject({ kind: "interest-claim-decided" });
    expect(await controller(listLedgerFaults)).toEqual([]);
  });

  it("goes on where the last one ended, without interest on interest and without a second compensation", async () => {
    const { claim, claimOf, claims, charge, other } = await openFirm();
    await claim("2026-12-24");
    await charge((await claimOf(other.id))?.id as string);
    await claim("2027-01-03");
    const [latest] = (await claims()).filter(({ invoice }) => invoice.id === other.id);
    expect(latest).toMatchObject({
      from: "2026-12-24",
      until: "2027-01-03",
      compensation: { amount: "0.00" },
      lines: [{ days: 10, principal: { amount: "238.00" } }],
    });
  });

  it("is made anew with the days that came since, as long as it is only proposed", async () => {
    const { claim, claims, other } = await openFirm();
    await claim("2026-12-14");
    await claim("2026-12-24");
    const of = (await claims()).filter(({ invoice }) => invoice.id === other.id);
    expect(of.map(({ state, from, until }) => [state, from, until])).toEqual([
      ["proposed", "2026-12-04", "2026-12-24"],
      ["replaced", "2026-12-04", "2026-12-14"],
    ]);
  });

  it("is for an invoice that was paid late as well, up to the day the money came in and not the day it was applied", async () => {
    const { claim, claimOf, apply, pay, at, other } = await openFirm();
    at("2026-12-23");
    const payment = await pay(other.client, 23_800n, { on: "2026-12-14" });
    expect((await claim("2026-12-23")).waiting).toBe(1);
    expect(await claimOf(other.id)).toBeUndefined();
    await apply(payment);
    await claim("2026-12-24");
    expect(await claimOf(other.id)).toMatchObject({ lines: [{ from: "2026-12-04", until: "2026-12-14", days: 10 }] });
  });

  it("is not for an invoice that was paid on its due date", async () => {
    const { claim, claimOf, pay, at, other } = await openFirm();
    at("2026-12-10");
    await pay(other.client, 23_800n, { on: "2026-12-03", to: other.id });
    await claim("2026-12-24");
    expect(await claimOf(other.id)).toBeUndefined();
  });

  it("counts money that was taken back as if it had never come", async () => {
    const { claim, claimOf, pay, at, other, collector } = await openFirm();
    at("2026-12-10");
    const paymentId = await pay(other.client, 23_800n, { on: "2026-12-03", to: other.id });
    const { applications } = await collector((scope) => findPayment(scope, { paymentId }));
    const applicationId = applications[0]?.id as Id<"application">;
    await collector((scope) => unapplyPayment(scope, { paymentId, applicationId, reason: "wrong client" }));
    expect((await claim("2026-12-14")).waiting).toBe(1);
    expect(await claimOf(other.id)).toBeUndefined();
  });

  it("leaves out what is disputed", async () => {
    const { claim, claimOf, at, first, second, collector, legalEntityId } = await openFirm();
    at("2026-12-10");
    await collector((scope) =>
      recordPayment(scope, {
        clientId: first.client,
        legalEntityId,
        amount: money(100n, "EUR"),
        receivedOn: day("2026-12-10"),
        reference: "short",
        to: [
          {
            invoiceId: first.id,
            amount: money(100n, "EUR"),
            residual: { kind: "disputed", amount: money(23_700n, "EUR") },
          },
        ],
      }),
    );
    expect((await claim("2026-12-14")).waiting).toBe(1);
    expect(await claimOf(first.id)).toBeUndefined();
    expect(await claimOf(second.id)).toBeDefined();
  });

  it("is not charged when the payments tell another sum by now", async () => {
    const { claim, claimOf, charge, pay, other } = await openFirm();
    await claim("2026-12-24");
    const proposed = await claimOf(other.id);
    await pay(other.client, 23_800n, { on: "2026-12-14", to: other.id });
    await expect(charge(proposed?.id as string)).rejects.toMatchObject({
      kind: "interest-refused",
      detail: "What was paid or disputed changed since: claim it anew.",
    });
    await claim("2026-12-24");
    const anew = await claimOf(other.id);
    expect(anew).toMatchObject({ lines: [{ days: 10 }] });
    await charge(anew?.id as string);
  });

  it("is waived with a reason, for all of its days, by those who may write off", async () => {
    const { claim, claimOf, claims, waive, other, collector, firm, charge } = await openFirm();
    await claim("2026-12-24");
    const proposed = await claimOf(other.id);
    const interestClaimId = proposed?.id as Id<"interest-claim">;
    await expect(collector((scope) => waiveInterest(scope, { interestClaimId, reason: "x" }))).rejects.toMatchObject({
      kind: "permission-missing",
    });
    const stranger = await (await newFirm(database.current.pool)).as("collector");
    await expect(stranger((scope) => findInterestClaim(scope, { interestClaimId }))).rejects.toMatchObject({
      kind: "interest-claim-not-found",
    });
    await waive(interestClaimId);
    await expect(charge(interestClaimId)).rejects.toMatchObject({ kind: "interest-claim-decided" });
    await claim("2026-12-25");
    const [latest] = (await claims()).filter(({ invoice }) => invoice.id === other.id);
    expect(latest).toMatchObject({ from: "2026-12-24", compensation: { amount: "0.00" } });
    const auditor = await firm.as("auditor");
    await expect(auditor((scope) => claimInterest(scope, {}))).rejects.toMatchObject({ kind: "permission-missing" });
  });

  it("follows a base rate through its changes, and none is claimed while it is unknown", async () => {
    const { claim, claimOf, controller, other } = await openFirm({
      rate: { base: "bgb-247", pointsBasisPoints: 900 },
      dayCount: "act/365",
      from: "day_after",
    });
    await expect(claim("2027-01-11")).rejects.toMatchObject({ kind: "interest-refused" });
    const rates = [
      { name: "bgb-247", startsOn: day("2026-07-01"), basisPoints: 999 },
      { name: "bgb-247", startsOn: day("2026-07-01"), basisPoints: 127 },
      { name: "bgb-247", startsOn: day("2027-01-01"), basisPoints: -88 },
      { name: "ecb", startsOn: day("2026-12-10"), basisPoints: 5_000 },
    ];
    for (const rate of rates) await controller((scope) => recordBaseRate(scope, rate));
    await claim("2027-01-11");
    // 238.00 for 28 days at 10.27 % and for 10 days at 8.12 %: 1.8750 and 0.5295.
    expect(await claimOf(other.id)).toMatchObject({
      interest: { amount: "2.40" },
      lines: [
        { days: 28, basisPoints: 1_027 },
        { days: 10, basisPoints: 812 },
      ],
    });
  });
});
