import { expect, it } from "vitest";
import type { InvoiceId } from "@plumbline/domain/id";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { closersOf } from "@plumbline/testing/close-month";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { acknowledgeDispute } from "../disputes/acknowledge-dispute.ts";
import { openDispute } from "../disputes/open-dispute.ts";
import { listTimeline } from "./list-timeline.ts";
import { submitInvoices } from "./submit-invoices.ts";

const database = useTestDatabase();

it("tells in order what people, policies and clocks did, up to the dispute of what was issued", async () => {
  const { firm, invoices } = await issuedFirm(database.current.pool);
  const invoiceId = invoices[0]?.id as InvoiceId;
  const collector = await firm.as("collector");
  const disputeId = await collector((scope) => openDispute(scope, { invoiceId, code: "price", reason: "Too dear" }));
  await collector((scope) => acknowledgeDispute(scope, { disputeId }));
  const told = await collector((scope) => listTimeline(scope, { invoiceId }));
  const whats = told.map(({ what }) => what).filter((what) => what !== "clock.waited");
  expect(whats).toEqual([
    "invoice.drafted",
    "policy.judged",
    "invoice.submitted",
    "policy.judged",
    "invoice.manager_approved",
    "invoice.finance_approved",
    "invoice.issued",
    "dispute.opened",
    "dispute.acknowledged",
  ]);
  expect(told.find(({ what }) => what === "policy.judged")?.reason).toMatch(/^\d+ passed$/);
  const waits = told.filter(({ what }) => what === "clock.waited").map(({ by, reason }) => [by, reason]);
  expect(waits).toEqual(
    expect.arrayContaining([
      ["platform", "For posting; still waiting"],
      ["ar_specialist", "For a decision of the dispute; still waiting"],
    ]),
  );
  expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).toSorted());
});

it("names what stopped an invoice, which rule, and when it was cured", async () => {
  const { firm, ids } = await billedFirm(database.current.pool, { client: { po_required: "yes" } });
  const [invoiceId] = ids as [InvoiceId];
  const { coordinator } = await closersOf(firm);
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
  const told = await coordinator((scope) => listTimeline(scope, { invoiceId }));
  expect(told.find(({ what, reason }) => what === "policy.judged" && reason?.includes("block"))?.reason).toMatch(
    /passed; block: po-required/,
  );
  expect(told).toContainEqual(
    expect.objectContaining({ what: "exception.opened", reason: expect.stringContaining("purchase order") as string }),
  );
});

it("says how long something was waited for, and how late it came", async () => {
  const { admin, pool } = database.current;
  const { firm, ids } = await billedFirm(pool);
  const [invoiceId] = ids as [InvoiceId];
  const { coordinator } = await closersOf(firm);
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
  // As if more than a day had passed, which the database lets nobody say.
  await admin.query("set session_replication_role = replica");
  await admin.query(
    `update clocks set since = stopped_at - interval '30 hours', due_at = stopped_at - interval '6 hours', owner = 'practice_lead'
      where invoice_id = $1 and wait like 'draft.%'`,
    [invoiceId],
  );
  await admin.query("reset session_replication_role");
  const told = await coordinator((scope) => listTimeline(scope, { invoiceId }));
  expect(told.find(({ what }) => what === "clock.waited")).toMatchObject({
    by: "practice_lead",
    reason: "For submission; over after 30 h, 6 h late",
  });
});
