import fc from "fast-check";
import { expect, it } from "vitest";
import type { EngagementId } from "@plumbline/domain/id";
import { spreadAdjustments } from "./spread-adjustments.ts";

const one = "e1" as EngagementId;
const fee = (netMinor: bigint) => ({ engagementId: one, nature: "fee" as const, netMinor });

it("divides a discount in proportion, the odd cent by largest remainder", () => {
  const adjustments = [{ kind: "allowance" as const, amountMinor: 100n, engagementId: one }];
  expect(spreadAdjustments([fee(1n), fee(1n), fee(1n)], adjustments, "EUR")).toEqual([-34n, -33n, -33n]);
});

it("leaves other engagements, money spent for the client and deductions alone", () => {
  const lines = [
    fee(500n),
    fee(-200n),
    { ...fee(500n), nature: "expense" as const },
    { ...fee(500n), engagementId: "e2" as EngagementId },
  ];
  const adjustments = [{ kind: "surcharge" as const, amountMinor: 30n, engagementId: one }];
  expect(spreadAdjustments(lines, adjustments, "EUR")).toEqual([30n, 0n, 0n, 0n]);
});

it("loses no cent, whatever the lines", () => {
  const nets = fc.array(fc.bigInt({ min: 1n, max: 1_000_000n }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(nets, fc.bigInt({ min: 1n, max: 10_000n }), (of, amountMinor) => {
      const adjustments = [{ kind: "allowance" as const, amountMinor, engagementId: one }];
      const spread = spreadAdjustments(of.map(fee), adjustments, "EUR");
      expect(spread.reduce((sum, part) => sum + part, 0n)).toBe(-amountMinor);
    }),
  );
});
