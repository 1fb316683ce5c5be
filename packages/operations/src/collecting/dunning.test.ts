import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { newFirm } from "@plumbline/testing/firm";
import { lateFirm } from "@plumbline/testing/late-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { listDunningNotices } from "./list-dunning-notices.ts";
import { runDunning } from "./run-dunning.ts";
import { withdrawDunningNotice } from "./withdraw-dunning-notice.ts";

const database = useTestDatabase();
const dunning = {
  levels: [
    { daysPastDue: 7, textKey: "friendly" },
    { daysPastDue: 21, textKey: "firm", feeMinor: "500" },
  ],
  minimumMinor: "1000",
};
const reason = "Had paid the day before";

async function openFirm(terms: Parameters<typeof lateFirm>[1] = { dunning }) {
  const late = await lateFirm(database.current.pool, terms);
  const [first, second, other] = late.invoices;
  if (first === undefined || second === undefined || other === undefined) throw new Error("too few invoices");
  const run = (on: string) => {
    late.at(on);
    return late.collector((scope) => runDunning(scope, { on: on as LocalDate }));
  };
  const notices = async () => (await late.collector((scope) => listDunningNotices(scope, { limit: 50 }))).items;
  const withdraw = (id: string) =>
    late.collector((scope) => withdrawDunningNotice(scope, { dunningNoticeId: id as Id<"dunning-notice">, reason }));
  return { ...late, first, second, other, run, notices, withdraw };
}

describe("a dunning run", () => {
  it("records one notice for each client with what is late of it, and the second run of a day none", async () => {
    const { run, notices, first, second, other } = await openFirm();
    expect(await run("2026-12-09")).toEqual({ noticeIds: [], invoices: 0 });
    const { noticeIds, invoices } = await run("2026-12-10");
    expect([noticeIds.length, invoices]).toEqual([2, 3]);
    expect(await run("2026-12-10")).toEqual({ noticeIds: [], invoices: 0 });
    const told = await notices();
    expect(told.map(({ client, total, level }) => `${client.name} ${total.amount} ${level}`).toSorted()).toEqual([
      "Client 1 476.00 1",
      "Client 2 238.00 1",
    ]);
    expect(told.flatMap((notice) => notice.invoices.map(({ number }) => number)).toSorted()).toEqual(
      [first, second, other].map(({ number }) => number).toSorted(),
    );
    expect(told[0]).toMatchObject({
      textKey: "friendly",
      language: "en",
      fee: { amount: "0.00" },
      by: "Cleo Collector",
    });
  });

  it("books the fee beside the invoice, outside tax, and pays what was billed first", async () => {
    const { run, notices, owed, other, pay, controller } = await openFirm();
    await run("2026-12-10");
    await run("2026-12-24");
    const [notice] = (await notices()).filter(({ client }) => client.name === "Client 2");
    expect(notice).toMatchObject({ level: 2, textKey: "firm", total: { amount: "238.00" }, fee: { amount: "5.00" } });
    expect(await owed(other.id)).toMatchObject({ owed: { amount: "243.00" }, open: { amount: "243.00" } });
    await pay(other.client, 23_800n, { on: "2026-12-24", to: other.id });
    expect(await owed(other.id)).toMatchObject({ open: { amount: "5.00" }, collection: "partial" });
    expect(await controller(listLedgerFaults)).toEqual([]);
  });

  it("asks for nothing that is disputed, covered by waiting money, or below the minimum", async () => {
    const { run, notices, first, second, other, pay, collector, legalEntityId } = await openFirm();
    await pay(other.client, 23_000n, { on: "2026-11-03" });
    await collector((scope) =>
      recordPayment(scope, {
        clientId: first.client,
        legalEntityId,
        amount: money(3_800n, "EUR"),
        receivedOn: "2026-11-03" as LocalDate,
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
    await run("2026-12-10");
    expect(await notices()).toMatchObject([
      { client: { name: "Client 1" }, total: { amount: "238.00" }, invoices: [{ id: second.id }] },
    ]);
  });

  it("looks at a day as it was booked by then", async () => {
    const { run, notices, other, pay, at, collector } = await openFirm();
    at("2026-12-15");
    await pay(other.client, 23_800n, { on: "2026-12-12", to: other.id });
    await collector((scope) => runDunning(scope, { on: "2026-12-10" as LocalDate }));
    expect((await notices()).map(({ client }) => client.name).toSorted()).toEqual(["Client 1", "Client 2"]);
    await run("2026-12-24");
    expect((await notices()).filter(({ level }) => level === 2)).toMatchObject([{ client: { name: "Client 1" } }]);
  });

  it("follows what was agreed with a client before what holds for all, from the day it was agreed for", async () => {
    const { run, notices, agree, other } = await openFirm();
    await agree({ dunning: { levels: [] } }, "2026-12-01", other.client);
    await agree({ dunning: { levels: [{ daysPastDue: 3, textKey: "stern" }] } }, "2026-12-08");
    expect((await run("2026-12-07")).noticeIds).toEqual([]);
    await run("2026-12-08");
    expect(await notices()).toMatchObject([{ client: { name: "Client 1" }, textKey: "stern" }]);
  });

  it("is for those who may, on days that are not to come, and stays within the firm", async () => {
    const { firm, run, at, notices, collector } = await openFirm();
    at("2026-12-10");
    const ahead = collector((scope) => runDunning(scope, { on: "2026-12-11" as LocalDate }));
    await expect(ahead).rejects.toMatchObject({ kind: "booking-date-refused" });
    const auditor = await firm.as("auditor");
    await expect(auditor((scope) => runDunning(scope, {}))).rejects.toMatchObject({ kind: "permission-missing" });
    await run("2026-12-10");
    const stranger = await (await newFirm(database.current.pool)).as("collector");
    expect((await stranger((scope) => listDunningNotices(scope, { limit: 5 }))).items).toEqual([]);
    const [notice] = await notices();
    const dunningNoticeId = notice?.id as Id<"dunning-notice">;
    await expect(stranger((scope) => withdrawDunningNotice(scope, { dunningNoticeId, reason }))).rejects.toMatchObject({
      kind: "dunning-notice-not-found",
    });
  });

  it("of two at once records each notice once", async () => {
    const { collector, at, notices } = await openFirm();
    at("2026-12-10");
    await Promise.all([1, 2, 3].map(() => collector((scope) => runDunning(scope, {}))));
    expect(await notices()).toHaveLength(2);
  });
});

describe("a notice that is withdrawn", () => {
  it("gives its fee back, stays known, and lets its level be reached again", async () => {
    const { run, notices, withdraw, owed, other, controller } = await openFirm();
    await run("2026-12-10");
    await run("2026-12-24");
    const [notice] = (await notices()).filter(({ client, level }) => client.name === "Client 2" && level === 2);
    await withdraw(notice?.id as string);
    expect(await owed(other.id)).toMatchObject({ owed: { amount: "238.00" }, open: { amount: "238.00" } });
    expect((await notices()).find(({ id }) => id === notice?.id)?.withdrawn).toEqual({
      on: "2026-12-24",
      reason,
      by: "Cleo Collector",
    });
    await expect(withdraw(notice?.id as string)).rejects.toMatchObject({ kind: "dunning-withdrawal-refused" });
    expect((await run("2026-12-25")).invoices).toBe(1);
    expect(await controller(listLedgerFaults)).toEqual([]);
  });

  it("keeps a fee that was paid until the payment's application is taken back", async () => {
    const { run, notices, withdraw, other, pay } = await openFirm();
    await run("2026-12-10");
    await run("2026-12-24");
    await pay(other.client, 24_300n, { on: "2026-12-24", to: other.id });
    const [notice] = (await notices()).filter(({ client, level }) => client.name === "Client 2" && level === 2);
    await expect(withdraw(notice?.id as string)).rejects.toMatchObject({
      detail: "Its fee is paid: take that application back first.",
    });
  });
});

it("refuses terms that contradict themselves, and those of nobody", async () => {
  const { agree } = await openFirm();
  const level = (daysPastDue: number) => ({ daysPastDue, textKey: "friendly" });
  await expect(agree({ dunning: { levels: [level(7), level(7), level(0)] } })).rejects.toMatchObject({
    kind: "collecting-terms-refused",
    extra: {
      errors: [
        { field: "dunning.levels.1.daysPastDue", reason: expect.stringContaining("must be more than the 7") },
        { field: "dunning.levels.2.daysPastDue", reason: expect.stringContaining("must be 1 to") },
      ],
    },
  });
});
