import { describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { query } from "@plumbline/platform/sql";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const period = { start: "2026-10-01", end: "2026-11-01" };
const waiting = () =>
  billedFirm(api.database.current.pool, {
    clients: 2,
    entries: [
      timeEntry("t8", { status: "submitted", hours: "1.00" }),
      timeEntry("t9", { status: "submitted", hours: "0.50", project_key: "p2" }),
    ],
  });

describe("POST /v1/time-approvals", () => {
  it("approves what was submitted in a period, of all projects or of those named", async () => {
    const { firm } = await waiting();
    const manager = api.as(firm, "manager");
    const [project] = await (
      await firm.as("auditor")
    )((scope) => query<{ id: string }>(scope.tx, "select id from projects where name = 'Project 2'"));
    const approve = async (body: object) => (await manager.post("/v1/time-approvals", body).expect(200)).body;
    const september = { start: "2026-09-01", end: "2026-10-01" };
    expect(await approve({ period: september })).toEqual({ entries: 0, minutes: 0 });
    expect(await approve({ period, projectIds: [newId()] })).toEqual({ entries: 0, minutes: 0 });
    expect(await approve({ period, projectIds: [project?.id] })).toEqual({ entries: 1, minutes: 30 });
    expect(await approve({ period })).toEqual({ entries: 1, minutes: 60 });
  });

  it("answers a retry as the first time", async () => {
    const { firm } = await waiting();
    const key = newId();
    for (const _ of [1, 2]) {
      const answer = await api.as(firm, "manager").post("/v1/time-approvals", { period }, key).expect(200);
      expect(answer.body).toEqual({ entries: 2, minutes: 90 });
    }
  });

  it("touches no work of another firm", async () => {
    const [ours, theirs] = [await waiting(), await waiting()];
    const [project] = await (
      await theirs.firm.as("auditor")
    )((scope) => query<{ id: string }>(scope.tx, "select id from projects where name = 'Project 2'"));
    const body = { period, projectIds: [project?.id] };
    const answer = await api.as(ours.firm, "manager").post("/v1/time-approvals", body).expect(200);
    expect(answer.body).toEqual({ entries: 0, minutes: 0 });
  });

  it("refuses whoever may not, and what it does not know", async () => {
    const { firm } = await waiting();
    await api.as(firm, "coordinator").post("/v1/time-approvals", { period }).expect(403);
    const answer = await api.as(firm, "manager").post("/v1/time-approvals", { period, all: true }).expect(422);
    expect(answer.body.errors).toMatchObject([{ field: "all" }]);
  });
});

describe("GET /v1/minute-balance", () => {
  it("has every approved minute in one place", async () => {
    const { firm } = await waiting();
    const { body } = await api.as(firm, "auditor").get("/v1/minute-balance").expect(200);
    expect(body).toMatchObject({ minutes: { drafted: 240, unbilled: 0, billed: 0 }, total: 240 });
    await api.as(firm, "manager").post("/v1/time-approvals", { period }).expect(200);
    const after = await api.as(firm, "auditor").get("/v1/minute-balance").expect(200);
    expect(after.body.total).toBe(330);
    await api.as(firm, "auditor").get("/v1/minute-balance?at=now").expect(422);
  });

  it("is closed to whoever may not see work", async () => {
    const { firm } = await waiting();
    await api.database.current.admin.query(
      "update memberships set roles = '{executive}' where tenant_id = $1 and key like 'auditor%'",
      [firm.tenantId],
    );
    const { status } = await api.as(firm, "auditor").get("/v1/minute-balance");
    expect(status).toBe(403);
  });
});
