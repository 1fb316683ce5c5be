import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { writeDownLine } from "@plumbline/operations/write-downs/write-down-line";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import type { Firm } from "@plumbline/testing/firm";
import { refusal } from "@plumbline/testing/ledger-invoices";
import { say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let firm: Firm;
let ids: { readonly open: string; readonly other: string; readonly issued: string };
let decision: string;

/** Three invoices: one that waits for approval with a decision on it, another that waits, and one that is issued. */
beforeAll(async () => {
  const billed = await billedFirm(database.current.pool, { clients: 3, clock: () => new Date("2026-11-03T10:00:00Z") });
  firm = billed.firm;
  const [open = "", other = "", issued = ""] = billed.ids;
  ids = { open, other, issued };
  const period = { start: "2026-10-01", end: "2026-11-01" } as Parameters<typeof closeMonth>[1]["period"];
  await closeMonth(await closersOf(firm), { period, mayMove: ({ id }) => id === issued });
  const waiting = billed.ids.slice(0, 2);
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: waiting }));
  const take = { basisPoints: 1000 };
  const invoiceId = billed.ids[0] as (typeof billed.ids)[number];
  ({ id: decision } = await (
    await firm.as("lead")
  )((scope) => writeDownLine(scope, { invoiceId, line: 1, take, reason: "Learning curve" })));
});

const run = async (sql: string, values: Readonly<Record<string, unknown>>) =>
  refusal((await firm.as("lead"))((scope) => say(scope.tx, sql, values)));
const insert = `insert into write_downs (id, invoice_id, kind, share_bp, amount_minor, reason)
                values (:id, :invoice, :kind, :share, :amount, :reason)`;
const decided = (said: Readonly<Record<string, unknown>>) =>
  run(insert, { id: newId(), invoice: ids.other, kind: "write_down", share: 1000, amount: null, reason: "x", ...said });

describe("a decision to ask less", () => {
  it("is made before issue, by one measure, with a reason", async () => {
    expect(await decided({})).toBe("allowed");
    expect(await decided({ invoice: ids.issued })).toBe("PL190");
    expect(await decided({ share: 10_001 })).toBe("23514");
    expect(await decided({ share: 1000, amount: 1 })).toBe("23514");
    expect(await decided({ kind: "no_charge" })).toBe("23514");
    expect(await decided({ reason: " " })).toBe("23514");
  });

  it("stays as it was made, and is not withdrawn in another's name or at another time", async () => {
    const change = (set: string) => run(`update write_downs set ${set} where id = :decision`, { decision });
    expect(await change("share_bp = 1")).toBe("PL190");
    expect(await change("withdrawn_at = now(), withdrawn_by = decided_by, withdrawal_reason = 'x', reason = 'y'")).toBe(
      "PL190",
    );
    expect(
      await change("withdrawn_at = now() - interval '1 day', withdrawn_by = decided_by, withdrawal_reason = 'x'"),
    ).toBe("PL190");
    expect(await run("delete from write_downs where id = :decision", { decision })).toBe("42501");
  });

  const about = (invoice: string, of: string) =>
    run(
      `with d as (insert into write_downs (id, invoice_id, kind, share_bp, reason) values (:id, :invoice, 'write_down', 1, 'x') returning id)
       insert into write_down_work (write_down_id, work_item_id, share)
       select d.id, c.work_item_id, c.share from d, claims c join invoice_lines l on l.id = c.line_id
        where l.invoice_id = :of and c.released_at is null`,
      { id: newId(), invoice, of },
    );

  it("is about work that its invoice charges for, and the only one about it", async () => {
    expect(await about(ids.other, ids.other)).toBe("allowed");
    expect(await about(ids.other, ids.open)).toBe("PL191");
    expect(await about(ids.open, ids.open)).toBe("PL192");
  });

  it("takes nothing off another invoice, and not another share than was decided", async () => {
    const adjust = (invoice: string, share: number) =>
      run(
        `insert into invoice_adjustments (id, invoice_id, content_version, position, line_id, engagement_id, kind, amount_minor, share_bp,
           base_minor, tax_category, tax_bp, reason_code, reason, because, write_down_id)
         select :id, l.invoice_id, l.content_version, 9, l.id, l.engagement_id, 'allowance', 1, :share, 1, l.tax_category, l.tax_bp, '95', 'x', 'x',
                :decision
           from invoice_lines l join invoices i on i.id = l.invoice_id and i.content_version = l.content_version where i.id = :invoice`,
        { id: newId(), invoice, share, decision },
      );
    expect(await adjust(ids.other, 1000)).toMatch(/^PL(160|193)$/);
    expect(await adjust(ids.open, 1)).toMatch(/^PL(160|193)$/);
  });
});
