import { beforeAll, describe, expect, it } from "vitest";
import type { LegalEntityId } from "@plumbline/domain/id";
import { newId } from "@plumbline/platform/new-id";
import { newFirm } from "@plumbline/testing/firm";
import { lateFirm } from "@plumbline/testing/late-firm";
import { todayInFirm } from "@plumbline/testing/today";
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

describe("promises", () => {
  it("are recorded with who said what, listed by what became of them, and withdrawn", async () => {
    const [invoice] = late.invoices;
    const dueOn = todayInFirm(9);
    const body = { invoiceIds: [invoice?.id], amount: eur("100.00"), dueOn, said: "Ms Roth, by telephone" };
    await post("auditor", "/v1/promises", body).expect(403);
    await post("collector", "/v1/promises", { ...body, said: "" }).expect(422);
    await post("collector", "/v1/promises", { ...body, kept: true }).expect(422);
    const recorded = await post("collector", "/v1/promises", body).expect(201);
    expect(recorded.body).toMatchObject({ amount: eur("100.00"), paid: eur("0.00"), state: "open", dueOn });
    await post("collector", "/v1/promises", body).expect(422);
    const listed = async (state: string) =>
      (await api.as(late.firm, "auditor").get(`/v1/promises?state=${state}`).expect(200)).body.items;
    expect(await listed("open")).toEqual([recorded.body]);
    expect(await listed("broken")).toEqual([]);
    const path = `/v1/promises/${recorded.body.id}`;
    const stranger = await newFirm(api.database.current.pool);
    await api.as(stranger, "collector").get(path).expect(404);
    await post("collector", `${path}/withdrawal`, { reason: "x" }, stranger).expect(404);
    const withdrawn = await post("collector", `${path}/withdrawal`, { reason: "another week" }).expect(201);
    expect(withdrawn.body).toMatchObject({ state: "withdrawn", withdrawn: { reason: "another week" } });
    expect((await api.as(late.firm, "auditor").get(path).expect(200)).body).toEqual(withdrawn.body);
  });
});

describe("interest", () => {
  const interest = {
    rate: { base: "bgb-247", pointsBasisPoints: 900, baseFloorBasisPoints: 0 },
    dayCount: "act/360",
    from: "due_date",
    compensation: eur("40.00"),
  };

  it("is agreed, proposed with its lines, charged or waived", async () => {
    const agreed = await post("controller", "/v1/collecting-terms", terms({ interest })).expect(201);
    expect(agreed.body.interest).toEqual(interest);
    const other = { ...interest, compensation: { amount: "40.00", currency: "USD" } };
    const refused = await post("controller", "/v1/collecting-terms", terms({ interest: other })).expect(422);
    expect(refused.body.errors).toMatchObject([{ field: "interest.compensation" }]);
    expect((await post("collector", "/v1/interest-runs", {}).expect(422)).body.type).toBe("/problems/interest-refused");
    const rate = { name: "bgb-247", startsOn: "2020-01-01", basisPoints: -88 };
    await post("collector", "/v1/base-rates", rate).expect(403);
    await post("controller", "/v1/base-rates", { ...rate, percent: "1" }).expect(422);
    const recorded = await post("controller", "/v1/base-rates", rate).expect(201);
    expect((await api.as(late.firm, "auditor").get("/v1/base-rates?name=bgb-247").expect(200)).body.items).toEqual([
      recorded.body,
    ]);
    await post("auditor", "/v1/interest-runs", {}).expect(403);
    const run = await post("collector", "/v1/interest-runs", {}).expect(201);
    expect(run.body).toMatchObject({ claimIds: expect.any(Array), waiting: 0 });
    const [first, second] = run.body.claimIds as string[];
    const shown = await api.as(late.firm, "auditor").get(`/v1/interest-claims/${first}`).expect(200);
    expect(shown.body).toMatchObject({ compensation: eur("40.00"), lines: [{ basisPoints: 900 }], state: "proposed" });
    const charge = (id: string | undefined) => post("collector", `/v1/interest-claims/${id}/charge`, {});
    expect((await charge(first).expect(201)).body).toMatchObject({ state: "charged", decidedBy: "Cleo Collector" });
    await charge(first).expect(409);
    await charge(newId()).expect(404);
    const waiver = `/v1/interest-claims/${second}/waiver`;
    await post("collector", waiver, { reason: "holiday" }).expect(403);
    await post("controller", waiver, {}).expect(422);
    expect((await post("controller", waiver, { reason: "holiday" }).expect(201)).body).toMatchObject({
      state: "waived",
    });
    const listed = await api.as(late.firm, "auditor").get("/v1/interest-claims?state=waived").expect(200);
    expect(listed.body.items).toMatchObject([{ id: second, reason: "holiday" }]);
    const stranger = await newFirm(api.database.current.pool);
    await api.as(stranger, "auditor").get(`/v1/interest-claims/${first}`).expect(404);
    await post("controller", waiver, { reason: "holiday" }, stranger).expect(404);
  });
});
