import { beforeEach, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { whatDiffers } from "@plumbline/testing/what-differs";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { findInvoiceSummary } from "../invoices/invoice-summary.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { unapplyPayment } from "../payments/unapply-payment.ts";
import { listReceivables } from "../receivables/list-receivables.ts";
import { acknowledgeDispute } from "./acknowledge-dispute.ts";
import { addDisputeMessage } from "./add-dispute-message.ts";
import { findDispute, listDisputes } from "./list-disputes.ts";
import { openDispute } from "./open-dispute.ts";
import { resolveDispute } from "./resolve-dispute.ts";

const database = useTestDatabase();
let now = new Date("2026-12-20T10:00:00Z");
const eur = (minor: bigint) => money(minor, "EUR");
const day = (text: string) => text as LocalDate;

let firm: Firm;
let invoices: readonly IssuedInvoice[];
const invoice = (index: number) => invoices[index] as IssuedInvoice;
beforeEach(async () => {
  now = new Date("2026-12-20T10:00:00Z");
  ({ firm, invoices } = await issuedFirm(database.current.pool, { more: 1, clock: () => now }));
});

const as = async <T>(who: Parameters<Firm["as"]>[0], work: (scope: Scope) => Promise<T>): Promise<T> =>
  (await firm.as(who))(work);
const saying = { code: "hours", reason: "The workshop was shorter" } as const;
const open = (more: Partial<Parameters<typeof openDispute>[1]> = {}) =>
  as("collector", (scope) => openDispute(scope, { invoiceId: invoice(0).id, ...saying, ...more }));
const found = (disputeId: Id<"dispute">) => as("auditor", (scope) => findDispute(scope, { disputeId }));
const decision = { rootCause: "time_recording", reason: "An hour was recorded twice" } as const;
const decide = (disputeId: Id<"dispute">, more: Pick<Parameters<typeof resolveDispute>[1], "outcome" | "credit">) =>
  as("collector", (scope) => resolveDispute(scope, { disputeId, ...decision, ...more }));
const asked = async (invoiceId: InvoiceId) => {
  const summary = await as("auditor", (scope) => findInvoiceSummary(scope, { invoiceId }));
  return summary.disputed?.amount;
};
/** What the first client owes, and what of it waits, on a day. */
const owed = async (on: string) => {
  const { items } = await as("collector", (scope) => listReceivables(scope, { limit: 50, on: day(on) }));
  const own = items.find(({ client }) => client.id === invoice(0).client);
  return [own?.total.amount, own?.disputed.amount];
};
const detail = (work: Promise<unknown>) =>
  work.then(
    () => "nothing refused",
    (error: unknown) => (error instanceof Problem ? error.message : String(error)),
  );

describe("a dispute", () => {
  it("takes what its lines come to with their tax, and the rest of the account stays due", async () => {
    const id = await open({ lines: [1], raisedBy: "Ada Moor" });
    expect(await found(id)).toMatchObject({
      amount: { amount: "238.00", currency: "EUR" },
      lines: [{ position: 1 }],
      raisedBy: "Ada Moor",
      openedOn: "2026-12-20",
      state: "open",
      recordedBy: "Cleo Collector",
    });
    expect(await asked(invoice(0).id)).toBe("238.00");
    now = new Date("2026-12-22T10:00:00Z");
    expect(await owed("2026-12-20")).toEqual(["476.00", "238.00"]);
    await open({ invoiceId: invoice(1).id });
    expect(await owed("2026-12-20")).toEqual(["476.00", "238.00"]);
    expect(await owed("2026-12-22")).toEqual(["476.00", "476.00"]);
  });

  it("is acknowledged once, and keeps what both sides say in order", async () => {
    const id = await open();
    await as("collector", (scope) => acknowledgeDispute(scope, { disputeId: id }));
    const evidence = { document: "minutes.pdf", sha256: "a".repeat(64) };
    const say = (saidBy: "client" | "firm", body: string, more: object = {}) =>
      as("collector", (scope) => addDisputeMessage(scope, { disputeId: id, saidBy, body, ...more }));
    await say("client", "We met from nine to ten");
    await say("firm", "Until eleven", { evidence });
    const dispute = await found(id);
    expect([dispute.state, typeof dispute.acknowledgedAt]).toEqual(["acknowledged", "string"]);
    expect(dispute.messages.map(({ saidBy, body, evidence: proof }) => [saidBy, body, proof?.document])).toEqual([
      ["client", "We met from nine to ten", undefined],
      ["firm", "Until eleven", "minutes.pdf"],
    ]);
    expect(await detail(as("collector", (scope) => acknowledgeDispute(scope, { disputeId: id })))).toContain(
      "acknowledged already",
    );
  });

  it("is refused where there is nothing to dispute, each time with the reason", async () => {
    const of = (more: Partial<Parameters<typeof openDispute>[1]>) => detail(open(more));
    expect(await of({ amount: eur(23_801n) })).toBe("Up to 238.00 EUR of the invoice can be disputed.");
    expect(await of({ amount: money(1n, "USD") })).toBe("The invoice is in EUR, not in USD.");
    expect(await of({ lines: [2] })).toBe("The invoice has no line 2.");
    expect(await of({ openedOn: day("2026-12-21") })).toBe("2026-12-21 lies ahead: today is 2026-12-20.");
    expect(await of({ openedOn: day("2026-01-01") })).toContain("after 2026-01-01");
    await open({ lines: [1], amount: eur(10_000n) });
    expect(await of({ lines: [1], amount: eur(100n) })).toBe("Line 1 is in dispute already.");
    expect(await of({ amount: eur(13_801n) })).toBe("Up to 138.00 EUR of the invoice can be disputed.");
    await open({ amount: eur(13_800n) });
    expect(await of({})).toBe("Nothing of the invoice is left that is not credited or in dispute.");
    const nobody = detail(as("manager", (scope) => openDispute(scope, { invoiceId: invoice(0).id, ...saying })));
    expect(await nobody).toContain("dispute.record");
  });

  it("of two at once, about more together than there is, lets one", async () => {
    const both = await Promise.allSettled([open({ amount: eur(20_000n) }), open({ amount: eur(20_000n) })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await asked(invoice(0).id)).toBe("200.00");
  });
});

describe("its decision", () => {
  const concession = { code: "wrong_quantity", lines: "concession" } as const;

  it("drafts the credit note where the client is right, and nobody is asked for it until that is issued", async () => {
    const id = await open({ lines: [1] });
    await decide(id, { outcome: "upheld", credit: concession });
    const { decision: said, state } = await found(id);
    expect([state, said]).toMatchObject([
      "resolved",
      { outcome: "upheld", by: "Cleo Collector", creditNote: { stage: "draft", total: { amount: "238.00" } } },
    ]);
    expect(await asked(invoice(0).id)).toBeUndefined();
    expect(await owed("2026-12-20")).toEqual(["476.00", "238.00"]);
    await closeMonth(await closersOf(firm), { period: { start: day("2026-10-01"), end: day("2026-11-01") } });
    expect(await owed("2026-12-20")).toEqual(["238.00", "0.00"]);
    expect(await whatDiffers(await firm.as("auditor"))).toEqual([]);
  });

  it("credits a part as a compromise; the rest is due at once", async () => {
    const id = await open({ lines: [1] });
    const half = [{ position: 1, treatment: "concession" as const, quantity: "30" }];
    expect(await detail(decide(id, { outcome: "upheld", credit: { ...concession, lines: half } }))).toContain(
      "compromise",
    );
    await decide(id, { outcome: "compromise", credit: { ...concession, lines: half } });
    const { decision: said } = await found(id);
    expect(await owed("2026-12-20")).toEqual(["476.00", said?.creditNote?.total.amount]);
    expect(Number(said?.creditNote?.total.amount)).toBeGreaterThan(0);
  });

  it("makes the sum due again when it is rejected, withdrawn, or its credit note is given up", async () => {
    const rejected = await open({ amount: eur(100n) });
    expect(await detail(decide(rejected, { outcome: "rejected", credit: concession }))).toContain("credits nothing");
    expect(await detail(decide(rejected, { outcome: "upheld" }))).toContain("Say what is credited");
    await decide(rejected, { outcome: "rejected" });
    expect(await detail(decide(rejected, { outcome: "rejected" }))).toBe("It was rejected: An hour was recorded twice");
    await decide(await open({ amount: eur(100n) }), { outcome: "withdrawn" });
    const upheld = await open({ lines: [1] });
    await decide(upheld, { outcome: "upheld", credit: concession });
    const note = (await found(upheld)).decision?.creditNote?.id as InvoiceId;
    await as("coordinator", (scope) => discardInvoices(scope, { invoiceIds: [note], reason: "Signed after all" }));
    expect(await owed("2026-12-20")).toEqual(["476.00", "0.00"]);
    const { items } = await as("auditor", (scope) => listDisputes(scope, { limit: 9, state: "resolved" }));
    expect(items.map(({ decision: said }) => said?.outcome)).toEqual(["rejected", "withdrawn", "upheld"]);
  });
});

describe("a payment that is short because the client disputes the rest", () => {
  const payShort = async () => {
    const [entity] = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
    const part = { invoiceId: invoice(0).id, amount: eur(20_000n) };
    return as("collector", (scope) =>
      recordPayment(scope, {
        clientId: invoice(0).client,
        legalEntityId: entity?.id as LegalEntityId,
        reference: "wire",
        amount: eur(20_000n),
        receivedOn: day("2026-12-10"),
        to: [{ ...part, residual: { kind: "disputed", amount: eur(3_800n) } }],
      }),
    );
  };

  it("opens one of the rest, which goes with the payment when that is undone", async () => {
    const paymentId = await payShort();
    const listed = async () => (await as("auditor", (scope) => listDisputes(scope, { limit: 9 }))).items;
    expect(await listed()).toMatchObject([{ code: "short_paid", amount: { amount: "38.00" }, state: "open" }]);
    expect(await asked(invoice(0).id)).toBe("38.00");
    const [row] = await as("auditor", ({ tx }) =>
      query<{ id: Id<"application"> }>(tx, "select id from payment_applications"),
    );
    await as("collector", (scope) =>
      unapplyPayment(scope, { paymentId, applicationId: row?.id as Id<"application">, reason: "Another invoice" }),
    );
    expect(await listed()).toMatchObject([{ decision: { outcome: "withdrawn", reason: "Another invoice" } }]);
    expect(await asked(invoice(0).id)).toBeUndefined();
  });

  it("is due again once it is rejected, though the payment still says that it was short", async () => {
    await payShort();
    const [dispute] = (await as("auditor", (scope) => listDisputes(scope, { limit: 9 }))).items;
    await decide(dispute?.id as Id<"dispute">, { outcome: "rejected" });
    expect(await owed("2026-12-20")).toEqual(["276.00", "0.00"]);
  });
});
