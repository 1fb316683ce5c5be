import { beforeEach, expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billableClient } from "@plumbline/testing/billable-client";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { createCreditNote } from "../credits/create-credit-note.ts";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const october = monthPeriod("2026-10") as Period;
const clock = () => new Date("2026-11-03T10:00:00Z");
let firm: Firm;

const profile = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  client_key: "c1",
  profile: name,
  ...more,
});
const engagement = (number: number, more: Readonly<Record<string, string>> = {}) => ({
  engagement_key: `e${number}`,
  client_key: "c1",
  code: `E-${number}`,
  approver_email: "manager@firm.example",
  ...more,
});
const time = (number: number, project = `p${number}`, key = `t-${project}`) => ({
  entry_key: key,
  worker_key: "w1",
  project_key: project,
  work_date: `2026-10-0${number}`,
  hours: "1",
  role: "Senior",
  status: "approved",
  narrative: "Audit of the plan",
});

beforeEach(async () => {
  firm = await newFirm(database.current.pool, { clock });
  await firm.take("clients", [billableClient("c1"), billableClient("c2")]);
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR", is_default: "yes" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100", effective_from: "2026-01-01" }]);
  await firm.take("workers", [{ worker_key: "w1", name: "Ann" }]);
  await firm.take("delivery_profiles", [
    profile("Zentrale", { language: "de", grouping: "client", annex: "no" }),
    profile("Works", { grouping: "project" }),
  ]);
});

const rows = async <Row>(sql: string): Promise<Row[]> =>
  (await firm.as("coordinator"))((scope) => query<Row>(scope.tx, sql));
const refused = async () =>
  (await rows<{ issues: { field: string; reason: string }[] }>("select issues from quarantined_rows order by id"))
    .flatMap(({ issues }) => issues)
    .map(({ field, reason }) => `${field}: ${reason}`);
const invoices = () =>
  rows<{ id: InvoiceId; profile: string; engagement: string | null; lines: number }>(
    `select i.id, d.name as profile, e.code as engagement, count(*)::int as lines
       from invoices i join delivery_profiles d on d.id = i.delivery_profile_id left join engagements e on e.id = i.engagement_id
       join invoice_lines l on l.invoice_id = i.id and l.content_version = i.content_version
      where i.kind = 'invoice' and i.stage <> 'discarded' group by 1, 2, 3 order by d.name collate "C", 3, 1`,
  );
const shown = async () =>
  (await invoices()).map(({ profile: name, engagement: code, lines }) => ({ profile: name, engagement: code, lines }));

/** Five projects: two engagements at the head office, one with two projects at the works, one that names nothing. */
async function work(): Promise<void> {
  const named = [engagement(1, { delivery_profile: "Zentrale" }), engagement(2, { delivery_profile: "Zentrale" })];
  const taken = await firm.take("engagements", [...named, engagement(3, { delivery_profile: "Works" }), engagement(4)]);
  expect(taken).toMatchObject({ added: 4 });
  await firm.take("projects", [
    ...[1, 2, 3, 4].map((number) => ({
      project_key: `p${number}`,
      engagement_key: `e${number}`,
      name: `Plan ${number}`,
    })),
    { project_key: "p3b", engagement_key: "e3", name: "Plan 3b" },
  ]);
  await firm.take("time_entries", [time(1), time(2), time(3), time(3, "p3b"), time(4)]);
}

async function bill(): Promise<void> {
  const runner = await firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period: october }));
  await runBilling(runner, { billingRunId });
}

it("puts engagements of one client on invoices as the profile that each of them names says", async () => {
  await work();
  await bill();
  expect(await shown()).toEqual([
    { profile: "Works", engagement: "E-3", lines: 1 },
    { profile: "Works", engagement: "E-3", lines: 1 },
    { profile: "Zentrale", engagement: null, lines: 2 },
    { profile: "standard", engagement: "E-4", lines: 1 },
  ]);
});

it("writes lines, reasons, taxes and document in the language of the profile, and its credit as well", async () => {
  await work();
  const close = async () => closeMonth(await closersOf(firm), { period: october });
  await bill();
  expect(await close()).toMatchObject({ issued: 4 });
  const german = (await invoices()).find(({ profile: name }) => name === "Zentrale")?.id as InvoiceId;
  await (
    await firm.as("coordinator")
  )((scope) =>
    createCreditNote(scope, {
      invoiceId: german,
      lines: [{ position: 1, quantity: "60", treatment: "concession" }],
      code: "quality",
      reason: "Vereinbart",
    }),
  );
  expect(await close()).toMatchObject({ issued: 1 });
  const said = await rows<{ profile: string; kind: string; language: string; reason: string; tax: string }>(
    `select d.name as profile, i.kind, s.snapshot::jsonb->>'language' as language, l.because as reason, t.because as tax
       from invoices i join delivery_profiles d on d.id = i.delivery_profile_id
       join invoice_snapshots s on s.invoice_id = i.id
       join invoice_lines l on l.invoice_id = i.id and l.position = 1
       join tax_determinations t on t.invoice_id = i.id
      order by i.number`,
  );
  for (const { profile: name, kind, language, reason, tax } of said) {
    const isGerman = name === "Zentrale";
    expect(language).toBe(isGerman ? "de" : "en");
    expect(reason.includes(kind === "invoice" ? "je Stunde" : "Storniert"), reason).toBe(isGerman);
    expect(tax.includes("Leistende"), tax).toBe(isGerman);
  }
  expect(
    said
      .filter(({ profile: name }) => name === "Zentrale")
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(["credit_note", "invoice"]);
  await mustRecompute(await firm.as("auditor"));
});

it("revises an invoice where it stands, and leaves those of other profiles alone", async () => {
  await work();
  await bill();
  const german = (await invoices()).find(({ profile: name }) => name === "Zentrale")?.id as InvoiceId;
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [german] }));
  await firm.take("time_entries", [time(5, "p2", "late"), time(6, "p4", "elsewhere")]);
  await coordinator((scope) => reviseInvoice(scope, { invoiceId: german, reason: "Late time" }));
  const minutes = await rows("select minutes::int from invoices where stage <> 'discarded' order by minutes");
  expect(minutes).toEqual([{ minutes: 60 }, { minutes: 60 }, { minutes: 60 }, { minutes: 180 }]);
});

it("keeps what was drafted when a profile changes, and uses it from the next draft on", async () => {
  await work();
  await bill();
  expect(
    await firm.take("delivery_profiles", [profile("Zentrale", { language: "en", grouping: "engagement" })]),
  ).toMatchObject({ changed: 1 });
  await mustRecompute(await firm.as("auditor"));
  await firm.take("time_entries", [time(5, "p1", "n1"), time(6, "p2", "n2")]);
  await bill();
  expect((await shown()).filter(({ profile: name }) => name === "Zentrale")).toEqual([
    { profile: "Zentrale", engagement: "E-1", lines: 1 },
    { profile: "Zentrale", engagement: "E-2", lines: 1 },
    { profile: "Zentrale", engagement: null, lines: 2 },
  ]);
});

it("is one of the client who pays", async () => {
  await firm.take("delivery_profiles", [{ client_key: "c2", profile: "Theirs", language: "de" }]);
  await firm.take("engagements", [
    engagement(1, { delivery_profile: "Theirs" }),
    engagement(2, { delivery_profile: "Theirs", payer_key: "c2" }),
    engagement(3, { delivery_profile: "Zentrale", payer_key: "c2" }),
  ]);
  expect(await refused()).toEqual([
    "delivery_profile: “Theirs” is no delivery profile of the client who pays",
    "delivery_profile: “Zentrale” is no delivery profile of the client who pays",
  ]);
  expect(await rows("select code from engagements")).toEqual([{ code: "E-2" }]);
});

it.each([
  ["profile: is empty", { profile: "" }],
  ["profile: “standard” is the one that the client's own row says", { profile: "standard" }],
  ["language: is not a language tag such as en or de-AT", { language: "German" }],
  ["annex: “maybe” is neither yes nor no", { annex: "maybe" }],
  ["template: “loud” is none of invoice, summary", { template: "loud" }],
  ["grouping: “invoice” is none of engagement, client, project, po", { grouping: "invoice" }],
])("refuses %s", async (issue, wrong) => {
  await firm.take("delivery_profiles", [profile("Third", wrong)]);
  expect(await refused()).toEqual([issue]);
});
