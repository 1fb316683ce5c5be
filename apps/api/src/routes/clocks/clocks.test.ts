import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import type { ClockWire } from "@plumbline/contract/clock";
import type { Firm } from "@plumbline/testing/firm";
import { letWait, waitingFirm } from "@plumbline/testing/waiting-firm";
import { keepClocks } from "@plumbline/operations/clocks/keep-clocks";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
beforeAll(async () => {
  ({ firm } = await waitingFirm(api.database.current.pool, { clients: 2, client: { po_required: "yes" } }));
});

const list = async (query = "", who = "auditor", of = firm): Promise<ClockWire[]> =>
  (await api.as(of, who).get(`/v1/clocks${query}`).expect(200)).body.items;
/** The first of a list that must not be empty. */
const first = async (...asked: Parameters<typeof list>): Promise<ClockWire> => {
  const [clock] = await list(...asked);
  if (clock === undefined) throw new Error("no clock is listed");
  return clock;
};
const keep = async (of = firm) => (await of.as("clock-keeper"))(keepClocks);

describe("GET /v1/clocks", () => {
  it("lists what waits, most money first, also before a keeper saw it", async () => {
    const { admin } = api.database.current;
    const listed = await list();
    expect(listed).toHaveLength(4);
    expect(listed[0]).toMatchObject({ atStake: { currency: "EUR" }, lateSeconds: 0, steps: [] });
    const byWait = Map.groupBy(listed, ({ wait }) => wait);
    expect(byWait.get("exception.business.po-required")?.[0]).toMatchObject({
      waitsFor: "a cure by its owner",
      owner: "project_manager",
      subject: { kind: "exception", name: expect.stringContaining("purchase order") },
      client: { name: expect.any(String) },
      dueAt: expect.any(String),
    });
    const amounts = listed.map(({ atStake }) => Number(atStake?.amount));
    expect(amounts).toEqual(amounts.toSorted((one, other) => other - one));
    await letWait(admin, firm, "9 hours");
    expect(await list("?late=true")).toHaveLength(4);
    expect(await list("?late=false")).toEqual([]);
    expect((await first()).lateSeconds).toBeGreaterThanOrEqual(3_600);
  });

  it("says what was done meanwhile, and on whom it waits since", async () => {
    await keep();
    const exception = await first("?owner=practice_lead");
    expect(exception).toMatchObject({
      wait: "exception.business.po-required",
      steps: [
        { does: "remind", to: "project_manager", lateSeconds: expect.any(Number) },
        { does: "escalate", to: "practice_lead" },
      ],
    });
    expect(exception.steps[0]?.lateSeconds).toBeGreaterThanOrEqual(5 * 3_600);
    expect(await list("?owner=controller")).toEqual([]);
  });

  it("reads page by page", async () => {
    const page = await api.as(firm, "auditor").get("/v1/clocks?limit=3").expect(200);
    const rest = await api.as(firm, "auditor").get(`/v1/clocks?limit=3&cursor=${page.body.next}`).expect(200);
    const ids = [...page.body.items, ...rest.body.items].map(({ id }: { id: string }) => id);
    expect([new Set(ids).size, rest.body.next]).toEqual([4, undefined]);
  });
});

describe("a pause", () => {
  it("lets a clock stand still and run on with what was left", async () => {
    const { firm: of, ids } = await waitingFirm(api.database.current.pool);
    await letWait(api.database.current.admin, of, "3 hours");
    await keep(of);
    const clock = await first("", "auditor", of);
    const path = `/v1/clocks/${clock.id}`;
    await api.as(of, "auditor").post(`${path}/pause`, { reason: "asked" }).expect(403);
    await api.as(of, "coordinator").post(`${path}/pause`, {}).expect(422);
    await api.as(of, "coordinator").post(`/v1/clocks/${newId()}/pause`, { reason: "asked" }).expect(404);
    await api.as(of, "coordinator").post(`${path}/resumption`).expect(409);
    const paused = await api.as(of, "coordinator").post(`${path}/pause`, { reason: "Ms Roth checks" }).expect(201);
    expect(paused.body).toMatchObject({ paused: { reason: "Ms Roth checks", by: "Cora Coordinator" }, lateSeconds: 0 });
    expect(paused.body.dueAt).toBeUndefined();
    await api.as(of, "coordinator").post(`${path}/pause`, { reason: "again" }).expect(409);
    expect((await api.as(of, "auditor").get(`/v1/invoices/${ids[0]}`).expect(200)).body.clock).toEqual({
      waitsFor: "submission",
      owner: "billing_coordinator",
      late: false,
      pausedFor: "Ms Roth checks",
    });
    const { admin } = api.database.current;
    await admin.query("set session_replication_role = replica");
    await admin.query("update clock_pauses set paused_at = now() - interval '2 hours' where clock_id = $1", [clock.id]);
    await admin.query("set session_replication_role = origin");
    const resumed = await api.as(of, "coordinator").post(`${path}/resumption`).expect(201);
    const moved = Date.parse(resumed.body.dueAt) - Date.parse(clock.dueAt ?? "");
    expect(Math.round(moved / 60_000)).toBe(120);
    await keep(of);
    expect((await first("", "auditor", of)).dueAt).toBe(resumed.body.dueAt);
  });
});

describe("/v1/sla-policies", () => {
  const policy = {
    wait: "draft.submission",
    hours: 2,
    steps: [
      { does: "remind", percent: 50 },
      { does: "delegate", percent: 100 },
      { does: "escalate", percent: 300, to: "controller" },
    ],
  };

  it("holds for what starts to wait from then on, and for nothing that waits already", async () => {
    const { firm: of, ids } = await waitingFirm(api.database.current.pool);
    const before = await first("", "auditor", of);
    const recorded = await api.as(of, "controller").post("/v1/sla-policies", policy).expect(201);
    expect(recorded.body).toMatchObject({
      ...policy,
      owner: "billing_coordinator",
      recorded: { by: "Carl Controller" },
    });
    const { items } = (await api.as(of, "auditor").get("/v1/sla-policies").expect(200)).body;
    expect(items).toHaveLength(10);
    expect(items[0]).toEqual(recorded.body);
    expect((await first("", "auditor", of)).dueAt).toBe(before.dueAt);
    await api.as(of, "coordinator").post(`/v1/invoices/${ids[0]}/submission`, {}).expect(200);
    const sent = { reason: "Once more" };
    await api.as(of, "manager").post(`/v1/invoices/${ids[0]}/return`, sent);
    const after = await first("", "auditor", of);
    expect(after.wait).toBe("draft.submission");
    expect(Date.parse(after.dueAt ?? "") - Date.parse(after.since)).toBe(2 * 3_600_000);
  });

  it.each([
    ["an unknown wait", { wait: "lunch" }, "wait", "“lunch” is none of"],
    ["no time", { hours: 0 }, "hours", "is not a whole number from 1 to 2000"],
    [
      "steps out of order",
      { steps: [policy.steps[1], policy.steps[0]] },
      "steps.1.percent",
      "50 does not come after 100",
    ],
    [
      "an owner who may not",
      { owner: "auditor" },
      "owner",
      "“auditor” may not do what is waited for: that needs invoice.submit",
    ],
    [
      "an owner of an exception",
      { wait: "exception.business.po-required", owner: "practice_lead" },
      "owner",
      "is named by the rule",
    ],
    [
      "a reminder of others",
      { steps: [{ does: "remind", percent: 50, to: "controller" }] },
      "steps.0.to",
      "its owner is reminded",
    ],
    ["nobody above", { steps: [{ does: "escalate", percent: 100 }] }, "steps.0.to", "say who takes it over"],
    [
      "a step to whom has it",
      { steps: [{ does: "escalate", percent: 100, to: "billing_coordinator" }] },
      "steps.0.to",
      "“billing_coordinator” has it already",
    ],
  ])("refuses %s, naming it in a sentence", async (_, more, field, reason) => {
    const refused = await api
      .as(firm, "controller")
      .post("/v1/sla-policies", { ...policy, ...more })
      .expect(422);
    expect(refused.body).toMatchObject({
      type: "/problems/sla-policy-refused",
      errors: [{ field, reason: expect.stringContaining(reason) }],
    });
  });

  it("is for those who may set them", async () => {
    const refused = await api.as(firm, "coordinator").post("/v1/sla-policies", policy).expect(403);
    expect(refused.body.type).toBe("/problems/permission-missing");
    await api
      .as(firm, "controller")
      .post("/v1/sla-policies", { ...policy, steps: [{ does: "shout", percent: 1 }] })
      .expect(422);
  });
});
