import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let legalEntityId: string;
beforeAll(async () => {
  ({ firm } = await issuedFirm(api.database.current.pool));
  const sql = "select id from legal_entities where tenant_id = $1";
  const { rows } = await api.database.current.admin.query(sql, [firm.tenantId]);
  legalEntityId = rows[0].id;
});
const month = "2026-01";
const checklist = (who: "auditor" | "coordinator", of = month) =>
  api.as(firm, who).get(`/v1/legal-entities/${legalEntityId}/close-checklist?month=${of}`);

describe("the books of a month", () => {
  it("are closed once per key, by who may, and reopened by a second person", async () => {
    expect((await checklist("auditor").expect(200)).body).toMatchObject({ month, closable: true, because: [] });
    await checklist("coordinator").expect(403);
    const body = { legalEntityId, month };
    await api.as(firm, "finance").post("/v1/month-closes", body).expect(403);
    const key = newId();
    const closed = await api.as(firm, "controller").post("/v1/month-closes", body, key).expect(201);
    expect((await api.as(firm, "controller").post("/v1/month-closes", body, key).expect(201)).body).toEqual(
      closed.body,
    );
    const again = await api.as(firm, "controller").post("/v1/month-closes", body).expect(409);
    expect(again.body).toMatchObject({ type: "/problems/close-refused", errors: [{ code: "closed_already" }] });
    expect((await checklist("auditor").expect(200)).body).toMatchObject({ lockedOn: "2026-01-31", closable: false });

    const at = closed.headers["location"] ?? "";
    const reopen = (who: "controller" | "finance" | "auditor") =>
      api.as(firm, who).post(`${at}/reopening`, { reason: "A late bill" });
    await reopen("auditor").expect(403);
    expect((await reopen("controller").expect(201)).body).toMatchObject({ reopeningAsked: { reason: "A late bill" } });
    expect((await reopen("controller").expect(403)).body.type).toBe("/problems/duties-not-separate");
    expect((await reopen("finance").expect(201)).body).toMatchObject({ reopened: { by: "Finn Finance" } });
    expect((await api.as(firm, "auditor").get(at).expect(200)).body).toMatchObject({ month, reopened: {} });
    expect((await api.as(firm, "auditor").get("/v1/month-closes").expect(200)).body.items).toHaveLength(1);
    expect((await reopen("finance").expect(409)).body.type).toBe("/problems/reopening-refused");
  });

  it("are a firm's own, and take no unknown member and no month that is none", async () => {
    const controller = api.as(firm, "controller");
    await controller.post("/v1/month-closes", { legalEntityId, month, force: true }).expect(422);
    const none = await checklist("auditor", "2026-13").expect(422);
    expect(none.body.type).toBe("/problems/request-invalid");
    const other = await newFirm(api.database.current.pool);
    for (const [who, id] of [
      [api.as(other, "controller"), legalEntityId],
      [controller, newId()],
    ] as const) {
      await who.post("/v1/month-closes", { legalEntityId: id, month }).expect(404);
      await who.get(`/v1/legal-entities/${id}/close-checklist?month=${month}`).expect(404);
      await who.get(`/v1/month-closes/${id}`).expect(404);
      await who.post(`/v1/month-closes/${id}/reopening`, { reason: "x" }).expect(404);
    }
  });
});
