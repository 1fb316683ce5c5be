import { describe, expect, it } from "vitest";
import type { InvoiceSummary, InvoiceWire } from "@plumbline/contract/invoice";
import type { BulkResult } from "@plumbline/contract/invoice-move";
import type { InvoiceId } from "@plumbline/domain/id";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const billed = async (options: Parameters<typeof billedFirm>[1] = {}) => {
  const { firm, ids } = await billedFirm(api.database.current.pool, options);
  return { firm, ids, id: ids[0] as InvoiceId };
};

const find = async (firm: Firm, id: string): Promise<InvoiceWire> =>
  (await api.as(firm, "auditor").get(`/v1/invoices/${id}`).expect(200)).body;

/** Makes a move that must succeed. */
async function move(firm: Firm, who: string, path: string, body: object = {}): Promise<InvoiceSummary> {
  const answer = await api.as(firm, who).post(`/v1/invoices/${path}`, body);
  expect(answer.body, path).toMatchObject({ stage: expect.any(String) });
  expect(answer.headers["etag"]).toBe(`"${answer.body.version}"`);
  return answer.body;
}

const bulk = async (firm: Firm, who: string, path: string, body: object): Promise<BulkResult["items"]> =>
  (await api.as(firm, who).post(`/v1/${path}`, body).expect(200)).body.items;

const kindOf = ({ problem }: BulkResult["items"][0]) => problem?.type.split("/").at(-1);

describe("the moves of one invoice", () => {
  it("take it from draft to issue, each answered with what it is now", async () => {
    const { firm, id } = await billed();
    const { contentHash } = await move(firm, "coordinator", `${id}/submission`);
    expect((await move(firm, "manager", `${id}/return`, { reason: "wrong order" })).stage).toBe("draft");
    await move(firm, "coordinator", `${id}/submission`);
    expect((await move(firm, "manager", `${id}/manager-approval`, { contentHash })).stage).toBe("manager_approved");
    expect((await move(firm, "finance", `${id}/finance-approval`, { contentHash })).stage).toBe("finance_approved");
    const issued = await move(firm, "finance", `${id}/issuance`);
    expect(issued).toMatchObject({ stage: "issued", number: "F-2026-00001", version: 7 });
    expect(issued).toHaveProperty("issuedOn");
  });

  it("draft it anew when its work changed, and give it up with a reason", async () => {
    const { firm, id } = await billed();
    await move(firm, "coordinator", `${id}/submission`);
    await firm.take("time_entries", [timeEntry("t1", { hours: "3.00" })]);
    const revised = await move(firm, "coordinator", `${id}/revision`, { reason: "late hour" });
    expect(revised).toMatchObject({ stage: "validation_pending", minutes: 180 });
    expect((await move(firm, "controller", `${id}/discard`, { reason: "not wanted" })).stage).toBe("discarded");
    const answer = await api.as(firm, "coordinator").post(`/v1/invoices/${id}/discard`, { reason: " " }).expect(422);
    expect(answer.body.errors).toMatchObject([{ in: "body", field: "reason" }]);
  });

  it("refuse a version that is not the one that was seen, before anything else is said", async () => {
    const { firm, id } = await billed();
    const { version } = await find(firm, id);
    const coordinator = api.as(firm, "coordinator");
    const path = `/v1/invoices/${id}/submission`;
    const stale = await coordinator
      .post(path, {})
      .set("if-match", `"${version + 1}"`)
      .expect(412);
    expect(stale.body).toMatchObject({
      type: "/problems/precondition-failed",
      detail: expect.stringContaining("version 1"),
    });
    expect((await find(firm, id)).version).toBe(version);
    await coordinator.post(path, {}).set("if-match", `"${version}"`).expect(200);
    // It moved on: what the caller saw is told to be old rather than the move to be impossible.
    await coordinator.post(path, {}).set("if-match", `"${version}"`).expect(412);
    const refused = await coordinator.post(path, {}).expect(409);
    expect(refused.body).toMatchObject({
      type: "/problems/invoice-move-refused",
      open: expect.arrayContaining(["approve_manager"]),
    });
  });

  it("happen once, however often they are asked for with one key", async () => {
    const { firm, id } = await billed();
    const key = newId();
    const coordinator = api.as(firm, "coordinator");
    const first = await coordinator.post(`/v1/invoices/${id}/submission`, {}, key).expect(200);
    const again = await coordinator.post(`/v1/invoices/${id}/submission`, {}, key).expect(200);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true", etag: first.headers["etag"] });
    expect(again.text).toBe(first.text);
    const { rows } = await api.database.current.admin.query("select expires_at from idempotency_keys where key = $1", [
      key,
    ]);
    expect(rows).toEqual([{ expires_at: null }]);
  });

  it("say which duty, content or exception stands against an approval", async () => {
    const { firm, ids } = await billed({ clients: 2, client: { po_required: "yes" } });
    const [id, other] = ids as [InvoiceId, InvoiceId];
    for (const each of ids) await move(firm, "coordinator", `${each}/submission`);
    const approve = async (body: object, invoice = id) =>
      (await api.as(firm, "manager").post(`/v1/invoices/${invoice}/manager-approval`, body)).body;
    expect(await approve({ contentHash: "0".repeat(64) })).toMatchObject({
      status: 409,
      type: "/problems/content-changed",
    });
    const { contentHash } = await find(firm, other);
    expect(await approve({ contentHash }, other)).toMatchObject({
      type: "/problems/exceptions-open",
      codes: ["po-required"],
    });
    expect(await approve({})).toMatchObject({ status: 422, errors: [{ in: "body", field: "contentHash" }] });
    await api.database.current.admin.query(
      "update memberships set roles = '{project_manager}' where tenant_id = $1 and key like 'coord%'",
      [firm.tenantId],
    );
    const own = await api
      .as(firm, "coordinator")
      .post(`/v1/invoices/${id}/manager-approval`, { contentHash })
      .expect(403);
    expect(own.body.type).toBe("/problems/duties-not-separate");
  });

  it("let one of two who issue at the same moment do it, without a gap", async () => {
    const { firm, id } = await billed();
    const { contentHash } = await move(firm, "coordinator", `${id}/submission`);
    await move(firm, "manager", `${id}/manager-approval`, { contentHash });
    await move(firm, "finance", `${id}/finance-approval`, { contentHash });
    const answers = await Promise.all(
      ["finance", "controller"].map((who) => api.as(firm, who).post(`/v1/invoices/${id}/issuance`, {})),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const { rows } = await api.database.current.admin.query(
      "select next_number from number_series where tenant_id = $1",
      [firm.tenantId],
    );
    expect(rows).toEqual([{ next_number: "2" }]);
  });
});

describe("the moves of many invoices", () => {
  it("answer each by itself, in the order asked for, and spoil none for another", async () => {
    const { firm, ids } = await billed({ clients: 3 });
    const [first, second, third] = ids as [InvoiceId, InvoiceId, InvoiceId];
    const unknown = newId<"invoice">();
    const submitted = await bulk(firm, "coordinator", "submissions", { invoiceIds: [third, unknown, first, second] });
    expect(submitted).toMatchObject([
      { invoiceId: third, status: 200, stage: "validation_pending" },
      { invoiceId: unknown, status: 404, problem: { type: "/problems/invoice-not-found", status: 404 } },
      { invoiceId: first, status: 200 },
      { invoiceId: second, status: 200 },
    ]);
    const hashes = new Map(await Promise.all(ids.map(async (id) => [id, (await find(firm, id)).contentHash] as const)));
    const approvals = ids.map((invoiceId) => ({ invoiceId, contentHash: hashes.get(invoiceId) }));
    const stale = { invoiceId: second, contentHash: "0".repeat(64) };
    const byManager = await bulk(firm, "manager", "manager-approvals", {
      approvals: [approvals[0], stale, approvals[2]],
    });
    expect(byManager.map(kindOf)).toEqual([undefined, "content-changed", undefined]);
    expect((await bulk(firm, "manager", "returns", { invoiceIds: [third], reason: "wrong order" }))[0]?.stage).toBe(
      "draft",
    );
    const byFinance = await bulk(firm, "finance", "finance-approvals", { approvals });
    expect(byFinance.map(({ status }) => status)).toEqual([200, 409, 409]);
    const issued = await bulk(firm, "finance", "issuances", { invoiceIds: ids });
    expect(issued).toMatchObject([
      { status: 200, stage: "issued", number: "F-2026-00001" },
      { status: 409, problem: { type: "/problems/invoice-move-refused" } },
      { status: 409 },
    ]);
    const discarded = await bulk(firm, "controller", "discards", { invoiceIds: ids, reason: "given up" });
    expect(discarded.map(({ status, stage }) => stage ?? status)).toEqual([409, "discarded", "discarded"]);
  });

  it("refuse to be asked for one invoice twice, for none, and for more than they take", async () => {
    const { firm, id } = await billed();
    const fieldOf = async (body: object) =>
      (await api.as(firm, "coordinator").post("/v1/submissions", body).expect(422)).body.errors[0].field;
    expect(await fieldOf({ invoiceIds: [id, id] })).toBe("invoiceIds");
    expect(await fieldOf({ invoiceIds: [] })).toBe("invoiceIds");
    expect(await fieldOf({ invoiceIds: Array.from({ length: 201 }, () => newId()) })).toBe("invoiceIds");
    expect(await fieldOf({ invoiceIds: [id, "x"] })).toBe("invoiceIds[1]");
  });
});

describe("whoever may not", () => {
  const contentHash = "0".repeat(64);
  // prettier-ignore
  // oxfmt-ignore
  const singles: readonly (readonly [noun: string, who: string, body: object])[] = [
    ["submission", "coordinator", {}],
    ["manager-approval", "manager", { contentHash }],
    ["finance-approval", "finance", { contentHash }],
    ["issuance", "finance", {}],
    ["return", "manager", { reason: "no" }],
    ["revision", "coordinator", { reason: "no" }],
    ["discard", "coordinator", { reason: "no" }],
  ];

  it("lacks the permission", async () => {
    const { firm, id } = await billed();
    for (const [noun, , body] of singles) {
      const answer = await api.as(firm, "auditor").post(`/v1/invoices/${id}/${noun}`, body).expect(403);
      expect(answer.body.type, noun).toBe("/problems/permission-missing");
    }
    for (const noun of ["submissions", "issuances", "returns", "discards", "manager-approvals", "finance-approvals"]) {
      const { status } = await api.as(firm, "auditor").post(`/v1/${noun}`, { invoiceIds: [id] });
      expect(status, noun).toBe(403);
    }
    expect((await find(firm, id)).version).toBe(1);
  });

  it("is told the same of another firm's invoice as of none", async () => {
    const { id } = await billed();
    const other = await newFirm(api.database.current.pool);
    for (const [noun, who, body] of singles) {
      const answers = [];
      for (const each of [id, newId()]) {
        const answer = await api.as(other, who).post(`/v1/invoices/${each}/${noun}`, body);
        answers.push({ ...answer.body, instance: undefined, requestId: undefined });
      }
      expect(answers[0], noun).toMatchObject({ status: 404, type: "/problems/invoice-not-found" });
      expect(answers[0]).toEqual(answers[1]);
    }
    expect((await bulk(other, "coordinator", "submissions", { invoiceIds: [id] })).map(kindOf)).toEqual([
      "invoice-not-found",
    ]);
  });

  it("says something that nobody understands", async () => {
    const { firm, id } = await billed();
    for (const [noun, who, body] of singles) {
      const answer = await api
        .as(firm, who)
        .post(`/v1/invoices/${id}/${noun}`, { ...body, stage: "issued" })
        .expect(422);
      expect(answer.body.errors, noun).toEqual([{ in: "body", field: "stage", reason: "is not known here" }]);
    }
  });
});
