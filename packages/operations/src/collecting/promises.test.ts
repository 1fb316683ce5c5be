import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { newFirm } from "@plumbline/testing/firm";
import { lateFirm } from "@plumbline/testing/late-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { findPayment } from "../payments/find-payment.ts";
import { unapplyPayment } from "../payments/unapply-payment.ts";
import { findPromise, listPromises } from "./list-promises.ts";
import { recordPromise } from "./record-promise.ts";
import { listDunningNotices } from "./list-dunning-notices.ts";
import { runDunning } from "./run-dunning.ts";
import { withdrawPromise } from "./withdraw-promise.ts";

const database = useTestDatabase();
const said = "Ms Roth, by telephone";
const reason = "Asked for another week";

async function openFirm() {
  const late = await lateFirm(database.current.pool, {
    dunning: {
      levels: [
        { daysPastDue: 7, textKey: "friendly" },
        { daysPastDue: 40, textKey: "firm" },
      ],
    },
  });
  const [first, second, other] = late.invoices;
  if (first === undefined || second === undefined || other === undefined) throw new Error("too few invoices");
  const { collector } = late;
  const promise = (invoiceIds: readonly InvoiceId[], dueOn: string, minor?: bigint) =>
    collector((scope) =>
      recordPromise(scope, {
        invoiceIds,
        dueOn: dueOn as LocalDate,
        said,
        ...(minor !== undefined && { amount: money(minor, "EUR") }),
      }),
    );
  return {
    ...late,
    first,
    second,
    other,
    promise,
    found: (promiseId: string) => collector((scope) => findPromise(scope, { promiseId })),
    withdraw: (promiseId: Id<"promise">) => collector((scope) => withdrawPromise(scope, { promiseId, reason })),
    asked: async (on: string) => {
      late.at(on);
      const { noticeIds } = await collector((scope) => runDunning(scope, { on: on as LocalDate }));
      const { items } = await collector((scope) => listDunningNotices(scope, { limit: 50 }));
      return items
        .filter(({ id }) => noticeIds.some((recorded) => recorded === id))
        .map(({ client, total }) => `${client.name} ${total.amount}`)
        .toSorted();
    },
  };
}

describe("a promise to pay", () => {
  it("pauses what it covers until its day, and is broken the day after", async () => {
    const { at, promise, other, asked, found, collector } = await openFirm();
    at("2026-12-05");
    const id = await promise([other.id], "2026-12-20");
    expect(await found(id)).toMatchObject({
      state: "open",
      amount: { amount: "238.00" },
      paid: { amount: "0.00" },
      by: "Cleo Collector",
      said,
    });
    expect(await asked("2026-12-20")).toEqual(["Client 1 476.00"]);
    expect((await found(id)).state).toBe("open");
    expect(await asked("2026-12-21")).toEqual(["Client 2 238.00"]);
    expect((await found(id)).state).toBe("broken");
    const broken = await collector((scope) => listPromises(scope, { limit: 5, state: "broken" }));
    expect(broken.items.map((item) => item.id)).toEqual([id]);
    expect((await collector((scope) => listPromises(scope, { limit: 5, state: "kept" }))).items).toEqual([]);
  });

  it("is kept by money that came in on its last day, and broken again when that is taken back", async () => {
    const { at, promise, other, pay, found, collector } = await openFirm();
    at("2026-12-05");
    const id = await promise([other.id], "2026-12-20", 10_000n);
    at("2026-12-20");
    await pay(other.client, 4_000n, { on: "2026-12-10", to: other.id });
    expect(await found(id)).toMatchObject({ state: "open", paid: { amount: "40.00" } });
    const paymentId = await pay(other.client, 6_000n, { on: "2026-12-20", to: other.id });
    at("2027-01-02");
    expect(await found(id)).toMatchObject({ state: "kept", paid: { amount: "100.00" } });
    const { applications } = await collector((scope) => findPayment(scope, { paymentId }));
    const applicationId = applications[0]?.id as Id<"application">;
    await collector((scope) => unapplyPayment(scope, { paymentId, applicationId, reason: "returned" }));
    expect(await found(id)).toMatchObject({ state: "broken", paid: { amount: "40.00" } });
  });

  it("is not kept by money that came a day late", async () => {
    const { at, promise, other, pay, found } = await openFirm();
    at("2026-12-05");
    const id = await promise([other.id], "2026-12-20");
    at("2026-12-21");
    await pay(other.client, 23_800n, { on: "2026-12-21", to: other.id });
    expect(await found(id)).toMatchObject({ state: "broken", paid: { amount: "0.00" } });
  });

  it("leaves what it does not cover to be asked for, and less of it with every payment", async () => {
    const { at, promise, first, second, asked, pay } = await openFirm();
    at("2026-12-05");
    await promise([first.id, second.id], "2026-12-31", 30_000n);
    await pay(first.client, 5_000n, { on: "2026-12-05", to: first.id });
    expect(await asked("2026-12-10")).toEqual(["Client 1 176.00", "Client 2 238.00"]);
  });

  it("is refused for what nobody owes, for days that are over, and twice for an invoice", async () => {
    const { at, firm, promise, first, other, pay, withdraw } = await openFirm();
    at("2026-12-05");
    const refused = (detail: string) => ({ kind: "promise-refused", detail });
    await expect(promise([other.id], "2026-12-31", 23_801n)).rejects.toMatchObject(
      refused("Up to 238.00 EUR is open on these invoices."),
    );
    await expect(promise([other.id], "2026-12-04")).rejects.toMatchObject(
      refused("2026-12-04 is over: today is 2026-12-05."),
    );
    await expect(promise([first.id, other.id], "2026-12-31")).rejects.toMatchObject(
      refused("The invoices are of several clients, legal entities or currencies."),
    );
    const id = await promise([other.id], "2026-12-31");
    await expect(promise([other.id], "2027-01-31")).rejects.toMatchObject(
      refused(`${other.number} is promised by 2026-12-31 already: withdraw that promise first.`),
    );
    await withdraw(id);
    await expect(withdraw(id)).rejects.toMatchObject(refused("It was withdrawn already."));
    await promise([other.id], "2027-01-31");
    await pay(first.client, 23_800n, { on: "2026-12-05", to: first.id });
    await expect(promise([first.id], "2027-01-31")).rejects.toMatchObject(
      refused("Nothing is owed on these invoices."),
    );
    const input = { invoiceIds: [other.id], dueOn: "2027-01-31" as LocalDate, said };
    const auditor = await firm.as("auditor");
    await expect(auditor((scope) => recordPromise(scope, input))).rejects.toMatchObject({ kind: "permission-missing" });
    const stranger = await (await newFirm(database.current.pool)).as("collector");
    await expect(stranger((scope) => recordPromise(scope, input))).rejects.toMatchObject({ kind: "invoice-not-found" });
    await expect(stranger((scope) => withdrawPromise(scope, { promiseId: id, reason }))).rejects.toMatchObject({
      kind: "promise-not-found",
    });
  });
});
