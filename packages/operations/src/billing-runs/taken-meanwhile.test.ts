import { expect, it } from "vitest";
import type { InScope, Scope } from "@plumbline/platform/scope";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { mustRecompute } from "@plumbline/testing/what-differs";
import { reviseInvoice } from "../invoices/revise-invoices.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { entry, period, splitFirm, thirds } from "../splits/test-kit.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();

/** Lets something happen once the run has read its work, and before it saves. */
function between(runner: InScope, happens: () => Promise<unknown>): InScope {
  let calls = -1;
  const { tenantId, actor } = runner;
  const run = async <T>(work: (scope: Scope) => Promise<T>): Promise<T> => {
    // Reading began, the number of clients was said, and now a batch is saved.
    if (calls >= 0 && (calls += 1) === 2) await happens();
    return runner(work);
  };
  const reading = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => {
    calls = 0;
    return runner.reading(work);
  };
  return Object.assign(run, { tenantId, actor, reading });
}

it("bills what is left where somebody revises an invoice with the same work at the same moment, and fails nothing", async () => {
  const firm = await splitFirm(database.current.pool, thirds);
  await firm.firm.take("time_entries", [entry("t1", "1.00")]);
  await firm.bill();
  const invoiceId = await firm.invoiceOf("Client 1");
  await firm.coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
  await firm.firm.take("time_entries", [
    entry("t2", "0.50", { work_date: "2026-10-06" }),
    entry("t3", "3.00", { role: "None" }),
  ]);
  const runner = await firm.firm.as("billing-runner");
  const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
  let revised = 0;
  const racing = between(runner, async () => {
    const coordinator = await firm.firm.as("coordinator");
    await coordinator((scope) => reviseInvoice(scope, { invoiceId, reason: "late time" }));
    revised += 1;
  });
  expect(await runBilling(racing, { billingRunId })).toBe("done");
  expect(revised).toBe(1);
  // The part that was taken is on the revised draft, the others on drafts of the run.
  expect(await firm.invoices()).toEqual([
    "Client 1 invoice 30.00 + 5.70, 30 min",
    "Client 2 invoice 10.00 + 1.90, 10 min",
    "Client 2 invoice 20.00 + 3.80, 20 min",
    "Client 3 invoice 10.00 + 1.90, 10 min",
    "Client 3 invoice 20.00 + 3.80, 20 min",
  ]);
  const found = await firm.rows<{ code: string }>("select code from exceptions where state = 'open'");
  expect(found.map(({ code }) => code)).not.toContain("billing-failed");
  await firm.close();
  await mustRecompute(firm.coordinator);
});
