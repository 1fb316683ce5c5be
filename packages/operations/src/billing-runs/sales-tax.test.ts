import { beforeEach, describe, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, firmFolder, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { recomputeInvoices } from "../recompute/recompute-invoices.ts";
import { runBilling } from "./run-billing.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T18:00:00Z");
const october = monthPeriod("2026-10") as Period;
const sha = "a".repeat(64);
type Row = Readonly<Record<string, string>>;

const rate = (jurisdiction: string, level: string, percent: string, more: Row = {}): Row => ({
  jurisdiction,
  name: jurisdiction,
  level,
  rate: percent,
  effective_from: "2024-01-01",
  ...more,
});
const certificate: Row = {
  certificate_key: "k1",
  client_key: "c1",
  number: "SD-77",
  states: "SD | NM",
  reason: "nonprofit",
  valid_from: "2026-01-01",
  document: "sd-77.pdf",
  document_sha256: sha,
};

let firm: Firm;
beforeEach(async () => {
  const { tenant } = await firmFolder("any");
  const [entity] = tenant.legalEntities as [(typeof tenant.legalEntities)[number]];
  firm = await newFirm(database.current.pool, {
    clock,
    folder: {
      legalEntities: [
        {
          ...entity,
          key: "us",
          country: "US",
          currency: "USD",
          timeZone: "America/New_York",
          taxJurisdictions: ["NM"],
        },
      ],
    },
  });
  await firm.take("clients", [
    billableClient("c1", { country: "US", tax_id: "12-3456789", tax_jurisdictions: "NM|NM-BERN|NM-ABQ" }),
  ]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "USD", is_default: "yes" }]);
  await firm.take("engagements", [
    {
      engagement_key: "e1",
      client_key: "c1",
      code: "E-1",
      service_kind: "consulting",
      approver_email: "manager@firm.example",
    },
  ]);
  await firm.take("projects", [{ project_key: "p1", engagement_key: "e1", name: "Audit" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("worker_grades", [{ worker_key: "w1", grade: "Senior", from_date: "2020-01-01" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.40", effective_from: "2026-01-01" }]);
  await firm.take("time_entries", [
    {
      entry_key: "t1",
      worker_key: "w1",
      project_key: "p1",
      work_date: "2026-10-05",
      hours: "1",
      status: "approved",
      narrative: "Audit of the plan",
    },
  ]);
  await firm.take("us_tax_nexus", [{ entity_key: "us", state: "NM", reason: "office", from_date: "2020-01-01" }]);
});

const close = async () =>
  closeMonth(await closersOf(firm), {
    period: october,
    bill: async (billingRunId) => void (await runBilling(await firm.as("billing-runner"), { billingRunId })),
  });
const rows = async (sql: string) => (await firm.as("coordinator"))((scope) => query(scope.tx, sql));
const rates = [rate("NM", "state", "4.875"), rate("NM-BERN", "county", "1.1875"), rate("NM-ABQ", "city", "1.5625")];

describe("sales tax", () => {
  it("is a row for each place on the invoice, and a posting for each in the ledger", async () => {
    expect(await firm.take("us_tax_rates", rates)).toMatchObject({ added: 3, quarantined: 0 });
    expect(await close()).toMatchObject({ issued: 1 });
    expect(
      await rows(
        "select jurisdiction, level, rate_millionths, base_minor, tax_minor from tax_determinations order by tax_minor desc",
      ),
    ).toEqual([
      { jurisdiction: "NM", level: "state", rate_millionths: 48_750, base_minor: "10040", tax_minor: "489" },
      { jurisdiction: "NM-ABQ", level: "city", rate_millionths: 15_625, base_minor: "10040", tax_minor: "157" },
      { jurisdiction: "NM-BERN", level: "county", rate_millionths: 11_875, base_minor: "10040", tax_minor: "119" },
    ]);
    expect(
      await rows("select tax_jurisdiction, amount_minor from ledger_postings where account = 'tax_payable' order by 2"),
    ).toEqual([
      { tax_jurisdiction: "NM", amount_minor: "-489" },
      { tax_jurisdiction: "NM-ABQ", amount_minor: "-157" },
      { tax_jurisdiction: "NM-BERN", amount_minor: "-119" },
    ]);
    const [{ snapshot }] = (await rows("select snapshot from invoice_snapshots")) as [{ snapshot: string }];
    const { taxes } = JSON.parse(snapshot) as { taxes: { component: { level: string } }[] };
    expect(taxes.map(({ component }) => component.level)).toEqual(["state", "county", "city"]);
    const anew = await (
      await firm.as("auditor")
    )(async (scope) => {
      const issued = await query<{ id: InvoiceId }>(scope.tx, "select id from invoices");
      return recomputeInvoices(scope, { invoiceIds: issued.map(({ id }) => id) });
    });
    expect(anew.map(({ differences }) => differences)).toEqual([[]]);
  });

  it("waits as a whole for the rate of one place", async () => {
    await firm.take("us_tax_rates", rates.slice(0, 2));
    expect(await close()).toMatchObject({ submitted: 1, issued: 0, refused: { "exceptions-open": 1 } });
    expect(await rows("select code from exceptions where state = 'open'")).toEqual([{ code: "tax-not-settled" }]);
  });

  it("is not owed by who gave a certificate, which the invoice keeps", async () => {
    await firm.take("us_tax_rates", rates);
    expect(await firm.take("tax_certificates", [certificate])).toMatchObject({ added: 1 });
    expect(await close()).toMatchObject({ issued: 1 });
    expect(
      await rows(
        "select t.category, t.exemption_reason, c.number from tax_determinations t join tax_certificates c on c.id = t.certificate_id",
      ),
    ).toEqual([{ category: "E", exemption_reason: "Exemption certificate SD-77: nonprofit", number: "SD-77" }]);
  });

  it("keeps a corrected rate beside what was known before", async () => {
    await firm.take("us_tax_rates", rates);
    expect(await firm.take("us_tax_rates", [rate("NM", "state", "5")])).toMatchObject({ changed: 1 });
    expect(
      await rows("select rate_millionths, known_to is null as known from us_tax_rates where code = 'NM' order by 1"),
    ).toEqual([
      { rate_millionths: 48_750, known: false },
      { rate_millionths: 50_000, known: true },
    ]);
  });
});

it("cannot be written with a part on another base, nor with another rounding", async () => {
  await firm.take("us_tax_rates", rates);
  const runner = await firm.as("billing-runner");
  const bill = async (billingRunId: string) => void (await runBilling(runner, { billingRunId }));
  await closeMonth(await closersOf(firm), { period: october, bill, mayMove: () => false });
  const rewrite = (base: number, tax: number) =>
    runner(async (scope) => {
      const next = `update invoices set version = version + 1, content_version = content_version + 1, content_hash = 'x',
                      approval_round = approval_round + 1, tax_minor = 489 + ${tax}, total_minor = net_minor + 489 + ${tax}`;
      await query(scope.tx, next);
      const line = `insert into invoice_lines select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(),
                      'content_version', l.content_version + 1))).* from invoice_lines l`;
      await query(scope.tx, line);
      await query(
        scope.tx,
        `insert into tax_determinations (id, invoice_id, content_version, category, basis_points, base_minor, tax_minor,
           because, jurisdiction, jurisdiction_name, level, rate_millionths)
         select gen_random_uuid(), i.id, i.content_version, 'S', 100, t.base, t.tax, 'x', t.place, t.place, t.level, t.rate
           from invoices i, (values (10040, 489, 'NM', 'state', 48750), (${base}, ${tax}, 'NM-X', 'special', 10000))
                t (base, tax, place, level, rate)`,
      );
      throw new Error("the taxes were taken");
    });
  await expect(rewrite(5_000, 50)).rejects.toMatchObject({ code: "PL171" });
  await expect(rewrite(10_040, 101)).rejects.toMatchObject({ code: "23514" });
  await expect(rewrite(10_040, 100)).rejects.toThrow("the taxes were taken");
});

describe("rows that are refused when they are saved", () => {
  const faults = async (kind: Parameters<Firm["take"]>[0], row: Row) => {
    await firm.take(kind, [row]);
    return (await rows("select issues from quarantined_rows")).flatMap((bad) =>
      (bad as { issues: { field: string; reason: string }[] }).issues.map(({ field, reason }) => `${field}: ${reason}`),
    );
  };
  it.each<[string, Parameters<Firm["take"]>[0], Row, string]>([
    [
      "a place that is none",
      "us_tax_rates",
      rate("QQ", "state", "4"),
      "jurisdiction: “QQ” is not a jurisdiction such as NY or NY-KINGS",
    ],
    [
      "a city that calls itself a state",
      "us_tax_rates",
      rate("NM-ABQ", "state", "4"),
      "level: NM-ABQ is a place in a state, and the level says state",
    ],
    [
      "a rate with five decimals",
      "us_tax_rates",
      rate("NM", "state", "4.12345"),
      "rate: “4.12345” is not a rate in percent with up to four decimals, such as 8.875",
    ],
    [
      "a certificate without its document",
      "tax_certificates",
      { ...certificate, document_sha256: "1" },
      "document_sha256: is not 64 hexadecimal digits",
    ],
    [
      "a ruling that says neither yes nor no",
      "us_taxability",
      { state: "NM", service_kind: "saas", taxable: "perhaps", from_date: "2026-01-01", source: "ruling" },
      "taxable: “perhaps” is neither yes nor no",
    ],
    [
      "a client in two states",
      "clients",
      billableClient("c9", { tax_jurisdictions: "NM|TX-AUSTIN" }),
      "tax_jurisdictions: “TX-AUSTIN” is not in NM",
    ],
    [
      "a service nobody knows",
      "engagements",
      { engagement_key: "e9", client_key: "c1", code: "E-9", service_kind: "magic" },
      "service_kind: “magic” is none of consulting, legal, accounting, engineering, it_services, data_processing, saas, training",
    ],
  ])("%s", async (_, kind, row, fault) => {
    expect(await faults(kind, row)).toEqual([fault]);
  });
});
