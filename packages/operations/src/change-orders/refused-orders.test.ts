import { describe, expect, it } from "vitest";
import type { Amendments } from "@plumbline/domain/engagement/change-order";
import { day, engagement, refusal, sha256, useChangingFirm } from "@plumbline/testing/changing-firm";
import { signChangeOrder } from "./sign-change-order.ts";

const { database, draft, firmWith, quarantined, rows, sign, signed } = useChangingFirm();

describe("a change order", () => {
  it("holds over an import, which may repeat what was agreed and nothing else", async () => {
    const terms = {
      cap_amount: "1000.00",
      flat_rate: "yes",
      fee_amount: "500.00",
      fee_instalments: "100% on 2026-12-15",
    };
    const { firm, engagement: id } = await firmWith(terms);
    const fee = { amountMinor: "70000", instalments: [{ dueOn: day("2026-12-15"), amountMinor: "70000" }] };
    await signed(firm, { engagement: id, from: "2026-11-01", amends: { cap: { amountMinor: "150000" }, fee } });
    const repeated = { ...engagement, ...terms, name: "Crane in the harbour" };
    expect(await firm.take("engagements", [repeated])).toMatchObject({ changed: 1 });
    const state = await rows(
      firm,
      "select total from limits where tenant_id = $1 and measure = 'money' union all select amount_minor from work_items where tenant_id = $1 and current",
    );
    expect(state).toEqual([{ total: "150000" }, { total: "70000" }]);
    await firm.take("engagements", [{ ...repeated, cap_amount: "1200.00", fee_amount: "600.00" }]);
    expect(await quarantined(firm)).toEqual([
      "cap_amount: was amended by change order 3 of 2026-11-12; change it by another",
    ]);
    await firm.take("engagements", [{ ...repeated, payment_terms_days: "10" }]);
    const known = await rows(
      firm,
      "select amended, terms -> 'paymentTermsDays' as days from engagement_terms where tenant_id = $1 and known_to is null order by amended",
    );
    expect(known).toEqual([
      { amended: false, days: 10 },
      { amended: true, days: 10 },
    ]);
  });

  it("is signed by somebody else than who drafted it, once, and each number once", async () => {
    const { firm, engagement: id } = await firmWith();
    const order = { engagement: id, from: "2026-11-01", amends: { cap: { minutes: 60 } } };
    const drafted = await draft(firm, order);
    expect(await refusal(draft(firm, order))).toEqual([
      "change-order-refused",
      "number: “3” is another change order of the engagement",
    ]);
    await expect(sign(firm, drafted, "manager")).rejects.toMatchObject({ kind: "permission-missing" });
    await database.current.admin.query(
      "update memberships set roles = array_append(roles, 'controller') where tenant_id = $1 and email = 'coordinator@firm.example'",
      [firm.tenantId],
    );
    await expect(
      (await firm.as("coordinator"))((scope) =>
        signChangeOrder(scope, {
          changeOrderId: drafted,
          signedOn: day("2026-11-12"),
          evidence: { document: "co.pdf", sha256 },
        }),
      ),
    ).rejects.toMatchObject({ kind: "duties-not-separate" });
    await sign(firm, drafted);
    await expect(sign(firm, drafted)).rejects.toMatchObject({ kind: "change-order-signed" });
  });

  it.each<[string, Amendments, string]>([
    ["no limit", { cap: {} }, "cap: limits neither money nor hours"],
    [
      "a fee that its instalments do not make up",
      { fee: { amountMinor: "100", instalments: [{ dueOn: day("2026-12-01"), amountMinor: "90" }] } },
      "fee: the instalments come to less than the fee; they must come to all of it",
    ],
    [
      "a role of no project",
      { rates: [{ role: "Senior", priceMinor: "100" }] },
      "rates.0: is of a role and names no project; a rate of all roles names no role",
    ],
    [
      "the same order twice",
      {
        orders: [
          { number: "1", amountMinor: "1" },
          { number: "1", amountMinor: "2" },
        ],
      },
      "orders.1: changes the same thing a second time",
    ],
  ])("that contradicts itself is refused: %s", async (_, amends, issue) => {
    const { firm, engagement: id } = await firmWith();
    expect(await refusal(draft(firm, { engagement: id, from: "2026-11-01", amends }))).toEqual([
      "change-order-refused",
      issue,
    ]);
  });
});
