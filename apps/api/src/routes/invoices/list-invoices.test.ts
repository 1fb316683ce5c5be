import { beforeAll, describe, expect, it } from "vitest";
import type { InvoiceSummary } from "@plumbline/contract/invoice";
import type { InvoiceId } from "@plumbline/domain/id";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let ids: readonly InvoiceId[];
let billingRunId: string;

beforeAll(async () => {
  ({ firm, ids, billingRunId } = await billedFirm(api.database.current.pool, { clients: 3 }));
});

type Answer = { readonly items: readonly InvoiceSummary[]; readonly next?: string };
const list = async (search = "", who = "auditor", of = firm): Promise<Answer> =>
  (await api.as(of, who).get(`/v1/invoices${search}`).expect(200)).body;
const idsOf = ({ items }: Answer) => items.map(({ id }) => id);

describe("GET /v1/invoices", () => {
  it("shows each in one line, newest first", async () => {
    const answer = await list();
    expect(idsOf(answer)).toEqual(ids.toReversed());
    expect(answer.next).toBeUndefined();
    expect(answer.items[2]).toMatchObject({
      stage: "draft",
      client: { name: "Client 1" },
      entity: { name: "Firm GmbH" },
      engagement: expect.stringContaining("E-1"),
      period: { start: "2026-10-01", end: "2026-11-01" },
      net: { amount: "200.00", currency: "EUR" },
      tax: { amount: "38.00", currency: "EUR" },
      total: { amount: "238.00", currency: "EUR" },
      minutes: 120,
      version: 1,
      blocking: [],
      clock: { waitsFor: "submission", owner: "billing_coordinator", late: false },
    });
    expect(answer.items[0]).not.toHaveProperty("number");
  });

  it("gives every invoice once, page by page", async () => {
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.next}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
    expect(second.next).toBeUndefined();
    const stage = await list("?stage=draft&limit=2");
    expect(idsOf(stage)).toEqual(ids.slice(0, 2));
    expect(idsOf(await list(`?stage=draft&limit=2&cursor=${stage.next}`))).toEqual(ids.slice(2));
  });

  it("refuses a cursor of another order, and a filter it does not know", async () => {
    const { next } = await list("?limit=2");
    const answers = [
      `?stage=draft&cursor=${next}`,
      "?cursor=x",
      "?state=draft",
      "?stage=drafts",
      "?late=maybe",
      "?limit=0",
    ];
    const fields = [];
    for (const search of answers) {
      const answer = await api.as(firm, "auditor").get(`/v1/invoices${search}`).expect(422);
      fields.push(answer.body.errors[0].field);
    }
    expect(fields).toEqual(["cursor", "cursor", "state", "stage", "late", "limit"]);
  });

  it("filters by each member and by several at once", async () => {
    const { items } = await list();
    const [client] = items.map((item) => item.client.id);
    expect(idsOf(await list(`?clientId=${client}`))).toEqual([ids[2]]);
    expect(idsOf(await list(`?billingRunId=${billingRunId}&currency=EUR&stage=draft`))).toEqual(ids);
    for (const search of [
      `?clientId=${newId()}`,
      `?billingRunId=${newId()}`,
      "?currency=USD",
      "?stage=issued",
      "?number=F-1",
      "?blocked=true",
      "?late=true",
    ]) {
      expect(idsOf(await list(search)), search).toEqual([]);
    }
    expect(idsOf(await list("?blocked=false&late=false"))).toEqual(ids.toReversed());
  });

  it("tells what is blocked from what is not", async () => {
    const blocked = await billedFirm(api.database.current.pool, { client: { po_required: "yes" } });
    const { items } = await list("?blocked=true", "auditor", blocked.firm);
    expect(items).toMatchObject([{ id: blocked.ids[0], blocking: ["po-required"] }]);
    expect(idsOf(await list("?blocked=false", "auditor", blocked.firm))).toEqual([]);
  });

  it("tells what is late by the clock of its stage, as its own line says", async () => {
    const { admin } = api.database.current;
    const waiting = await billedFirm(api.database.current.pool, { clients: 2 });
    // Ten days hold more than a day of business, wherever the weekend lies.
    await admin.query("set session_replication_role = replica");
    await admin.query("update invoices set stage_since = now() - interval '10 days' where id = $1", [waiting.ids[1]]);
    await admin.query("update clocks set since = now() - interval '10 days' where invoice_id = $1", [waiting.ids[1]]);
    await admin.query("set session_replication_role = origin");
    const [late] = (await list("?late=true", "auditor", waiting.firm)).items;
    expect(late).toMatchObject({ id: waiting.ids[1], clock: { late: true } });
    expect(idsOf(await list("?late=false", "auditor", waiting.firm))).toEqual([waiting.ids[0]]);
    expect(idsOf(await list("?stage=draft", "auditor", waiting.firm))).toEqual(waiting.ids.toReversed());
  });

  it("shows each person what waits for them, and nobody their own work", async () => {
    const inbox = await billedFirm(api.database.current.pool, { clients: 2 });
    const awaiting = async (who: string) => idsOf(await list("?awaitingMe=true", who, inbox.firm));
    expect(await awaiting("coordinator")).toEqual(inbox.ids);
    expect(await awaiting("manager")).toEqual([]);
    const [first, second] = inbox.ids as [InvoiceId, InvoiceId];
    await (
      await inbox.firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: [first] }));
    expect(await awaiting("coordinator")).toEqual([second]);
    expect(await awaiting("manager")).toEqual([first]);
    expect(await awaiting("finance")).toEqual([]);
    expect(idsOf(await list("?awaitingMe=false", "manager", inbox.firm))).toEqual([second]);
    const roles = "{project_manager,billing_coordinator}";
    await api.database.current.admin.query(
      "update memberships set roles = $1 where tenant_id = $2 and key like 'coord%'",
      [roles, inbox.firm.tenantId],
    );
    expect(await awaiting("coordinator")).toEqual([second]);
  });

  it("shows nothing of another firm, and nothing at all without the permission", async () => {
    const other = await newFirm(api.database.current.pool);
    expect(await list("", "auditor", other)).toEqual({ items: [] });
    expect(await list(`?billingRunId=${billingRunId}`, "auditor", other)).toEqual({ items: [] });
    await api.database.current.admin.query(
      "update memberships set roles = '{consultant}' where tenant_id = $1 and key like 'auditor%'",
      [other.tenantId],
    );
    const refused = await api.as(other, "auditor").get("/v1/invoices").expect(403);
    expect(refused.body.type).toBe("/problems/permission-missing");
  });
});
