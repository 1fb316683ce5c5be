import { describe, expect, it } from "vitest";
import type { Amendments } from "@plumbline/domain/engagement/change-order";
import { refusal, time, useChangingFirm } from "@plumbline/testing/changing-firm";

const { at, close, draft, firmWith, lines, rows, sign, signed } = useChangingFirm();

describe("a change order of limits", () => {
  it("lifts a cap from its day on, says so on the line, and leaves what was issued as it was", async () => {
    const { firm, engagement: id } = await firmWith({ cap_amount: "1000.00" });
    await firm.take("time_entries", [time("t1", "2026-10-05", "8"), time("t2", "2026-10-06", "8")]);
    await close(firm, "2026-10");
    expect(await lines(firm)).toMatchObject([
      { net_minor: "100000", because: expect.stringContaining("the cap of 1000.00 EUR leaves") },
    ]);
    const order = await draft(firm, { engagement: id, from: "2026-11-01", amends: { cap: { amountMinor: "120000" } } });
    await close(firm, "2026-10");
    expect(await lines(firm)).toHaveLength(1);
    await sign(firm, order);
    at("2026-12-03T10:00:00Z");
    await close(firm, "2026-11");
    expect((await lines(firm)).slice(1)).toMatchObject([
      {
        net_minor: "20000",
        because: expect.stringContaining(
          "the cap of 1200.00 EUR, as amended by change order 3 of 2026-11-12 leaves room",
        ),
      },
    ]);
  });

  it("counts from its day on and not before, and is counted once", async () => {
    const { firm, engagement: id } = await firmWith({ cap_amount: "500.00" });
    await firm.take("time_entries", [time("t1", "2026-10-05", "8")]);
    await signed(firm, { engagement: id, from: "2026-12-01", amends: { cap: { amountMinor: "70000" } } });
    await close(firm, "2026-10");
    expect(await lines(firm)).toMatchObject([{ net_minor: "50000" }]);
    at("2027-01-04T10:00:00Z");
    await close(firm, "2026-12");
    await close(firm, "2026-12");
    expect((await lines(firm)).slice(1)).toMatchObject([{ net_minor: "20000" }]);
  });

  it("of a future reduction never takes back what was billed before its day", async () => {
    const { firm, engagement: id } = await firmWith({ cap_amount: "1000.00" });
    await signed(firm, { engagement: id, from: "2026-12-01", amends: { cap: { amountMinor: "30000" } } });
    await firm.take("time_entries", [time("t1", "2026-11-05", "8"), time("t2", "2026-12-01", "1")]);
    at("2026-12-01T08:00:00Z");
    await close(firm, "2026-11");
    at("2027-01-04T10:00:00Z");
    await close(firm, "2026-12");
    expect(await lines(firm)).toMatchObject([{ net_minor: "80000" }]);
    expect(await rows(firm, "select total, used from limits where tenant_id = $1 and measure = 'money'")).toEqual([
      { total: "80000", used: "80000" },
    ]);
  });

  it("below what is billed is refused, with the figures", async () => {
    const {
      firm,
      engagement: id,
      project,
    } = await firmWith({ cap_hours: "20", po_number: "PO-1", po_amount: "5000.00" });
    await firm.take("time_entries", [time("t1", "2026-10-05", "8")]);
    await close(firm, "2026-10");
    const amends: Amendments = {
      cap: { minutes: 300 },
      orders: [{ number: "PO-1", amountMinor: "79999" }],
      rates: [{ projectId: id, role: "Senior", priceMinor: "1" }],
    };
    expect(await refusal(draft(firm, { engagement: id, from: "2026-11-01", amends }))).toEqual([
      "change-order-refused",
      "rates.0.projectId: is no project of the engagement",
    ]);
    const { rates: _, ...less } = amends;
    expect(await refusal(draft(firm, { engagement: id, from: "2026-11-01", amends: less }))).toEqual([
      "change-order-refused",
      "cap.hours: is less than the 8 h that are drafted or billed under it already",
      "orders.0.amount: is less than the 800.00 EUR that are drafted or billed under it already",
    ]);
    await signed(firm, {
      engagement: id,
      from: "2026-11-01",
      amends: {
        orders: [{ number: "PO-1", amountMinor: "80000" }],
        projectCaps: [{ projectId: project, cap: { minutes: 600 } }],
      },
    });
    expect(await rows(firm, "select amount_minor from purchase_orders where tenant_id = $1")).toEqual([
      { amount_minor: "80000" },
    ]);
    expect(
      await rows(
        firm,
        "select total from limits where tenant_id = $1 and project_id is not null and total is not null",
      ),
    ).toEqual([{ total: "600" }]);
  });
});
