import { beforeEach, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listLedgerBalances } from "../ledger/list-ledger-balances.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { findReceivable } from "../payments/find-receivable.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { returnPayments } from "../payments/return-payments.ts";
import { certifyWithholding } from "./certify-withholding.ts";
import { findCertificate, listCertificates } from "./list-certificates.ts";
import { listWithheld } from "./list-withheld.ts";
import { withdrawCertificate } from "./withdraw-certificate.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-12-20T10:00:00Z");
const eur = (minor: bigint) => money(minor, "EUR");
const day = (text: string) => text as LocalDate;
const today = day("2026-12-20");

let firm: Firm;
let invoices: readonly IssuedInvoice[];
let entity: LegalEntityId;
const invoice = (index: number) => invoices[index] as IssuedInvoice;
beforeEach(async () => {
  ({ firm, invoices } = await issuedFirm(database.current.pool, { more: 1, clock }));
  const rows = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
  entity = rows[0]?.id as LegalEntityId;
});

const as = async <T>(who: Parameters<Firm["as"]>[0], work: (scope: Scope) => Promise<T>): Promise<T> =>
  (await firm.as(who))(work);
/** 30.00 of 238.00 are kept: 15 % of the net. */
const payShort = (index: number) =>
  as("collector", (scope) =>
    recordPayment(scope, {
      clientId: invoice(index).client,
      legalEntityId: entity,
      reference: "wire",
      amount: eur(20_800n),
      receivedOn: today,
      to: [
        {
          invoiceId: invoice(index).id,
          amount: eur(20_800n),
          residual: { kind: "withholding_tax", amount: eur(3_000n) },
        },
      ],
    }),
  );
const certify = (more: object = {}, who: Parameters<Firm["as"]>[0] = "collector") =>
  as(who, (scope) =>
    certifyWithholding(scope, {
      clientId: invoice(0).client,
      legalEntityId: entity,
      number: "CR-1",
      issuedOn: day("2026-12-15"),
      amount: eur(3_000n),
      ...more,
    }),
  );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) =>
      error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String((error as { code?: string }).code),
  );
const withheld = () => as("auditor", async (scope) => (await listWithheld(scope, { limit: 9 })).items);
const balances = async () =>
  Object.fromEntries(
    (await as("auditor", (scope) => listLedgerBalances(scope, {}))).map(({ account, side, balance }) => [
      account,
      `${side} ${balance.amount}`,
    ]),
  );

describe("tax that a client kept", () => {
  it("settles its invoice, is to be proven, and is owed by the tax office once it is", async () => {
    await payShort(0);
    const receivable = await as("auditor", (scope) => findReceivable(scope, { invoiceId: invoice(0).id }));
    expect(receivable).toMatchObject({ open: { amount: "0.00" }, collection: "settled", overdue: false });
    expect(await withheld()).toMatchObject([
      { invoice: { number: invoice(0).number }, withheld: { amount: "30.00" }, unproven: { amount: "30.00" } },
    ]);
    const evidence = { document: "cr-1.pdf", sha256: "c".repeat(64) };
    const certificateId = await certify({ evidence });
    expect(await balances()).toMatchObject({ withholding_certified: "debit 30.00", cash: "debit 208.00" });
    expect((await balances())["withholding_tax"]).toBeUndefined();
    expect(await withheld()).toEqual([]);
    expect(
      await as("auditor", (scope) => findCertificate(scope, { withholdingCertificateId: certificateId })),
    ).toMatchObject({
      number: "CR-1",
      evidence,
      invoices: [{ invoice: { number: invoice(0).number }, amount: { amount: "30.00" } }],
    });
    expect(await as("auditor", listLedgerFaults)).toEqual([]);
  });

  it("is proven in one sum for several invoices, or in parts", async () => {
    await payShort(0);
    await payShort(1);
    await certify({ amount: eur(4_000n) });
    expect(await withheld()).toMatchObject([{ invoice: { number: invoice(1).number }, unproven: { amount: "20.00" } }]);
    const invoicesSaid = [{ invoiceId: invoice(1).id, amount: eur(2_000n) }];
    await certify({ number: "CR-2", amount: eur(2_000n), invoices: invoicesSaid });
    expect(await withheld()).toEqual([]);
  });

  it("is proven once, never beyond what was kept, by no paper of the future, by those who may", async () => {
    await payShort(0);
    expect(await refusal(certify({}, "auditor"))).toMatch(/^permission-missing/);
    expect(await refusal(certify({ amount: eur(3_001n) }))).toMatch(
      /^withholding-certificate-refused: Its amount is not/,
    );
    expect(await refusal(certify({ issuedOn: day("2026-12-21") }))).toMatch(/It is dated 2026-12-21/);
    expect(await refusal(certify({ amount: money(3_000n, "USD") }))).toMatch(/^withholding-certificate-refused/);
    const other = [{ invoiceId: invoice(1).id, amount: eur(3_000n) }];
    expect(await refusal(certify({ invoices: other }))).toMatch(/Nothing unproven was withheld of this invoice/);
    const mixed = [{ invoiceId: invoice(0).id, amount: money(3_000n, "USD") }];
    expect(await refusal(certify({ invoices: mixed }))).toMatch(/another currency/);
    await certify({ amount: eur(1_000n) });
    expect(await refusal(certify({ amount: eur(1_000n) }))).toMatch(/Certificate CR-1 of this client is recorded/);
    const both = await Promise.all(["CR-2", "CR-3"].map((number) => refusal(certify({ number, amount: eur(2_000n) }))));
    expect(both.toSorted()[0]).toBe("done");
    expect(both.toSorted()[1]).toMatch(/^withholding-certificate-refused/);
  });

  it("is unproven again when its certificate is withdrawn, and the number may come anew", async () => {
    await payShort(0);
    const certificateId = await certify();
    const withdraw = () =>
      as("collector", (scope) =>
        withdrawCertificate(scope, { withholdingCertificateId: certificateId, reason: "a copy" }),
      );
    await withdraw();
    expect(await refusal(withdraw())).toBe("withholding-certificate-refused: It was withdrawn already: a copy");
    expect(await balances()).toMatchObject({ withholding_tax: "debit 30.00" });
    await certify();
    const { items } = await as("auditor", (scope) => listCertificates(scope, { limit: 5 }));
    expect(items.map(({ withdrawn }) => withdrawn?.reason)).toEqual([undefined, "a copy"]);
    expect(await as("auditor", listLedgerFaults)).toEqual([]);
  });

  it("shows as certified and not withheld when the bank takes its payment back", async () => {
    const paymentId = await payShort(0);
    await certify();
    await as("collector", (scope) =>
      returnPayments(scope, [{ paymentId, on: today, reason: "AC04", chargedMinor: 0n }]),
    );
    expect(await withheld()).toMatchObject([
      { withheld: { amount: "0.00" }, certified: { amount: "30.00" }, unproven: { amount: "-30.00" } },
    ]);
    await payShort(0);
    expect(await withheld()).toEqual([]);
  });

  it("is a firm's own, and is not certified past the ledger by raw SQL", async () => {
    await payShort(0);
    const certificateId = await certify({ amount: eur(1_000n) });
    const other = (await issuedFirm(database.current.pool, { clock })).firm;
    const elsewhere = await other.as("collector");
    expect((await elsewhere((scope) => listWithheld(scope, { limit: 5 }))).items).toEqual([]);
    const named = { withholdingCertificateId: certificateId, reason: "x" };
    expect(await refusal(elsewhere((scope) => withdrawCertificate(scope, named)))).toMatch(
      /^withholding-certificate-not-found/,
    );
    const run = (sql: string, values: readonly unknown[] = []) =>
      refusal(as("collector", ({ tx }) => query(tx, sql, values)));
    expect(await run("update withholding_certificates set amount_minor = 1")).toBe("PL188");
    const withdrawn = "update withholding_certificates set withdrawn_on = '2026-12-20', withdrawn_reason = 'x'";
    expect(await run(withdrawn)).toBe("PL189");
    const part = `insert into certified_withholdings (id, certificate_id, invoice_id, amount_minor) values (gen_random_uuid(), ?, ?, 5)`;
    expect(await run(part, [certificateId, invoice(1).id])).toBe("PL189");
    const whole = `insert into withholding_certificates (id, legal_entity_id, client_id, currency, amount_minor, number, issued_on)
      select gen_random_uuid(), legal_entity_id, client_id, currency, 5, 'CR-9', issued_on from withholding_certificates`;
    expect(await run(whole)).toBe("PL188");
    const entry = `
      with e as (insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, reason)
        select gen_random_uuid(), 'withholding_certified', legal_entity_id, payer_id, currency, '2026-12-20', id, 'x'
          from invoices where id = ? returning id)
      insert into ledger_postings (entry_id, position, account, amount_minor)
      select id, 1, 'withholding_certified', 5 from e union all select id, 2, 'withholding_tax', -5 from e`;
    expect(await run(entry, [invoice(0).id])).toBe("PL189");
  });
});
