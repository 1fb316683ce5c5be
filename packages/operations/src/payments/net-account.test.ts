import { beforeAll, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { newId } from "@plumbline/platform/new-id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { asCreditNote } from "@plumbline/testing/credit-note";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findPayment } from "./find-payment.ts";
import { findReceivable } from "./find-receivable.ts";
import { netAccount } from "./net-account.ts";
import { recordPayment } from "./record-payment.ts";
import { refundPayment } from "./refund-payment.ts";
import { unapplyPayment } from "./unapply-payment.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-12-20T10:00:00Z");
const eur = (minor: bigint) => money(minor, "EUR");
let firm: Firm;
let invoices: readonly IssuedInvoice[];
let entity: LegalEntityId;
const invoice = (index: number) => invoices[index] as IssuedInvoice;
const as = async <T>(who: Parameters<Firm["as"]>[0], work: (scope: Scope) => Promise<T>): Promise<T> =>
  (await firm.as(who))(work);
const account = () => ({ clientId: invoice(0).client, legalEntityId: entity, currency: "EUR" }) as const;
const net = (more: Partial<Parameters<typeof netAccount>[1]> = {}) =>
  as("collector", (scope) => netAccount(scope, { ...account(), to: "oldest_first", ...more }));
const owedOn = (index: number) => as("auditor", (scope) => findReceivable(scope, { invoiceId: invoice(index).id }));
const pay = (minor: bigint) =>
  as("collector", (scope) =>
    recordPayment(scope, {
      ...account(),
      amount: eur(minor),
      receivedOn: "2026-12-20" as LocalDate,
      reference: "wire",
    }),
  );
const balances = async () =>
  Object.fromEntries(
    (await as("auditor", (scope) => listLedgerBalances(scope, {}))).map(({ account: name, side, balance }) => [
      name,
      `${side} ${balance.amount}`,
    ]),
  );

/** Four invoices of 238.00 of one client, the last of them turned into a credit note, and one of another client. */
async function open(): Promise<void> {
  ({ firm, invoices } = await issuedFirm(database.current.pool, { clients: 2, more: 3, clock }));
  entity = await as("auditor", async ({ tx }) => {
    const [row] = await query<{ id: LegalEntityId }>(tx, "select id from legal_entities");
    return row?.id as LegalEntityId;
  });
  const ofFirst = invoices.filter(({ client }) => client === invoice(0).client);
  invoices = [...ofFirst, ...invoices.filter((one) => !ofFirst.includes(one))];
  await asCreditNote(database.current, invoice(3).id);
}

describe("a credit note and money without an invoice", () => {
  beforeAll(open);

  it("are held against invoices: the credit note first, and no cent is lost", async () => {
    expect(await owedOn(3)).toMatchObject({ owed: { amount: "-238.00" }, collection: "open", overdue: false });
    const wire = await pay(10_000n);
    const { parts, left } = await net();
    expect(left).toEqual(eur(0n));
    expect(parts.map(({ amount }) => amount.minor)).toEqual([23_800n, 10_000n]);
    expect(parts[1]?.paymentId).toBe(wire);
    expect(await owedOn(0)).toMatchObject({ collection: "settled" });
    expect(await owedOn(1)).toMatchObject({ collection: "partial", open: { amount: "138.00" } });
    expect(await owedOn(3)).toMatchObject({ open: { amount: "0.00" }, collection: "settled" });
    expect(await balances()).toMatchObject({ cash: "debit 100.00", receivable: "debit 614.00" });
    expect(await as("auditor", listLedgerFaults)).toEqual([]);
  });

  it("stays with the client when nothing is left to net, is taken back, and is paid back by somebody else", async () => {
    await expect(net()).rejects.toMatchObject({ kind: "netting-refused" });
    const [credit] = await as("auditor", ({ tx }) =>
      query<{ id: Id<"payment"> }>(tx, "select id from payments where credit_note_id is not null"),
    );
    const paymentId = credit?.id as Id<"payment">;
    const shown = await as("auditor", (scope) => findPayment(scope, { paymentId }));
    expect(shown).toMatchObject({ creditNoteId: invoice(3).id, reference: invoice(3).number });
    const applicationId = shown.applications[0]?.id as Id<"application">;
    await as("collector", (scope) => unapplyPayment(scope, { paymentId, applicationId, reason: "to be paid back" }));
    const refund = (scope: Scope) => refundPayment(scope, { paymentId, amount: eur(20_000n), reason: "asked for it" });
    await as("controller", refund);
    const { parts, left } = await net({
      paymentIds: [paymentId],
      to: [{ invoiceId: invoice(2).id, amount: eur(300n) }],
    });
    expect([parts.length, left]).toEqual([1, eur(3_500n)]);
    expect(await balances()).toMatchObject({ cash: "credit 100.00", unapplied_cash: "credit 35.00" });
    expect(await as("auditor", listLedgerFaults)).toEqual([]);
  });
});

describe("netting", () => {
  beforeAll(open);

  it("is refused whole for what is no credit here, what is not owed here, and without the permission", async () => {
    const refused = (more: Parameters<typeof net>[0], kind: string) =>
      expect(net(more)).rejects.toMatchObject({ kind });
    await refused({ creditNoteIds: [invoice(0).id] }, "netting-refused");
    await refused({ creditNoteIds: [newId<"invoice">()] }, "invoice-not-found");
    await refused({ paymentIds: [newId<"payment">()] }, "payment-not-found");
    await refused({ currency: "USD" }, "netting-refused");
    await refused({ clientId: invoice(4).client }, "netting-refused");
    await refused({ to: [{ invoiceId: invoice(4).id, amount: eur(1n) }] }, "application-refused");
    await refused({ to: [{ invoiceId: invoice(0).id, amount: eur(23_801n) }] }, "application-refused");
    const other = (scope: Scope) => netAccount(scope, { ...account(), to: "oldest_first" });
    await expect(as("coordinator", other)).rejects.toMatchObject({ kind: "permission-missing" });
    expect(await owedOn(3)).toMatchObject({ collection: "open" });
  });

  it("of two at once happens once", async () => {
    const answers = await Promise.allSettled([net(), net(), net()]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await owedOn(0)).toMatchObject({ collection: "settled" });
    expect(await as("auditor", listLedgerFaults)).toEqual([]);
  });
});
