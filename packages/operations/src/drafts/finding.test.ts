import { expect, it } from "vitest";
import type { WorkItemId } from "@plumbline/domain/id";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import { type Finding, mergeFindings } from "./finding.ts";

const finding = (ids: readonly string[], amountMinor: bigint | undefined): Finding => ({
  code: "po-exhausted",
  lane: "business",
  severity: "block",
  owner: "project_manager",
  subjectKind: "engagement",
  subjectId: "e",
  message: "The order is used up.",
  entries: ids.length,
  minutes: 60,
  amountMinor,
  currency: "EUR",
  holds: ids.map((id) => ({ entry: { id: id as WorkItemId, version: 1 } as WorkRef, amountMinor })),
});

it("joins what one cause holds, and counts a work once of which several bear parts", () => {
  const [joined, ...more] = mergeFindings([finding(["a", "b"], 5n), finding(["a"], 7n), finding(["c"], undefined)]);
  expect(more).toEqual([]);
  expect(joined).toMatchObject({ entries: 3, minutes: 180, amountMinor: 12n });
  expect(joined?.holds.map(({ entry: { id }, amountMinor }) => [id, amountMinor])).toEqual([
    ["a", 12n],
    ["b", 5n],
    ["c", undefined],
  ]);
});
