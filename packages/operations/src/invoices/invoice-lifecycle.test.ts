import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { sha256 } from "@plumbline/platform/hash";
import { query } from "@plumbline/platform/sql";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import type { Firm } from "@plumbline/testing/firm";
import { putInForce } from "@plumbline/testing/put-in-force";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { admitKey } from "../api-keys/admit-key.ts";
import { createApiKey } from "../api-keys/create-api-key.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { approveAsFinance, approveAsManager } from "./approve-invoices.ts";
import { discardInvoices } from "./discard-invoices.ts";
import { issueInvoices } from "./issue-invoices.ts";
import type { MoveResult } from "./move-invoices.ts";
import { reviseInvoice } from "./revise-invoices.ts";
import { sendBackInvoices } from "./send-back-invoices.ts";
import { submitInvoices } from "./submit-invoices.ts";

const database = useTestDatabase();
const clock = () => new Date("2026-11-03T10:00:00Z");
const billed = (clients: number) => billedFirm(database.current.pool, { clients, clock });

const halfAnHourAtMost: PolicyPack = {
  pack: "short",
  rules: [
    {
      id: "half-an-hour",
      on: "invoice",
      require: "invoice.minutes <= 30",
      severity: "block",
      category: "business",
      owner: "project_manager",
      message: "Half an hour at most.",
      cases: [
        { given: { invoice: { minutes: 30 } }, expect: "pass" },
        { given: { invoice: { minutes: 31 } }, expect: "block" },
      ],
    },
  ],
};

async function contentHash(id: InvoiceId): Promise<string> {
  const { rows } = await database.current.admin.query("select content_hash from invoices where id = $1", [id]);
  return rows[0].content_hash;
}

const seen = async (ids: readonly InvoiceId[]) =>
  Promise.all(ids.map(async (invoiceId) => ({ invoiceId, contentHash: await contentHash(invoiceId) })));

const refusals = ({ refused }: MoveResult) => refused.map(({ problem }) => problem.kind);

async function approved(): Promise<{ firm: Firm; ids: readonly InvoiceId[] }> {
  const { firm, ids } = await billed(2);
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: ids }));
  const approvals = await seen(ids);
  await (
    await firm.as("manager")
  )((scope) => approveAsManager(scope, { approvals }));
  await (
    await firm.as("finance")
  )((scope) => approveAsFinance(scope, { approvals }));
  return { firm, ids };
}

describe("an invoice's way to issue", () => {
  it("is numbered without gaps and frozen with what it says", async () => {
    const { firm, ids } = await approved();
    const issued = await (await firm.as("finance"))((scope) => issueInvoices(scope, { invoiceIds: ids }));
    expect(refusals(issued)).toEqual([]);
    const { rows } = await database.current.admin.query(
      `select number_text, issued_on::text, due_on::text, stage, s.snapshot, s.hash from invoices i
         join invoice_snapshots s on s.invoice_id = i.id where i.tenant_id = $1 order by number`,
      [firm.tenantId],
    );
    expect(rows).toMatchObject([
      { number_text: "F-2026-00001", issued_on: "2026-11-03", due_on: "2026-12-03", stage: "issued" },
      { number_text: "F-2026-00002" },
    ]);
    expect(JSON.parse(rows[0].snapshot)).toMatchObject({
      number: "F-2026-00001",
      seller: { name: "Firm", legalName: "Firm GmbH" },
      lines: [{ position: 1, minutes: 120, priceMinor: "10000", netMinor: "20000", taxBasisPoints: 1900 }],
      totalMinor: "23800",
      approvals: [
        { step: "manager", by: "Mara Manager" },
        { step: "finance", by: "Finn Finance" },
      ],
      annex: [{ worker: "Ann", minutes: 120, line: 1 }],
    });
    const minutes = await (await firm.as("auditor"))(conserveMinutes);
    expect(minutes).toMatchObject({ billed: 240, unbilled: 0, drafted: 0 });
  });

  it("is judged by the policies published when it is submitted, not by those it was drafted under", async () => {
    const { firm, ids } = await billed(1);
    const published = compileBundle([halfAnHourAtMost], { digest: sha256 });
    await putInForce(firm, published);
    await (
      await firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: ids }));
    const { rows } = await database.current.admin.query(
      `select i.bundle_hash as pinned, x.code, d.bundle_hash as judged, a.bundle_hash as audited
         from invoices i
         join exceptions x on x.invoice_id = i.id and x.state = 'open'
         join lateral (select * from policy_decisions where invoice_id = i.id order by decided_at desc limit 1) d on true
         join audit_entries a on a.subject_id = i.id and a.action = 'invoice.submitted'
        where i.tenant_id = $1`,
      [firm.tenantId],
    );
    const { hash } = published;
    expect(rows).toEqual([{ pinned: hash, judged: hash, audited: hash, code: "half-an-hour" }]);
    expect(
      refusals(
        await (
          await firm.as("manager")
        )(async (scope) => approveAsManager(scope, { approvals: await seen(ids) })),
      ),
    ).toEqual(["exceptions-open"]);
  });

  it("needs different people, whatever roles they hold", async () => {
    const { firm, ids } = await billed(1);
    await (
      await firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: ids }));
    const approvals = await seen(ids);
    await database.current.admin.query(
      "update memberships set roles = '{project_manager,finance_approver,billing_coordinator}' where tenant_id = $1 and kind = 'person'",
      [firm.tenantId],
    );
    const submitter = await firm.as("coordinator");
    expect(refusals(await submitter((scope) => approveAsManager(scope, { approvals })))).toEqual([
      "duties-not-separate",
    ]);
    const manager = await firm.as("manager");
    expect(refusals(await manager((scope) => approveAsManager(scope, { approvals })))).toEqual([]);
    expect(refusals(await manager((scope) => approveAsFinance(scope, { approvals })))).toEqual(["duties-not-separate"]);
  });

  it("binds an approval to the content that was looked at", async () => {
    const { firm, ids } = await billed(1);
    await (
      await firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: ids }));
    const stale = ids.map((invoiceId) => ({ invoiceId, contentHash: "0".repeat(64) }));
    const result = await (await firm.as("manager"))((scope) => approveAsManager(scope, { approvals: stale }));
    expect(refusals(result)).toEqual(["content-changed"]);
  });

  it("stops when the work behind it changes, and goes on once it was revised", async () => {
    const { firm, ids } = await approved();
    await firm.take("time_entries", [timeEntry("t1", { hours: "3.00" })]);
    const finance = await firm.as("finance");
    const result = await finance((scope) => issueInvoices(scope, { invoiceIds: ids }));
    expect(refusals(result)).toEqual(["work-changed"]);
    const [{ invoiceId }] = result.refused as [MoveResult["refused"][0]];
    const coordinator = await firm.as("coordinator");
    await coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "late hour" }));
    const approvals = await seen([invoiceId]);
    expect(refusals(await (await firm.as("manager"))((scope) => approveAsManager(scope, { approvals })))).toEqual([]);
    expect(refusals(await finance((scope) => approveAsFinance(scope, { approvals })))).toEqual([]);
    expect(refusals(await finance((scope) => issueInvoices(scope, { invoiceIds: [invoiceId] })))).toEqual([]);
    const minutes = await (await firm.as("auditor"))(conserveMinutes);
    expect(minutes).toMatchObject({ billed: 300, drafted: 0, unbilled: 0 });
  });

  it("goes back to its preparer with a reason, and the approvals it had are void", async () => {
    const { firm, ids } = await billed(1);
    const coordinator = await firm.as("coordinator");
    const manager = await firm.as("manager");
    const finance = await firm.as("finance");
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: ids }));
    const approvals = await seen(ids);
    await manager((scope) => approveAsManager(scope, { approvals }));
    await expect(finance((scope) => sendBackInvoices(scope, { invoiceIds: ids, reason: " " }))).rejects.toThrow(
      "has to change",
    );
    await finance((scope) => sendBackInvoices(scope, { invoiceIds: ids, reason: "wrong PO" }));
    await coordinator((scope) => submitInvoices(scope, { invoiceIds: ids }));
    expect(refusals(await finance((scope) => approveAsFinance(scope, { approvals })))).toEqual([
      "invoice-move-refused",
    ]);
    expect(refusals(await manager((scope) => approveAsManager(scope, { approvals })))).toEqual([]);
  });

  it("gives its work back when it is discarded", async () => {
    const { firm, ids } = await billed(2);
    await (
      await firm.as("coordinator")
    )((scope) => discardInvoices(scope, { invoiceIds: ids, reason: "wrong period" }));
    expect(await (await firm.as("auditor"))(conserveMinutes)).toMatchObject({ unbilled: 240, drafted: 0 });
  });

  it("is not issued before the last one, in a closed month, or in the future", async () => {
    const { firm, ids } = await approved();
    const finance = await firm.as("finance");
    const [first, second] = ids as [InvoiceId, InvoiceId];
    const on = (issuedOn: string, id: InvoiceId) =>
      finance((scope) => issueInvoices(scope, { invoiceIds: [id], issuedOn: issuedOn as LocalDate }));
    expect(refusals(await on("2026-11-04", first))).toEqual(["issue-date-refused"]);
    expect(refusals(await on("2026-11-02", first))).toEqual([]);
    expect(refusals(await on("2026-11-01", second))).toEqual(["issue-date-refused"]);
    await database.current.admin.query("update legal_entities set lock_date = '2026-11-02' where tenant_id = $1", [
      firm.tenantId,
    ]);
    expect(refusals(await on("2026-11-02", second))).toEqual(["issue-date-refused"]);
    expect(refusals(await on("2026-11-03", second))).toEqual([]);
  });

  it("answers for each invoice by itself", async () => {
    const { firm, ids } = await billed(2);
    const unknown = "019ab000-0000-7000-8000-000000000000" as InvoiceId;
    const result = await (
      await firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: [...ids, unknown] }));
    expect(result.moved.length).toBe(2);
    expect(refusals(result)).toEqual(["invoice-not-found"]);
  });
});

it("is never issued with work that is edited meanwhile: the edit waits, and knows that it was billed", async () => {
  const { firm, ids } = await approved();
  const finance = await firm.as("finance");
  let edit: ReturnType<Firm["take"]> | undefined;
  await finance(async (scope) => {
    expect(refusals(await issueInvoices(scope, { invoiceIds: ids }))).toEqual([]);
    edit = firm.take("time_entries", [timeEntry("t1", { hours: "9.00", work_date: "2026-10-05" })]);
    await Promise.race([edit, sleep(500)]);
  });
  expect(await edit).toMatchObject({ changed: 1, quarantined: 0 });
  expect(
    await finance((scope) => query(scope.tx, "select version, billed_minutes, invoice_id from billed_edits")),
  ).toEqual([{ version: 2, billed_minutes: 120, invoice_id: ids[0] }]);
});

it("is not approved by who had a program of theirs submit it", async () => {
  const roles = ["automation_admin", "billing_coordinator", "project_manager"] as const;
  const { firm, ids } = await billed(1);
  await database.current.admin.query("update memberships set roles = $2 where tenant_id = $1 and key = $3", [
    firm.tenantId,
    roles,
    "manager@firm.example",
  ]);
  const manager = await firm.as("manager");
  const input = { name: "Submitter", scopes: ["invoice.read", "invoice.submit"], lifetimeDays: 90 };
  const { secret } = await manager((scope) => createApiKey(scope, input));
  const { inScope } = await admitKey(database.current.pool, { tenantId: firm.tenantId, text: secret });
  await inScope((scope) => submitInvoices(scope, { invoiceIds: ids }));
  const approvals = await seen(ids);
  expect(refusals(await manager((scope) => approveAsManager(scope, { approvals })))).toEqual(["duties-not-separate"]);
  const other = await firm.as("otherManager");
  expect(refusals(await other((scope) => approveAsManager(scope, { approvals })))).toEqual([]);
});
