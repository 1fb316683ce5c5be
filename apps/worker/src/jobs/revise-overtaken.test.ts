import { expect, it } from "vitest";
import { findInvoice } from "@plumbline/operations/invoices/find-invoice";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import type { InvoiceId } from "@plumbline/domain/id";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { subscriptions } from "../subscriptions.ts";
import { reviseOvertaken } from "./revise-overtaken.ts";

const database = useTestDatabase();

it("drafts anew what late time overtook, once, whichever event told of it", async () => {
  const { firm, ids } = await billedFirm(database.current.pool);
  const invoiceId = ids[0] as InvoiceId;
  const coordinator = await firm.as("coordinator");
  await coordinator((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
  await firm.take("time_entries", [timeEntry("late", { work_date: "2026-10-06" })]);
  const inScope = await firm.as("billing-runner");
  for (const event of ["import.done", "time.approved"] as const) {
    expect(subscriptions[event]).toEqual(["revise-overtaken"]);
    const prepared = reviseOvertaken.prepare({ rows: 1 });
    if (!("run" in prepared)) throw new Error(prepared.fault);
    await prepared.run({ inScope, subjectId: invoiceId, signal: new AbortController().signal });
    expect(await coordinator((scope) => findInvoice(scope, { invoiceId }))).toMatchObject({
      stage: "validation_pending",
      minutes: 240,
      version: 3,
    });
  }
});
