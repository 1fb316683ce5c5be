import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let ids: { readonly engagement: string; readonly project: string };
beforeAll(async () => {
  ({ firm } = await issuedFirm(api.database.current.pool));
  const { rows } = await api.database.current.admin.query(
    "select id as project, engagement_id as engagement from projects where tenant_id = $1 order by id limit 1",
    [firm.tenantId],
  );
  ids = rows[0];
});

const body = { on: "2026-10-31", reason: "handed over" };
const at = (more: string, id = ids.engagement) => `/v1/engagements/${id}/closure${more}`;

it("is closed once per key, by who may, and reopened by a second person", async () => {
  const before = await api.as(firm, "auditor").get(at("?on=2026-10-31")).expect(200);
  expect(before.body).toMatchObject({ closable: true, because: [], closures: [] });
  await api.as(firm, "coordinator").post(at("s"), body).expect(403);
  const [controller, key] = [api.as(firm, "controller"), newId()];
  const closed = await controller.post(at("s"), body, key).expect(201);
  expect(closed.body).toMatchObject({ on: "2026-10-31", closed: { by: "Carl Controller", reason: "handed over" } });
  expect((await controller.post(at("s"), body, key).expect(201)).body).toEqual(closed.body);
  const again = await controller.post(at("s"), body).expect(409);
  expect(again.body).toMatchObject({ type: "/problems/closure-refused", errors: [{ code: "closed_already" }] });
  const reopen = (who: "controller" | "lead" | "finance") =>
    api.as(firm, who).post(`/v1/closures/${closed.body.id}/reopening`, { reason: "once more" });
  await reopen("finance").expect(403);
  expect((await reopen("controller").expect(403)).body.type).toBe("/problems/duties-not-separate");
  expect((await reopen("lead").expect(201)).body).toMatchObject({ reopened: { by: "Lena Lead", reason: "once more" } });
  expect((await reopen("lead").expect(409)).body.type).toBe("/problems/closure-reopened");
});

it("is a firm's own, and takes no unknown member and no project of another engagement", async () => {
  const controller = api.as(firm, "controller");
  await controller.post(at("s"), { ...body, force: true }).expect(422);
  const mismatch = await controller.post(at("s"), { ...body, projectId: newId() }).expect(404);
  expect(mismatch.body.type).toBe("/problems/engagement-not-found");
  const other = await newFirm(api.database.current.pool);
  for (const [who, id] of [
    [api.as(other, "controller"), ids.engagement],
    [controller, newId()],
  ] as const) {
    await who.get(at("", id)).expect(404);
    await who.post(at("s", id), body).expect(404);
    await who.post(`/v1/closures/${id}/reopening`, { reason: "x" }).expect(404);
  }
});
