import { beforeEach, describe, expect, it } from "vitest";
import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { query } from "@plumbline/platform/sql";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { approveAsFinance, approveAsManager } from "../invoices/approve-invoices.ts";
import { findInvoice } from "../invoices/find-invoice.ts";
import { issueInvoices } from "../invoices/issue-invoices.ts";
import { listTimeline } from "../invoices/list-timeline.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { listWaivers } from "./list-waivers.ts";
import { waiveForClient, waiveForInvoice } from "./waive-rule.ts";

const database = useTestDatabase();
let firm: Firm;
let invoiceId: InvoiceId;
let contentHash: string;
let clientId: ClientId;
beforeEach(async () => {
  const billed = await billedFirm(database.current.pool, { client: { po_required: "yes" } });
  ({ firm } = billed);
  invoiceId = billed.ids[0] as InvoiceId;
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
  const [row] = await (
    await firm.as("auditor")
  )(({ tx }) =>
    query<{ hash: string; client: ClientId }>(tx, `select content_hash as hash, client_id as client from invoices`),
  );
  contentHash = row?.hash ?? "";
  clientId = row?.client as ClientId;
});

type Who = "coordinator" | "controller" | "lead" | "manager" | "finance";
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (done) => {
      const [first] = (done as { refused?: { problem: Problem }[] }).refused ?? [];
      return first === undefined ? "done" : `${first.problem.kind}: ${first.problem.detail ?? ""}`;
    },
    (error: unknown) => (error instanceof Problem ? `${error.kind}: ${error.detail ?? ""}` : String(error)),
  );
const reason = "the order is on its way";
const waive = async (who: Who, rule = "po-required", days = 30) =>
  (await firm.as(who))((scope) => waiveForInvoice(scope, { invoiceId, contentHash, rule, days, reason }));
const approvals = () => ({ approvals: [{ invoiceId, contentHash }] });
const asManager = async () => (await firm.as("manager"))((scope) => approveAsManager(scope, approvals()));
const asFinance = async () => (await firm.as("finance"))((scope) => approveAsFinance(scope, approvals()));
const issue = async () => (await firm.as("finance"))((scope) => issueInvoices(scope, { invoiceIds: [invoiceId] }));
const check = async () => {
  const { checks, exceptions } = await (await firm.as("auditor"))((scope) => findInvoice(scope, { invoiceId }));
  return { check: checks.find(({ rule }) => rule === "po-required"), exceptions };
};
/** As if so many days had passed. */
const age = (days: number) =>
  database.current.admin.query(
    "update waivers set until_on = until_on - $2::int, given_at = given_at - make_interval(days => $2::int) where tenant_id = $1",
    [firm.tenantId, days],
  );

describe("a waiver", () => {
  it("lets one ruling about an invoice pass the gates, and leaves the ruling as it is", async () => {
    expect(await refusal(asManager())).toMatch(/^exceptions-open: Still to be cured: po-required/);
    await waive("controller");
    const shown = await check();
    expect(shown.check).toMatchObject({ outcome: "block", waived: { by: "Carl Controller", because: reason } });
    const timeline = await (await firm.as("auditor"))((scope) => listTimeline(scope, { invoiceId }));
    expect(timeline).toContainEqual(
      expect.objectContaining({ what: "invoice.rule_waived", by: "Carl Controller", reason }),
    );
    expect(await refusal(asManager())).toBe("done");
    expect(await refusal(asFinance())).toBe("done");
    expect(await refusal(issue())).toBe("done");
  });

  it("counts up to its last day, and is asked again before issue", async () => {
    await waive("controller", "po-required", 2);
    await asManager();
    await age(1);
    expect(await refusal(asFinance())).toBe("done");
    await age(1);
    expect((await check()).check?.waived).toBeUndefined();
    expect(await refusal(issue())).toMatch(/^exceptions-open: Still to be cured: po-required/);
    const { items } = await (await firm.as("auditor"))((scope) => listWaivers(scope, { limit: 9 }));
    expect(items).toMatchObject([{ rule: "po-required", invoiceId, isCurrent: false }]);
  });

  it("is about the content that was seen, and ends when that changes", async () => {
    expect(
      await refusal(
        (await firm.as("controller"))((scope) =>
          waiveForInvoice(scope, { invoiceId, contentHash: "0".repeat(64), rule: "po-required", days: 1, reason }),
        ),
      ),
    ).toMatch(/^content-changed/);
  });

  it("is given by somebody with authority who had no part in the invoice", async () => {
    expect(await refusal(waive("coordinator"))).toMatch(/^permission-missing/);
    await database.current.admin.query("set session_replication_role = replica");
    await database.current.admin.query(
      `update invoices set submitted_by = (select id from memberships m where m.tenant_id = $1 and m.key = 'controller@firm.example')
        where id = $2`,
      [firm.tenantId, invoiceId],
    );
    await database.current.admin.query("reset session_replication_role");
    expect(await refusal(waive("controller"))).toMatch(/^duties-not-separate/);
    expect(await refusal(waive("lead"))).toBe("done");
  });

  it("is refused where nothing stands, where the rule forbids it, and about work", async () => {
    expect(await refusal(waive("controller", "po-exhausted"))).toBe(
      "waiver-refused: Nothing that po-exhausted says stops this invoice.",
    );
    const forClient = async (rule: string) =>
      refusal((await firm.as("controller"))((scope) => waiveForClient(scope, { clientId, rule, days: 9, reason })));
    expect(await forClient("tax-not-settled")).toBe("waiver-refused: tax-not-settled says that nobody may waive it.");
    expect(await forClient("rate-missing")).toBe(
      "waiver-refused: rate-missing is about work: what it holds is cured, not waived.",
    );
    expect(await forClient("no-such-rule")).toBe("waiver-refused: no-such-rule is no rule of the firm's policies.");
  });

  it("for a client counts for its invoices, but not for those that its giver had a part in", async () => {
    await (
      await firm.as("controller")
    )((scope) => waiveForClient(scope, { clientId, rule: "po-required", days: 9, reason }));
    expect((await check()).check?.waived).toMatchObject({ by: "Carl Controller" });
    await database.current.admin.query("set session_replication_role = replica");
    await database.current.admin.query(
      `update invoices set submitted_by = (select id from memberships m where m.tenant_id = $1 and m.key = 'controller@firm.example')
        where id = $2`,
      [firm.tenantId, invoiceId],
    );
    await database.current.admin.query("reset session_replication_role");
    expect((await check()).check?.waived).toBeUndefined();
    const theirs = await (await newFirm(database.current.pool)).as("controller");
    expect(
      await refusal(theirs((scope) => waiveForClient(scope, { clientId, rule: "po-required", days: 9, reason }))),
    ).toMatch(/^client-not-found/);
  });

  it("is not forged by raw SQL", async () => {
    const insert = async (who: Who, values: string) =>
      (await firm.as(who))(({ tx }) => query(tx, `insert into waivers (id, rule, until_on, reason, ${values}`)).then(
        () => "done",
        (error: { code?: string }) => error.code,
      );
    const ofInvoice = (rule: string, until = "current_date", hash = contentHash) =>
      `invoice_id, content_hash) values (gen_random_uuid(), '${rule}', ${until}, 'x', '${invoiceId}', '${hash}')`;
    expect(await insert("coordinator", ofInvoice("po-required"))).toBe("PL254");
    expect(await insert("controller", ofInvoice("po-required", "current_date", "other"))).toBe("PL255");
    expect(await insert("controller", ofInvoice("tax-not-settled"))).toBe("PL256");
    expect(await insert("controller", ofInvoice("no-such-rule"))).toBe("PL256");
    expect(await insert("controller", ofInvoice("po-required", "current_date + 400"))).toBe("23514");
    expect(await insert("controller", ofInvoice("po-required", "current_date - 1"))).toBe("23514");
    expect(
      await insert(
        "controller",
        `client_id, given_by) values (gen_random_uuid(), 'po-required', current_date, 'x', '${clientId}',
      (select id from memberships where key = 'lead@firm.example'))`,
      ),
    ).toBe("42501");
    const runner = await firm.as("billing-runner");
    const bySystem = runner(({ tx }) =>
      query(
        tx,
        `insert into waivers (id, rule, until_on, reason, client_id) values (gen_random_uuid(), 'po-required', current_date, 'x', ?)`,
        [clientId],
      ),
    );
    expect(
      await bySystem.then(
        () => "done",
        (error: { code?: string }) => error.code,
      ),
    ).toBe("PL257");
    expect(await insert("controller", ofInvoice("po-required"))).toBe("done");
  });
});
