import { describe, expect, it } from "vitest";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const period = { start: "2026-10-01", end: "2026-11-01" };
const path = "/v1/billing-runs";

describe("POST /v1/billing-runs", () => {
  it("queues a run that the worker can take, and says where to look", async () => {
    const firm = await newFirm(api.database.current.pool);
    const answer = await api.as(firm, "coordinator").post(path, { period }).expect(201);
    expect(answer.body).toMatchObject({
      state: "queued",
      period,
      startedBy: "Cora Coordinator",
      cancelRequested: false,
    });
    expect(answer.headers["location"]).toBe(`${path}/${answer.body.id}`);
    await runBilling(await firm.as("billing-runner"), { billingRunId: answer.body.id });
    const { body } = await api
      .as(firm, "auditor")
      .get(answer.headers["location"] as string)
      .expect(200);
    expect(body).toMatchObject({ state: "done", drafts: 0, finishedAt: expect.any(String) });
  });

  it("lets one run at a time, also of two who ask at the same moment", async () => {
    const firm = await newFirm(api.database.current.pool);
    const answers = await Promise.all([1, 2].map(() => api.as(firm, "coordinator").post(path, { period })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const [started, refused] = answers.toSorted((a, b) => a.status - b.status);
    expect(refused?.body).toMatchObject({ type: "/problems/billing-run-in-progress", billingRunId: started?.body.id });
  });

  it("starts one run however often it is asked with one key", async () => {
    const firm = await newFirm(api.database.current.pool);
    const key = newId();
    const first = await api.as(firm, "coordinator").post(path, { period }, key).expect(201);
    const again = await api.as(firm, "coordinator").post(path, { period }, key).expect(201);
    expect(again.text).toBe(first.text);
    expect((await api.as(firm, "auditor").get(path)).body.items).toHaveLength(1);
  });

  it("refuses a period without a day, a member it does not know, and whoever may not", async () => {
    const firm = await newFirm(api.database.current.pool);
    const backwards = { start: "2026-11-01", end: "2026-10-01" };
    const fieldOf = async (body: object) =>
      (await api.as(firm, "coordinator").post(path, body).expect(422)).body.errors[0].field;
    expect(await fieldOf({ period: backwards })).toBe("period.end");
    expect(await fieldOf({ period, force: true })).toBe("force");
    expect(await fieldOf({})).toBe("period");
    await api.as(firm, "finance").post(path, { period }).expect(403);
  });
});

describe("GET /v1/billing-runs", () => {
  it("lists runs in pages, newest first, and by state", async () => {
    const { firm, billingRunId } = await billedFirm(api.database.current.pool);
    const queued = (await api.as(firm, "coordinator").post(path, { period }).expect(201)).body.id;
    const list = async (search: string) => (await api.as(firm, "auditor").get(`${path}${search}`).expect(200)).body;
    const first = await list("?limit=1");
    expect(first.items).toMatchObject([{ id: queued }]);
    expect((await list(`?limit=1&cursor=${first.next}`)).items).toMatchObject([
      { id: billingRunId, state: "done", clientsTotal: 1, clientsDone: 1, entries: 1, drafts: 1 },
    ]);
    expect((await list("?state=queued")).items).toHaveLength(1);
    await api.as(firm, "auditor").get(`${path}?state=lost`).expect(422);
  });
});

describe("POST /v1/billing-runs/{billingRunId}/cancellation", () => {
  it("stops a run that waits, and refuses one that is over", async () => {
    const { firm, billingRunId } = await billedFirm(api.database.current.pool);
    const coordinator = api.as(firm, "coordinator");
    const { id } = (await coordinator.post(path, { period }).expect(201)).body;
    const cancelled = await coordinator.post(`${path}/${id}/cancellation`).expect(200);
    expect(cancelled.body).toMatchObject({ id, state: "cancelled", cancelRequested: true });
    for (const over of [id, billingRunId]) {
      const refused = await coordinator.post(`${path}/${over}/cancellation`).expect(409);
      expect(refused.body.type).toBe("/problems/billing-run-move-refused");
    }
    await api.as(firm, "auditor").post(`${path}/${id}/cancellation`).expect(403);
    await coordinator.post(`${path}/${id}/cancellation`, { now: true }).expect(422);
  });

  it("knows no run of another firm", async () => {
    const { billingRunId } = await billedFirm(api.database.current.pool);
    const other = await newFirm(api.database.current.pool);
    for (const id of [billingRunId, newId()]) {
      for (const answer of [
        await api.as(other, "auditor").get(`${path}/${id}`),
        await api.as(other, "coordinator").post(`${path}/${id}/cancellation`),
      ]) {
        expect(answer.body).toMatchObject({ status: 404, type: "/problems/billing-run-not-found" });
        expect(answer.text).not.toContain("done");
      }
    }
  });
});
