import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
beforeAll(async () => {
  ({ firm } = await billedFirm(api.database.current.pool, { clients: 2 }));
});

const text = `
pack: short
rules:
  - id: short-only
    on: invoice
    require: invoice.minutes < 120
    severity: block
    category: business
    owner: project_manager
    message: "Too long."
    cases:
      - given: { invoice: { minutes: 119 } }
        expect: pass
      - given: { invoice: { minutes: 120 } }
        expect: block
`;
const files = [{ name: "short.yaml", text }];
const as = (who: "admin" | "controller" | "auditor" | "coordinator") => api.as(firm, who);

describe("policies", () => {
  it("are tried, proposed, dry-run and published by two people, and gone back to", async () => {
    const tried = await as("admin").post("/v1/policy-checks", { files }).expect(200);
    expect(tried.body).toMatchObject({ changes: [{ pack: "short", rule: "short-only", change: "added" }] });
    await as("coordinator").post("/v1/policy-checks", { files }).expect(403);
    const broken = [{ name: "short.yaml", text: text.replace("invoice.minutes <", "invoice.minute <") }];
    const refused = await as("admin").post("/v1/policy-proposals", { files: broken, reason: "x" }).expect(422);
    expect(refused.body).toMatchObject({
      type: "/problems/policy-invalid",
      errors: [{ pack: "short", rule: "short-only", field: "require" }],
    });

    const proposed = await as("admin").post("/v1/policy-proposals", { files, reason: "Keep it short" }).expect(201);
    const at = proposed.headers["location"] ?? "";
    expect(proposed.body).toMatchObject({ hash: tried.body.hash, proposed: { by: "Ada Admin" } });
    expect((await as("controller").post(`${at}/publication`, {}).expect(409)).body.type).toBe(
      "/problems/policy-publication-refused",
    );
    const ran = await as("admin").post(`${at}/dry-runs`, { since: "2026-01-01" }).expect(201);
    expect(ran.body).toMatchObject({
      invoices: 2,
      figures: [{ verdict: "newly_blocked", invoices: 2, amounts: [{ amount: "476.00", currency: "EUR" }] }],
      notJudged: [],
    });
    const runAt = ran.headers["location"] ?? "";
    expect((await as("auditor").get(runAt).expect(200)).body).toEqual(ran.body);
    const page = await as("auditor").get(`${runAt}/invoices?verdict=newly_blocked&limit=1`).expect(200);
    expect(page.body.items).toMatchObject([{ changes: [{ rule: "short-only", after: "block" }] }]);
    const rest = await as("auditor")
      .get(`${runAt}/invoices?verdict=newly_blocked&cursor=${page.body.next}`)
      .expect(200);
    expect(rest.body.items).toHaveLength(1);
    expect((await as("auditor").get(`${runAt}/invoices?verdict=newly_passing`).expect(200)).body.items).toEqual([]);

    await as("admin").post(`${at}/publication`, {}).expect(403);
    const published = await as("controller").post(`${at}/publication`, {}).expect(201);
    expect(published.body).toMatchObject({ hash: tried.body.hash, published: { by: "Carl Controller" } });
    expect((await as("auditor").get(at).expect(200)).body).toMatchObject({ published: { by: "Carl Controller" } });
    const { items } = (await as("auditor").get("/v1/policy-publications").expect(200)).body;
    expect(items).toHaveLength(2);
    const back = await as("admin")
      .post(`/v1/policy-publications/${items[1].id}/rollback`, { reason: "Too strict" })
      .expect(201);
    expect(back.body).toMatchObject({ hash: items[1].hash, changes: [{ rule: "short-only", change: "removed" }] });
    expect((await as("auditor").get("/v1/policy-proposals").expect(200)).body.items).toHaveLength(2);
  });

  it("are a firm's own, and take no unknown member", async () => {
    const { body } = await as("admin")
      .post("/v1/policy-proposals", { files: [{ ...files[0], text: text.replaceAll("119", "118") }], reason: "x" })
      .expect(201);
    const unknown = await as("admin").post("/v1/policy-proposals", { files, reason: "x", force: true }).expect(422);
    expect(unknown.body.type).toBe("/problems/request-invalid");
    const other = await newFirm(api.database.current.pool);
    for (const [who, id] of [
      [api.as(other, "controller"), body.id],
      [as("controller"), newId()],
    ] as const) {
      await who.get(`/v1/policy-proposals/${id}`).expect(404);
      await who.post(`/v1/policy-proposals/${id}/dry-runs`, { since: "2026-01-01" }).expect(404);
      await who.post(`/v1/policy-proposals/${id}/publication`, {}).expect(404);
      await who.get(`/v1/policy-dry-runs/${id}`).expect(404);
      await who.get(`/v1/policy-dry-runs/${id}/invoices`).expect(404);
      await who.post(`/v1/policy-publications/${id}/rollback`, { reason: "x" }).expect(404);
    }
  });
});
