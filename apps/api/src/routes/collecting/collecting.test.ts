import { beforeAll, describe, expect, it } from "vitest";
import type { LegalEntityId } from "@plumbline/domain/id";
import { newId } from "@plumbline/platform/new-id";
import { newFirm } from "@plumbline/testing/firm";
import { lateFirm } from "@plumbline/testing/late-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const eur = (amount: string) => ({ amount, currency: "EUR" });
let late: Awaited<ReturnType<typeof lateFirm>>;
let legalEntityId: LegalEntityId;
beforeAll(async () => {
  late = await lateFirm(api.database.current.pool, {});
  ({ legalEntityId } = late);
  const { admin } = api.database.current;
  // The API asks the true clock, and closed books keep nobody from asking for what is long due.
  await admin.query("alter table invoices disable trigger user");
  await admin.query("update invoices set due_on = current_date - 30 where tenant_id = $1", [late.firm.tenantId]);
  await admin.query("alter table invoices enable trigger user");
});

const post = (who: "collector" | "controller" | "auditor", path: string, body: object, firm = late.firm) =>
  api.as(firm, who).post(path).set("Idempotency-Key", newId()).send(body);

const terms = (more: object = {}) => ({
  legalEntityId,
  currency: "EUR",
  startsOn: "2026-01-01",
  dunning: {
    levels: [{ daysPastDue: 7, textKey: "friendly", fee: eur("2.50") }],
    minimum: eur("10.00"),
  },
  ...more,
});

describe("POST /v1/collecting-terms", () => {
  it("keeps what was agreed, and shows it with what it replaced", async () => {
    const agreed = await post("controller", "/v1/collecting-terms", terms()).expect(201);
    const { legalEntityId: id, ...said } = terms();
    expect(agreed.body).toMatchObject({ ...said, entity: { id } });
    const listed = await api
      .as(late.firm, "auditor")
      .get(`/v1/collecting-terms?legalEntityId=${legalEntityId}`)
      .expect(200);
    expect(listed.body.items).toHaveLength(2);
  });

  it("refuses amounts of another currency, contradictions, unknown members, and those who may not", async () => {
    const refused = async (body: object) => (await post("controller", "/v1/collecting-terms", body).expect(422)).body;
    expect(await refused(terms({ currency: "USD" }))).toMatchObject({
      type: "/problems/collecting-terms-refused",
      errors: [{ field: "dunning.levels.0.fee", reason: expect.stringContaining("is in EUR") }],
    });
    const level = { daysPastDue: 7, textKey: "x" };
    expect(await refused(terms({ dunning: { levels: [level, level] } }))).toMatchObject({
      errors: [{ field: "dunning.levels.1.daysPastDue" }],
    });
    await refused(terms({ ladder: [] }));
    await post("collector", "/v1/collecting-terms", terms()).expect(403);
    await post("controller", "/v1/collecting-terms", terms({ legalEntityId: newId() })).expect(404);
    await post("controller", "/v1/collecting-terms", terms({ clientId: newId() })).expect(404);
  });
});

describe("dunning", () => {
  it("records notices, shows them, and takes one back", async () => {
    await post("auditor", "/v1/dunning-runs", {}).expect(403);
    const run = await post("collector", "/v1/dunning-runs", {}).expect(201);
    expect(run.body).toMatchObject({ noticeIds: [expect.any(String), expect.any(String)], invoices: 3 });
    const listed = await api.as(late.firm, "auditor").get("/v1/dunning-notices?limit=1").expect(200);
    expect(listed.body).toMatchObject({ items: [{ level: 1, textKey: "friendly", fee: eur("2.50") }] });
    const [notice] = listed.body.items;
    const path = `/v1/dunning-notices/${notice.id}`;
    await post("auditor", `${path}/withdrawal`, { reason: "sent in error" }).expect(403);
    await post("collector", `${path}/withdrawal`, {}).expect(422);
    const withdrawn = await post("collector", `${path}/withdrawal`, { reason: "sent in error" }).expect(201);
    expect(withdrawn.body.withdrawn).toMatchObject({ reason: "sent in error", by: "Cleo Collector" });
    await post("collector", `${path}/withdrawal`, { reason: "again" }).expect(409);
    expect((await api.as(late.firm, "auditor").get(path).expect(200)).body).toEqual(withdrawn.body);
  });

  it("of another firm is like what never was", async () => {
    const stranger = await newFirm(api.database.current.pool);
    const [notice] = (await api.as(late.firm, "auditor").get("/v1/dunning-notices").expect(200)).body.items;
    for (const id of [notice.id, newId()]) {
      const answer = await api.as(stranger, "auditor").get(`/v1/dunning-notices/${id}`);
      expect([answer.status, answer.body.type]).toEqual([404, "/problems/dunning-notice-not-found"]);
      await post("collector", `/v1/dunning-notices/${id}/withdrawal`, { reason: "x" }, stranger).expect(404);
    }
    await post("collector", "/v1/dunning-runs", { legalEntityId }, stranger).expect(404);
  });
});
