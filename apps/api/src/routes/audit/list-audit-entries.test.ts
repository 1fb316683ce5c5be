import { beforeAll, describe, expect, it } from "vitest";
import type { InvoiceId } from "@plumbline/domain/id";
import { discardInvoices } from "@plumbline/operations/invoices/discard-invoices";
import { newId } from "@plumbline/platform/new-id";
import { query } from "@plumbline/platform/sql";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();

let firm: Firm;
let invoiceId: InvoiceId;
beforeAll(async () => {
  const billed = await billedFirm(api.database.current.pool, { clients: 2 });
  ({ firm } = billed);
  invoiceId = billed.ids[0] as InvoiceId;
  await (
    await firm.as("controller")
  )((scope) => discardInvoices(scope, { invoiceIds: [invoiceId], reason: "Billed elsewhere" }));
});

type Entry = { readonly id: string; readonly at: string; readonly action: string; readonly by: string };
const ask = (search = "", of: Firm = firm) => api.as(of, "auditor").get(`/v1/audit-entries${search}`);

describe("GET /v1/audit-entries", () => {
  it("says who did what to which thing, newest first, with hashes and reason and no content", async () => {
    const answer = await ask(`?subjectId=${invoiceId}`).expect(200);
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(answer.body.items).toEqual([
      {
        id: expect.any(String),
        at: expect.any(String),
        action: "invoice.discarded",
        subjectId: invoiceId,
        by: "Carl Controller",
        byKind: "person",
        beforeHash: hash,
        afterHash: hash,
        bundleHash: hash,
        reason: "Billed elsewhere",
      },
      {
        id: expect.any(String),
        at: expect.any(String),
        action: "invoice.drafted",
        subjectId: invoiceId,
        by: "billing-runner",
        byKind: "system",
        afterHash: hash,
        bundleHash: hash,
      },
    ]);
  });

  it("filters by action, and by both at once", async () => {
    const drafted = (await ask("?action=invoice.drafted").expect(200)).body.items as Entry[];
    expect(drafted).toHaveLength(2);
    expect((await ask(`?action=invoice.drafted&subjectId=${invoiceId}`)).body.items).toHaveLength(1);
    expect((await ask("?action=invoice.issued")).body).toEqual({ items: [] });
  });

  it("gives every entry once, page by page", async () => {
    const seen: Entry[] = [];
    let cursor = "";
    do {
      const page = await ask(`?limit=3${cursor}`).expect(200);
      seen.push(...(page.body.items as Entry[]));
      cursor = page.body.next === undefined ? "" : `&cursor=${page.body.next}`;
    } while (cursor !== "");
    const { rows } = await api.database.current.admin.query<{ id: string }>(
      "select id from audit_entries where tenant_id = $1 order by id desc",
      [firm.tenantId],
    );
    expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(6);
  });

  it("refuses who may not read the audit, and members that it does not know", async () => {
    const refused = await api.as(firm, "coordinator").get("/v1/audit-entries").expect(403);
    expect(refused.body).toMatchObject({ detail: "This needs the permission audit.read." });
    for (const search of ["?actor=x", "?subjectId=1", "?cursor=x", "?limit=201"]) await ask(search).expect(422);
  });

  it("answers another firm's subject like one that does not exist", async () => {
    const other = await newFirm(api.database.current.pool);
    const foreign = await ask(`?subjectId=${invoiceId}`, other).expect(200);
    const random = await ask(`?subjectId=${newId()}`, other).expect(200);
    expect(foreign.body).toEqual({ items: [] });
    expect(foreign.text).toBe(random.text);
  });

  it.each([
    ["everything", "true", "audit_entries_pkey"],
    ["a subject", "a.subject_id = '0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00'", "audit_by_subject"],
    ["an action", "a.action = 'invoice.issued'", "audit_by_action"],
  ])("reads a page of %s in the order of an index", async (_what, where, index) => {
    const plan = await (
      await firm.as("auditor")
    )(async ({ tx }) => {
      // On a few rows sorting is cheaper; only whether an index gives the order is asked here.
      await query(tx, "set local enable_sort = off");
      const rows = await query<{ "QUERY PLAN": string }>(
        tx,
        `explain select a.id from audit_entries a where ${where} order by a.id desc limit 51`,
      );
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    });
    expect(plan).toContain(`Scan Backward using ${index}`);
    expect(plan).not.toContain("Sort");
  });
});
