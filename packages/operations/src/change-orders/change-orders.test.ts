import { describe, expect, it } from "vitest";
import { day, refusal, sha256, time, useChangingFirm } from "@plumbline/testing/changing-firm";

const { at, close, draft, firmWith, lines, quarantined, rows, signed } = useChangingFirm();

describe("a change order", () => {
  it("bills its own sum once, with its number, its day and its proof", async () => {
    const { firm, engagement: id } = await firmWith();
    await signed(firm, {
      engagement: id,
      from: "2026-11-15",
      charge: { description: "Second site survey", minor: 400_000n },
    });
    at("2026-12-03T10:00:00Z");
    await close(firm, "2026-11");
    await close(firm, "2026-11");
    expect(await lines(firm)).toMatchObject([
      {
        description: "Second site survey",
        net_minor: "400000",
        because:
          "Agreed by change order 3, signed on 2026-11-12 and in force from 2026-11-15, proven by co-3.pdf (SHA-256 aaaaaaaaaaaa…)",
      },
    ]);
  });

  it("amends a fee as to what is to come, and prices and days of milestones that are not billed", async () => {
    const fee = { flat_rate: "yes", fee_amount: "10000.00", fee_instalments: "40% on 2026-10-15 | 60% on 2026-12-15" };
    const { firm, engagement: id } = await firmWith(fee);
    const milestone = {
      milestone_key: "m1",
      engagement_key: "e1",
      project_key: "p1",
      name: "Freeze",
      amount: "20000.00",
      due_date: "2026-10-31",
    };
    await firm.take("milestones", [milestone]);
    await close(firm, "2026-10");
    const [milestoneRow] = await rows(firm, "select id from milestones where tenant_id = $1");
    const milestoneId = milestoneRow?.["id"] ?? "";
    const instalment = (dueOn: string, amountMinor: string) => ({ dueOn: day(dueOn), amountMinor });
    const wrong = {
      amountMinor: "1200000",
      instalments: [instalment("2026-10-15", "300000"), instalment("2026-12-15", "900000")],
    };
    expect(await refusal(draft(firm, { engagement: id, from: "2026-11-01", amends: { fee: wrong } }))).toEqual([
      "change-order-refused",
      "fee: instalment 1, 4000.00 EUR due on 2026-10-15, was billed on invoice F-2026-00001 and must stay",
    ]);
    const right = {
      amountMinor: "1200000",
      instalments: [instalment("2026-10-15", "400000"), instalment("2026-12-15", "800000")],
    };
    await signed(firm, {
      engagement: id,
      from: "2026-11-01",
      amends: { fee: right, milestones: [{ milestoneId, amountMinor: "2500000", dueOn: day("2026-12-10") }] },
    });
    // The acceptance comes from a source that knows nothing of the order, and then from one that does.
    const proven = { accepted_on: "2026-12-11", evidence: "a.pdf", evidence_sha256: sha256 };
    await firm.take("milestones", [{ ...milestone, ...proven }]);
    expect(await quarantined(firm)).toEqual([
      "amount: was amended to 25000.00 EUR due on 2026-12-10 by change order 3 of 2026-11-12; change it by another",
    ]);
    await firm.take("milestones", [{ ...milestone, ...proven, amount: "25000.00", due_date: "2026-12-10" }]);
    at("2027-01-04T10:00:00Z");
    await close(firm, "2026-12");
    expect((await lines(firm)).slice(1)).toMatchObject([
      {
        net_minor: "800000",
        because:
          "Agreed part of the fixed fee of 12000.00 EUR, due on 2026-12-15 under the engagement's terms, as amended by change order 3 of 2026-11-12",
      },
      {
        net_minor: "2500000",
        because: expect.stringContaining(
          "Agreed at 25000.00 EUR, as amended by change order 3 of 2026-11-12; accepted on 2026-12-11",
        ),
      },
    ]);
  });

  it("prices hours from its day on; those before keep their price", async () => {
    const { firm, engagement: id, project } = await firmWith();
    await signed(firm, {
      engagement: id,
      from: "2026-11-10",
      amends: { rates: [{ projectId: project, role: "Senior", priceMinor: "12000" }] },
    });
    await firm.take("time_entries", [time("t1", "2026-11-09", "1"), time("t2", "2026-11-10", "1")]);
    at("2026-12-03T10:00:00Z");
    await close(firm, "2026-11");
    expect((await lines(firm)).map(({ net_minor, because }: Record<string, string>) => [net_minor, because])).toEqual([
      ["10000", expect.not.stringContaining("amended")],
      [
        "12000",
        expect.stringContaining(
          "120.00 EUR per hour from the project's rate for the role, in force since 2026-11-10, as amended by change order 3 of 2026-11-12",
        ),
      ],
    ]);
    expect(
      await refusal(
        draft(firm, {
          number: "4",
          engagement: id,
          from: "2026-11-10",
          amends: { rates: [{ projectId: project, role: "Senior", priceMinor: "1" }] },
        }),
      ),
    ).toEqual(["change-order-refused", "rates.0: overlaps the rate of the same work from 2026-11-10"]);
  });
});
