import { expect, it } from "vitest";
import { adjustmentIssues, type AgreedAdjustment } from "./adjustment.ts";

const off = (more: Partial<AgreedAdjustment>): AgreedAdjustment => ({ kind: "allowance", on: "invoice", ...more });

it.each<readonly [string, readonly AgreedAdjustment[], string | undefined]>([
  ["a share", [off({ basisPoints: 500 })], undefined],
  [
    "steps that each come alone",
    [off({ basisPoints: 6_000, fromMinor: "1" }), off({ basisPoints: 9_000, fromMinor: "2" })],
    undefined,
  ],
  ["all of it, and no more", [off({ basisPoints: 10_000 })], undefined],
  ["more than all", [off({ basisPoints: 6_000 }), off({ basisPoints: 4_001 })], "take 100.01 % off an invoice"],
  [
    "more than all with a step",
    [off({ basisPoints: 6_000 }), off({ basisPoints: 4_001, fromMinor: "1" })],
    "take 100.01 %",
  ],
  ["more than all of a line", [off({ on: "line", basisPoints: 10_001 })], "take 100.01 % off a line"],
  ["two sizes", [off({ basisPoints: 500, amountMinor: "1" })], "a share or an amount"],
  ["no size", [off({})], "a share or an amount"],
  ["nothing", [off({ amountMinor: "0" })], "more than nothing"],
  ["an amount off every line", [off({ on: "line", amountMinor: "100" })], "of a line are shares"],
  ["one step twice", [off({ basisPoints: 1, fromMinor: "5" }), off({ basisPoints: 2, fromMinor: "5" })], "say twice"],
  ["a doubling", [{ kind: "surcharge", on: "invoice", basisPoints: 10_000 }], undefined],
  ["more than a doubling", [{ kind: "surcharge", on: "invoice", basisPoints: 10_001 }], "add more than 100 %"],
])("judges %s", (_what, agreed, issue) => {
  const issues = adjustmentIssues(agreed);
  if (issue === undefined) expect(issues).toEqual([]);
  else expect(issues.join("; ")).toContain(issue);
});
