import { expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { closeEngagement } from "../closures/close-engagement.ts";
import { findClosureChecklist } from "../closures/find-closure-checklist.ts";
import { reopenEngagement } from "../closures/reopen-engagement.ts";
import { createDeposit } from "../deposits/create-deposit.ts";
import { discardInvoices } from "../invoices/discard-invoices.ts";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { entry, splitFirm, thirds } from "./test-kit.ts";

const database = useTestDatabase();
const on = "2026-10-31" as LocalDate;

async function closing(given: Parameters<typeof splitFirm>[2] = {}) {
  const firm = await splitFirm(database.current.pool, thirds, given);
  const [engagement] = await firm.rows<{ id: EngagementId }>("select id from engagements");
  const engagementId = (engagement as { id: EngagementId }).id;
  const controller = await firm.firm.as("controller");
  const close = (more: { readonly retentionDueOn?: LocalDate } = {}) =>
    controller((scope) => closeEngagement(scope, { engagementId, on, reason: "handed over", ...more }));
  const open = async () =>
    (await controller((scope) => findClosureChecklist(scope, { engagementId, on }))).items.map(
      ({ item, count }) => `${item} ${count}`,
    );
  return { ...firm, engagementId, controller, closeIt: close, open };
}

const milestone = {
  milestone_key: "m1",
  engagement_key: "e1",
  project_key: "p1",
  name: "Freeze",
  amount: "100.00",
  due_date: "2026-10-20",
  accepted_on: "2026-10-14",
  accepted_by: "Client",
  evidence: "a.pdf",
  evidence_sha256: "a".repeat(64),
};

it("drafts the last bill of each who bears it, and what one of them was not billed yet with it", async () => {
  const firm = await closing();
  await firm.firm.take("time_entries", [entry("t1", "1.00")]);
  await firm.firm.take("milestones", [milestone]);
  await firm.bill();
  // One of them is given up: its parts are free, of a sum as well.
  const invoiceId = await firm.invoiceOf("Client 2");
  await firm.coordinator((scope) => discardInvoices(scope, { invoiceIds: [invoiceId], reason: "once more" }));
  await firm.firm.take("time_entries", [entry("t2", "0.50", { work_date: "2026-10-30" })]);
  expect(await firm.open()).toEqual(expect.arrayContaining(["unbilled_work 3"]));
  await firm.closeIt();
  expect(await firm.invoices()).toEqual([
    "Client 1 invoice 10.00 + 1.90, 10 min",
    "Client 1 invoice 53.34 + 10.13, 20 min",
    "Client 2 invoice 63.33 + 12.03, 30 min",
    "Client 3 invoice 10.00 + 1.90, 10 min",
    "Client 3 invoice 53.33 + 10.13, 20 min",
  ]);
  await firm.close();
  expect(await firm.minutes()).toEqual({ billed: 90 });
  expect(await firm.open()).toEqual([]);
  expect(await firm.controller(listLedgerFaults)).toEqual([]);
  await mustRecompute(firm.coordinator);
});

it("releases what each of them keeps, once everything is issued", async () => {
  const firm = await closing({ engagement: { holdback_percent: "10%" } });
  await firm.firm.take("milestones", [milestone]);
  await firm.bill();
  await firm.close();
  expect(await firm.open()).toEqual(["retention_kept 3"]);
  await firm.closeIt({ retentionDueOn: "2026-12-31" as LocalDate });
  expect(await firm.open()).toEqual([]);
  const released = await firm.rows<{ name: string; minor: string }>(
    `select c.name, sum(p.amount_minor)::text as minor from ledger_entries e
       join ledger_postings p on p.entry_id = e.id and p.account = 'receivable' join clients c on c.id = e.client_id
      where e.fact = 'retention_released' group by 1 order by 1`,
  );
  expect(released.map((row) => Object.values(row))).toEqual([
    ["Client 1", "334"],
    ["Client 2", "333"],
    ["Client 3", "333"],
  ]);
  expect(await firm.controller(listLedgerFaults)).toEqual([]);
});

it("asks for no deposit once it is closed, by the operation or by raw SQL, until it is reopened", async () => {
  const firm = await closing();
  await firm.firm.take("time_entries", [entry("t1", "1.00")]);
  const ask = () =>
    firm
      .coordinator((scope) =>
        createDeposit(scope, { engagementId: firm.engagementId, ask: { amount: money(10_000n, "EUR") } }),
      )
      .then(
        () => "asked",
        (error: Problem) => `${error.kind}: ${error.detail}`,
      );
  const closureId = await firm.closeIt();
  expect(await ask()).toBe(
    "deposit-refused: The engagement was closed on 2026-10-31, so no invoice is to come that would deduct a deposit: reopen it first.",
  );
  const raw = firm.coordinator(({ tx }) =>
    tx.raw(
      `insert into invoices select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'kind', 'deposit'))).*
         from invoices i where i.engagement_id is not null limit 1`,
    ),
  );
  await expect(raw).rejects.toMatchObject({ code: "PL237" });
  await (
    await firm.firm.as("lead")
  )((scope) => reopenEngagement(scope, { closureId, reason: "more to do" }));
  expect(await ask()).toBe("asked");
});
