import { describe, expect, it } from "vitest";
import { minorToWire } from "@plumbline/contract/scalar";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { query, queryOne } from "@plumbline/platform/sql";
import { lateFirm } from "@plumbline/testing/late-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { claimInterest } from "../collecting/claim-interest.ts";
import { chargeInterest } from "../collecting/decide-interest-claim.ts";
import { recordPromise } from "../collecting/record-promise.ts";
import { runDunning } from "../collecting/run-dunning.ts";
import { withdrawDunningNotice } from "../collecting/withdraw-dunning-notice.ts";
import { applyPayment } from "../payments/apply-payment.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { refundPayment } from "../payments/refund-payment.ts";
import { unapplyPayment } from "../payments/unapply-payment.ts";
import { writeOffInvoice } from "../payments/write-off-invoice.ts";
import { findStatement } from "./find-statement.ts";
import { listReceivables } from "./list-receivables.ts";

const database = useTestDatabase();
const day = (text: string) => text as LocalDate;
const terms = {
  dunning: {
    levels: [
      { daysPastDue: 5, textKey: "friendly", feeMinor: "250" },
      { daysPastDue: 20, textKey: "firm", feeMinor: "700" },
    ],
  },
  interest: { rate: { annualBasisPoints: 900 }, dayCount: "act/365", from: "day_after", compensationMinor: "4000" },
} as const;

/** Numbers below 1 that look random and are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

type Firm = Awaited<ReturnType<typeof lateFirm>>;

/** Something that happens between a firm and its clients; what is refused did not happen. */
async function happen({ firm, invoices, pay, collector, controller }: Firm, random: () => number, on: string) {
  const one = <Item>(items: readonly Item[]): Item => {
    const found = items[Math.floor(random() * items.length)];
    if (found === undefined) throw new Problem("payment-not-found");
    return found;
  };
  const idOf = async <Kind extends string>(sql: string) =>
    one(await collector((scope) => query<{ id: Id<Kind> }>(scope.tx, sql))).id;
  const invoice = one(invoices);
  const amount = 1n + BigInt(Math.floor(random() * 15_000));
  const doings = [
    () => pay(invoice.client, amount, { on }),
    () => pay(invoice.client, amount, { on, to: invoice.id }),
    () => pay(invoice.client, amount, { on, to: invoice.id }),
    async () => {
      const paymentId = await idOf<"payment">("select id from payments order by id");
      await collector((scope) => applyPayment(scope, { paymentId, to: "oldest_first" }));
    },
    async () => {
      const id = await idOf<"application">("select id from payment_applications order by id");
      const { payment } = await collector((scope) =>
        queryOne<{ payment: Id<"payment"> }>(
          scope.tx,
          "select payment_id as payment from payment_applications where id = ?",
          [id],
        ),
      );
      await collector((scope) => unapplyPayment(scope, { applicationId: id, paymentId: payment, reason: "wrong" }));
    },
    async () => {
      const paymentId = await idOf<"payment">("select id from payments order by id");
      await controller((scope) => refundPayment(scope, { paymentId, amount: money(amount, "EUR"), reason: "asked" }));
    },
    () =>
      controller((scope) =>
        writeOffInvoice(scope, { invoiceId: invoice.id, amount: money(1n + (amount % 900n), "EUR"), reason: "small" }),
      ),
    () => collector((scope) => runDunning(scope, {})),
    async () => {
      const dunningNoticeId = await idOf<"dunning-notice">("select id from dunning_notices order by id");
      await collector((scope) => withdrawDunningNotice(scope, { dunningNoticeId, reason: "wrong" }));
    },
    () => collector((scope) => claimInterest(scope, {})),
    async () => {
      const interestClaimId = await idOf<"interest-claim">("select id from interest_claims where state = 'proposed'");
      await collector((scope) => chargeInterest(scope, { interestClaimId }));
    },
    () =>
      collector((scope) =>
        recordPromise(scope, { invoiceIds: [invoice.id], dueOn: addDays(day(on), 9), said: firm.slug }),
      ),
  ];
  try {
    await one(doings)();
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

const eur = (minor: bigint) => minorToWire(minor, "EUR");
const minorOf = ({ amount }: { readonly amount: string }): bigint => BigInt(amount.replace(".", ""));
const sumOf = (amounts: readonly { readonly amount: string }[]) =>
  eur(amounts.reduce((sum, amount) => sum + minorOf(amount), 0n));

/** What the ledger says by a day, account by account. */
const ledgerOn = ({ collector }: Firm, on: string, accounts: readonly string[]) =>
  collector(async (scope) => {
    const { minor } = await queryOne<{ minor: string }>(
      scope.tx,
      `select coalesce(sum(p.amount_minor), 0) as minor
         from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
        where e.booked_on <= ? and p.account = any(?)`,
      [on, accounts],
    );
    return eur(BigInt(minor));
  });

describe.each([1, 2, 3])("after random months (%i)", (seed) => {
  it("ageing and statements say what the ledger's accounts say, on every day that was looked at", async () => {
    const late = await lateFirm(database.current.pool, terms);
    const random = seeded(seed);
    const days: string[] = [];
    let happened = 0;
    for (let on = day("2026-11-20"); on < "2027-02-20"; on = addDays(on, 1 + Math.floor(random() * 5))) {
      late.at(on);
      days.push(on);
      for (let times = 0; times < 2; times += 1) happened += Number(await happen(late, random, on));
    }
    expect(happened).toBeGreaterThan(days.length / 2);
    for (const on of days.filter((_, index) => index % 6 === 0 || index === days.length - 1)) {
      const { items } = await late.collector((scope) => listReceivables(scope, { on: day(on), limit: 50 }));
      expect(sumOf(items.map(({ total }) => total))).toEqual(await ledgerOn(late, on, ["receivable"]));
      expect(sumOf(items.map(({ unapplied }) => unapplied))).toEqual(
        eur(-minorOf(await ledgerOn(late, on, ["unapplied_cash"]))),
      );
      for (const item of items) {
        const { total, disputed, promised, ...aged } = item;
        const buckets = [aged.notDue, aged.days0To30, aged.days31To60, aged.days61To90, aged.over90];
        expect(sumOf(buckets)).toEqual(total);
        expect(minorOf(disputed) + minorOf(promised)).toBeLessThanOrEqual(minorOf(total));
      }
      const clients = [...new Set(late.invoices.map(({ client }) => client))];
      const period = { start: day("2026-11-01"), end: addDays(day(on), 1) };
      const told = await Promise.all(
        clients.map((clientId) => late.collector((scope) => findStatement(scope, { clientId, ...period }))),
      );
      expect(sumOf(told.flatMap(({ accounts }) => accounts.map(({ closing }) => closing)))).toEqual(
        await ledgerOn(late, on, ["receivable", "unapplied_cash", "retention_receivable", "retainer_liability"]),
      );
    }
  });
});

it("what is disputed and promised is told of what is owed, as it was on the day", async () => {
  const late = await lateFirm(database.current.pool, {});
  const [first, second] = late.invoices;
  if (first === undefined || second === undefined) throw new Error("too few invoices");
  late.at("2026-12-05");
  await late.collector((scope) =>
    recordPayment(scope, {
      clientId: first.client,
      legalEntityId: late.legalEntityId,
      amount: money(3_800n, "EUR"),
      receivedOn: day("2026-12-05"),
      reference: "short",
      to: [
        {
          invoiceId: first.id,
          amount: money(3_800n, "EUR"),
          residual: { kind: "disputed", amount: money(20_000n, "EUR") },
        },
      ],
    }),
  );
  late.at("2026-12-10");
  const promise = { invoiceIds: [second.id], dueOn: day("2026-12-20"), said: "by telephone" };
  await late.collector((scope) => recordPromise(scope, promise));
  await late.pay(second.client, 10_000n, { on: "2026-12-10", to: second.id });
  late.at("2026-12-31");
  const told = async (on: string) => {
    const { items } = await late.collector((scope) => listReceivables(scope, { on: day(on), limit: 50 }));
    const of = items.find(({ client }) => client.id === first.client);
    return [of?.total.amount, of?.disputed.amount, of?.promised.amount];
  };
  expect(await told("2026-12-04")).toEqual(["476.00", "0.00", "0.00"]);
  expect(await told("2026-12-09")).toEqual(["438.00", "200.00", "0.00"]);
  expect(await told("2026-12-20")).toEqual(["338.00", "200.00", "138.00"]);
  expect(await told("2026-12-21")).toEqual(["338.00", "200.00", "0.00"]);
});
