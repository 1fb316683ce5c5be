import { describe, expect, it } from "vitest";
import type { ClosureItem } from "@plumbline/domain/engagement/closure";
import type { EngagementId, Id, ProjectId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { day, time, useChangingFirm } from "@plumbline/testing/changing-firm";
import type { Firm } from "@plumbline/testing/firm";
import { closeEngagement } from "./close-engagement.ts";
import { findClosureChecklist } from "./find-closure-checklist.ts";
import { reopenEngagement } from "./reopen-engagement.ts";

const { at, close, draft, firmWith, lines, quarantined, rows, sign } = useChangingFirm();

const on = day("2026-11-20");
const shut = async (firm: Firm, engagementId: EngagementId, more: { projectId?: ProjectId } = {}) =>
  (await firm.as("controller"))((scope) =>
    closeEngagement(scope, { engagementId, on, reason: "handed over", ...more }),
  );
const reopen = async (firm: Firm, closureId: Id<"closure">, who: "controller" | "lead" = "lead") =>
  (await firm.as(who))((scope) => reopenEngagement(scope, { closureId, reason: "a last inspection" }));
const checklist = async (firm: Firm, engagementId: EngagementId) =>
  (await firm.as("auditor"))((scope) => findClosureChecklist(scope, { engagementId, on }));
const refused = async (work: Promise<unknown>) =>
  work.then(
    () => "nothing was refused",
    (error: unknown) => {
      if (!(error instanceof Problem)) throw error as Error;
      const errors = (error.extra["errors"] ?? []) as { code: string }[];
      return [error.kind, ...errors.map(({ code }) => code)];
    },
  );

describe("closing an engagement", () => {
  it("bills what is unbilled up to the day, however old, and takes no work from then on until another reopens it", async () => {
    const { firm, engagement } = await firmWith();
    await firm.take("time_entries", [time("old", "2026-03-02", "1"), time("new", "2026-11-20", "2")]);
    expect((await checklist(firm, engagement)).items).toMatchObject([{ item: "unbilled_work", count: 2 }]);
    const closureId = await shut(firm, engagement);
    expect((await lines(firm)).map(({ net_minor }) => net_minor)).toEqual(["30000"]);
    expect(await checklist(firm, engagement)).toMatchObject({
      closable: false,
      because: ["closed_already"],
      items: [{ item: "drafts_open", blocks: false, count: 1 }],
      closures: [{ on, closed: { by: "Carl Controller", reason: "handed over" }, finalBill: [expect.any(String)] }],
    });
    await firm.take("time_entries", [time("late", "2026-11-19", "1"), time("new", "2026-11-20", "3")]);
    const reason = "E-1 was closed on 2026-11-20 and takes no more work: reopen it, or leave the work out";
    expect(await quarantined(firm)).toEqual([
      `row: the database refuses it: engagement ${reason}`,
      `row: the database refuses it: engagement ${reason}`,
    ]);
    expect(await refused(reopen(firm, closureId, "controller"))).toEqual(["duties-not-separate"]);
    await reopen(firm, closureId);
    expect(await refused(reopen(firm, closureId))).toEqual(["closure-reopened"]);
    await firm.take("time_entries", [time("later", "2026-11-19", "1")]);
    expect(await quarantined(firm)).toHaveLength(2);
    await close(firm, "2026-11");
    expect((await lines(firm)).map(({ net_minor }) => net_minor)).toEqual(["30000", "10000"]);
    await shut(firm, engagement);
    expect((await checklist(firm, engagement)).closures).toMatchObject([{ on }, { reopened: { by: "Lena Lead" } }]);
  });

  it("says everything that would be lost, and changes nothing", async () => {
    const { firm, engagement, project } = await firmWith({
      fee_amount: "10000.00",
      fee_instalments: "40% on 2026-10-15 | 60% on 2026-12-15",
    });
    await firm.take("time_entries", [
      { ...time("asked", "2026-11-02", "1"), status: "submitted" },
      time("after", "2026-11-21", "1"),
    ]);
    await firm.take("subscriptions", [
      {
        subscription_key: "s",
        engagement_key: "e1",
        name: "Access",
        price: "50.00",
        quantity: "1",
        starts_on: "2026-11-01",
      },
    ]);
    await draft(firm, {
      engagement,
      from: "2026-11-01",
      amends: { projectCaps: [{ projectId: project, cap: { minutes: 6000 } }] },
    });
    const items: ClosureItem[] = [
      "work_after",
      "fee_to_come",
      "time_not_approved",
      "agreements_running",
      "change_orders_unsigned",
    ];
    expect((await checklist(firm, engagement)).because).toEqual(items);
    expect(await refused(shut(firm, engagement))).toEqual(["closure-refused", ...items]);
    expect(await lines(firm)).toEqual([]);
    expect(await rows(firm, "select 1 from billing_runs where tenant_id = $1")).toEqual([]);
  });

  it("is not done while work cannot be billed, and names why", async () => {
    const { firm, engagement } = await firmWith();
    await firm.take("time_entries", [{ ...time("t", "2026-11-02", "1"), role: "Unheard of" }]);
    expect(await refused(shut(firm, engagement))).toEqual(["closure-refused", "work_held"]);
    expect(await rows(firm, "select 1 from closures where tenant_id = $1")).toEqual([]);
  });

  it("is for a day that has come", async () => {
    at("2026-11-20T10:00:00Z");
    const { firm, engagement: engagementId } = await firmWith();
    const tomorrow = { engagementId, on: day("2026-11-21"), reason: "x" };
    const controller = await firm.as("controller");
    expect(await refused(controller((scope) => closeEngagement(scope, tomorrow)))).toEqual([
      "closure-refused",
      "day_ahead",
    ]);
  });

  it("of one project leaves the others open", async () => {
    const { firm, engagement, project } = await firmWith();
    await firm.take("projects", [{ project_key: "p2", engagement_key: "e1", name: "Quay" }]);
    const other = (key: string) => ({ ...time(key, "2026-11-03", "3"), project_key: "p2" });
    await firm.take("time_entries", [time("t1", "2026-11-03", "1"), other("t2")]);
    await shut(firm, engagement, { projectId: project as ProjectId });
    expect((await lines(firm)).map(({ net_minor }) => net_minor)).toEqual(["10000"]);
    await firm.take("time_entries", [time("t3", "2026-11-04", "1"), other("t4")]);
    expect(await quarantined(firm)).toEqual([expect.stringContaining("project Crane was closed on 2026-11-20")]);
  });

  it("brings nothing more by time alone, and no change order", async () => {
    const { firm, engagement } = await firmWith({
      bucket_hours: "10",
      bucket_price: "900.00",
      bucket_every: "month",
      bucket_starts_on: "2026-10-01",
    });
    const order = await draft(firm, {
      engagement,
      from: "2026-11-01",
      charge: { description: "Survey", minor: 1000n },
    });
    await sign(firm, order);
    await shut(firm, engagement);
    const billed = (await lines(firm)).map(({ net_minor }) => net_minor);
    expect(billed).toEqual(["90000", "90000", "1000"]);
    at("2027-01-04T10:00:00Z");
    await close(firm, "2026-12");
    expect((await lines(firm)).map(({ net_minor }) => net_minor)).toEqual(billed);
    const late = draft(firm, {
      number: "9",
      engagement,
      from: "2026-11-01",
      charge: { description: "More", minor: 1n },
    });
    expect(await refused(late)).toEqual(["engagement-closed"]);
  });
});
