import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { InvoiceId } from "@plumbline/domain/id";
import type { FxMoment } from "@plumbline/domain/tax/tax-conversion";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, firmFolder, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { recomputeInvoices } from "../recompute/recompute-invoices.ts";
import { runBilling } from "./run-billing.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T18:00:00Z");
const october = monthPeriod("2026-10") as Period;
const rate = (on: string, units: string, quote = "USD") => ({
  base_currency: "EUR",
  quote_currency: quote,
  rate_date: on,
  rate: units,
  source: "ECB",
});
/** The day of drafting is the database's: a run reads everything as it is known at one moment there. */
const today = localDateIn(new Date(), "Europe/Berlin");
// The last day of October is a Saturday, for which that of Friday holds; then the issue date, and the day of drafting.
const rates = [rate("2026-10-30", "1.25"), rate("2026-11-02", "1.28"), rate("2026-11-03", "1.6"), rate(today, "1.5")];

let firm: Firm;
async function open(fixedAt?: FxMoment, currency = "USD"): Promise<void> {
  const { tenant } = await firmFolder("any");
  const [entity] = tenant.legalEntities as [(typeof tenant.legalEntities)[number]];
  firm = await newFirm(database.current.pool, {
    clock,
    folder: { legalEntities: [{ ...entity, ...(fixedAt && { fx: { fixedAt, source: "ECB" } }) }] },
  });
  await firm.take("clients", [billableClient("c1")]);
  await firm.take("rate_cards", [{ card_key: "std", currency, is_default: "yes" }]);
  await firm.take("engagements", [
    { engagement_key: "e1", client_key: "c1", code: "E-1", currency, approver_email: "manager@firm.example" },
  ]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Audit" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100", effective_from: "2026-01-01" }]);
  await firm.take("time_entries", [
    {
      entry_key: "t1",
      worker_key: "w1",
      project_key: "p1",
      work_date: "2026-10-05",
      hours: "3",
      status: "approved",
      narrative: "Audit of the plan",
    },
  ]);
}

const close = async (bill = true) =>
  closeMonth(await closersOf(firm), {
    period: october,
    ...(bill && {
      bill: async (billingRunId) => void (await runBilling(await firm.as("billing-runner"), { billingRunId })),
    }),
  });
const rows = async <Row>(sql: string): Promise<Row[]> =>
  (await firm.as("coordinator"))((scope) => query<Row>(scope.tx, sql));
const invoices = () => rows<{ id: InvoiceId }>("select id from invoices where kind = 'invoice' order by id");
const conversions = () =>
  rows(
    "select currency, tax_minor, fixed_at, rate::text, rate_on, source from tax_conversions order by invoice_id, content_version",
  );
const recomputed = async () => {
  const invoiceIds = (await invoices()).map(({ id }) => id);
  return (await firm.as("auditor"))((scope) => recomputeInvoices(scope, { invoiceIds }));
};
const snapshots = async () =>
  (await rows<{ snapshot: string }>("select snapshot from invoice_snapshots order by invoice_id")).map(
    ({ snapshot }) => JSON.parse(snapshot) as { taxConversion?: unknown },
  );

describe("tax in the currency of the legal entity", () => {
  it.each([
    ["tax_point", "2026-10-30", "1.25", "4560"],
    ["draft", today, "1.5", "3800"],
    ["issue", "2026-11-03", "1.6", "3563"],
  ] as const)(
    "is converted at the rate of the %s, kept, and made again from what was kept",
    async (at, on, by, tax) => {
      await open(at);
      expect(await firm.take("fx_rates", rates)).toMatchObject({ added: 4, quarantined: 0 });
      expect(await close()).toMatchObject({ issued: 1 });
      const kept = [{ currency: "EUR", tax_minor: tax, fixed_at: at, rate: by, rate_on: on, source: "ECB" }];
      expect(await conversions()).toEqual(kept);
      const quoted = { base: "EUR", quote: "USD", rate: by, on, source: "ECB" };
      expect(await snapshots()).toMatchObject([{ taxConversion: { currency: "EUR", taxMinor: tax, rate: quoted } }]);
      const [{ id }] = (await invoices()) as [{ id: InvoiceId }];
      const shown = await (await firm.as("finance"))((scope) => findInvoice(scope, { invoiceId: id }));
      expect(shown.taxConversion).toMatchObject({ tax: { currency: "EUR" }, rate: quoted });
      // A corrected rate is for what comes; what was billed keeps the one it used.
      expect(await firm.take("fx_rates", [rate(on, "2")])).toMatchObject({ changed: 1 });
      expect(await conversions()).toEqual(kept);
      expect((await recomputed()).map(({ differences }) => differences)).toEqual([[]]);
    },
  );

  it("waits for a rate while there is none, and has it once it is revised", async () => {
    await open("tax_point");
    // Eight days are a rate that was not imported, not one that was published late.
    await firm.take("fx_rates", [rate("2026-10-24", "1.25")]);
    expect(await close()).toMatchObject({ issued: 0, refused: { "exceptions-open": 1 } });
    expect(await rows("select code from exceptions where state = 'open'")).toEqual([{ code: "fx-rate-missing" }]);
    await firm.take("fx_rates", [rate("2026-10-25", "1.25")]);
    const [{ id: invoiceId }] = (await invoices()) as [{ id: InvoiceId }];
    await (
      await firm.as("coordinator")
    )((scope) => reviseInvoice(scope, { invoiceId, reason: "The rate is there." }));
    expect(await close(false)).toMatchObject({ issued: 1 });
    expect(await conversions()).toMatchObject([{ tax_minor: "4560", rate_on: "2026-10-25" }]);
  });

  it("is refused at issue without a rate of the day, naming source, pair and day", async () => {
    await open("issue");
    expect(await close()).toMatchObject({ issued: 0, refused: { "fx-rate-missing": 1 } });
    await firm.take("fx_rates", [{ ...rate("2026-11-03", "1.6"), source: "Somebody" }]);
    expect(await close(false)).toMatchObject({ issued: 0, refused: { "fx-rate-missing": 1 } });
    await firm.take("fx_rates", [rate("2026-11-02", "1.6")]);
    expect(await close(false)).toMatchObject({ issued: 1 });
  });

  it("is never issued by an entity that takes no rates", async () => {
    await open();
    await firm.take("fx_rates", rates);
    expect(await close()).toMatchObject({ issued: 0, refused: { "exceptions-open": 1 } });
  });

  it.each([
    ["JPY", "186.75", "31"],
    ["KWD", "0.3595", "15855"],
  ])("counts in the digits of both currencies: %s", async (currency, units, tax) => {
    await open("tax_point", currency);
    await firm.take("fx_rates", [rate("2026-10-30", units, currency)]);
    expect(await close()).toMatchObject({ issued: 1 });
    expect(await conversions()).toMatchObject([{ currency: "EUR", tax_minor: tax }]);
    expect((await recomputed()).map(({ differences }) => differences)).toEqual([[]]);
  });

  it("goes back at the rate of the invoice, to the last cent", async () => {
    await open("tax_point");
    await firm.take("fx_rates", rates.slice(0, 1));
    await close();
    const [{ id: invoiceId }] = (await invoices()) as [{ id: InvoiceId }];
    // The rate of the day was corrected meanwhile: a credit note takes back by that of its invoice.
    await firm.take("fx_rates", [rate("2026-10-30", "3")]);
    for (const quantity of ["50", "50", "80"]) {
      await (
        await firm.as("coordinator")
      )((scope) =>
        createCreditNote(scope, {
          invoiceId,
          lines: [{ position: 1, quantity, treatment: "concession" }],
          code: "quality",
          reason: "Agreed by telephone",
        }),
      );
      await close(false);
    }
    expect(await conversions()).toMatchObject(
      ["4560", "-1266", "-1266", "-2028"].map((minor) => ({ tax_minor: minor })),
    );
    expect(await snapshots()).toMatchObject(
      [{}, {}, {}, {}].map(() => ({ taxConversion: { rate: { rate: "1.25" } } })),
    );
  });
});

describe("the import of rates", () => {
  beforeEach(() => open("tax_point"));

  it.each([
    ["rate", { rate: "1,25" }],
    ["rate", { rate: "0" }],
    ["rate", { rate: "-1.25" }],
    ["rate_date", { rate_date: "2026-02-30" }],
    ["quote_currency", { quote_currency: "EUR" }],
    ["quote_currency", { quote_currency: "usd" }],
    ["source", { source: "" }],
  ] as const)("refuses %s of %j", async (field, wrong) => {
    expect(await firm.take("fx_rates", [{ ...rate("2026-10-30", "1.25"), ...wrong }])).toMatchObject({
      quarantined: 1,
    });
    const [{ issues }] = (await rows("select issues from quarantined_rows")) as [{ issues: { field: string }[] }];
    expect(issues.map((issue) => issue.field)).toEqual([field]);
  });

  it("keeps what was known before a correction", async () => {
    await firm.take("fx_rates", rates.slice(0, 1));
    await firm.take("fx_rates", [rate("2026-10-30", "1.26")]);
    expect(await rows("select rate::text, known_to is null as known from fx_rates order by rate")).toEqual([
      { rate: "1.25", known: false },
      { rate: "1.26", known: true },
    ]);
  });
});
