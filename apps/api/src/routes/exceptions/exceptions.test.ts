import { beforeAll, describe, expect, it } from "vitest";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { newId } from "@plumbline/platform/new-id";
import { billableClient } from "@plumbline/testing/billable-client";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();

/** Two clients who need an order and have none, and an entry without a rate. */
async function firmWithExceptions() {
  return billedFirm(api.database.current.pool, {
    clients: 2,
    client: { po_required: "yes" },
    entries: [timeEntry("t8", { worker_key: "w2", hours: "1.50" }), timeEntry("t9", { status: "submitted" })],
  });
}

let firm: Firm;
let ids: readonly string[];
beforeAll(async () => {
  ({ firm, ids } = await firmWithExceptions());
});

type Item = { readonly id: string; readonly code: string; readonly subject: { readonly name?: string } };
const list = async (search = "", of: Firm = firm): Promise<Item[]> =>
  (await api.as(of, "auditor").get(`/v1/exceptions${search}`).expect(200)).body.items;
const codes = (items: readonly Item[]) => items.map(({ code }) => code).toSorted();

describe("GET /v1/exceptions", () => {
  it("lists what is open with what it is about and what hangs on it", async () => {
    const items = await list();
    expect(codes(items)).toEqual([
      "held-time-left-behind",
      "po-required",
      "po-required",
      "rate-missing",
      "time-not-approved",
    ]);
    const order = items.filter(({ code }) => code === "po-required");
    expect(new Set(order.map(({ subject }) => subject.name))).toEqual(new Set(["Client 1", "Client 2"]));
    expect(order[0]).toMatchObject({
      state: "open",
      severity: "block",
      subject: { kind: "invoice" },
      invoiceId: expect.any(String),
      minutes: 120,
      atStake: { amount: "200.00", currency: "EUR" },
    });
    const rate = items.find(({ code }) => code === "rate-missing");
    expect(rate).toMatchObject({ subject: { kind: "work", name: "Project 1" }, entries: 1, minutes: 90 });
    expect(rate).not.toHaveProperty("atStake");
    expect(rate).not.toHaveProperty("invoiceId");
  });

  it("filters by each member and by several at once", async () => {
    expect(codes(await list("?code=rate-missing"))).toEqual(["rate-missing"]);
    expect(codes(await list("?severity=warn&lane=business"))).toEqual(["held-time-left-behind"]);
    expect(codes(await list("?lane=technical"))).toEqual([]);
    expect(codes(await list("?state=resolved"))).toEqual([]);
    expect(codes(await list(`?invoiceId=${ids[1]}`))).toEqual(["po-required"]);
  });

  it("shows what was resolved, and when", async () => {
    const cured = await firmWithExceptions();
    await cured.firm.take(
      "clients",
      ["c1", "c2"].map((key) => billableClient(key)),
    );
    await (
      await cured.firm.as("coordinator")
    )((scope) => submitInvoices(scope, { invoiceIds: cured.ids }));
    const resolved = await list("?state=resolved", cured.firm);
    expect(codes(resolved)).toEqual(["po-required", "po-required"]);
    expect(resolved[0]).toHaveProperty("closedAt");
  });

  it("gives every exception once, page by page, newest first", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await api.as(firm, "auditor").get(`/v1/exceptions?limit=2${cursor}`).expect(200);
      seen.push(...(page.body.items as Item[]).map(({ id }) => id));
      cursor = page.body.next === undefined ? "" : `&cursor=${page.body.next}`;
    } while (cursor !== "");
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
  });

  it("refuses who may not read invoices, and a member or cursor that it does not know", async () => {
    const consultants = await newFirm(api.database.current.pool, {
      folder: { people: [{ email: "consultant@firm.example", name: "Con", roles: ["consultant"] }] },
    });
    const refused = await api.as(consultants, "consultant").get("/v1/exceptions").expect(403);
    expect(refused.body).toMatchObject({ type: "/problems/permission-missing" });
    for (const search of ["?owner=x", "?state=closed", "?cursor=x", "?limit=0", "?code=%00"]) {
      await api.as(firm, "auditor").get(`/v1/exceptions${search}`).expect(422);
    }
  });

  it("answers another firm's invoice like one that does not exist", async () => {
    const other = await newFirm(api.database.current.pool);
    const ask = (invoiceId: string) => api.as(other, "auditor").get(`/v1/exceptions?invoiceId=${invoiceId}`);
    const [foreign, random] = [await ask(ids[0] as string), await ask(newId())];
    expect([foreign.status, foreign.text]).toEqual([200, random.text]);
    expect(foreign.body).toEqual({ items: [] });
  });
});

describe("GET /v1/exception-causes", () => {
  it("counts what is open by cause, in minutes and money of each currency", async () => {
    const answer = await api.as(firm, "auditor").get("/v1/exception-causes").expect(200);
    expect(answer.body.items).toEqual([
      {
        code: "po-required",
        lane: "business",
        severity: "block",
        count: 2,
        minutes: 240,
        atStake: [{ amount: "400.00", currency: "EUR" }],
      },
      { code: "rate-missing", lane: "business", severity: "block", count: 1, minutes: 90, atStake: [] },
      expect.objectContaining({ code: "time-not-approved", count: 1, minutes: 120 }),
      expect.objectContaining({ code: "held-time-left-behind", severity: "warn" }),
    ]);
  });

  it("shows nothing of another firm, and refuses who may not read invoices or asks for more", async () => {
    const other = await newFirm(api.database.current.pool, {
      folder: {
        people: [
          { email: "consultant@firm.example", name: "Con", roles: ["consultant"] },
          { email: "executive@firm.example", name: "Exe", roles: ["executive"] },
        ],
      },
    });
    expect((await api.as(other, "executive").get("/v1/exception-causes").expect(200)).body).toEqual({ items: [] });
    await api.as(other, "consultant").get("/v1/exception-causes").expect(403);
    await api.as(other, "executive").get("/v1/exception-causes?code=x").expect(422);
  });
});
