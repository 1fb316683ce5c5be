import { expect, it } from "vitest";
import { nearNames } from "./catalogue.ts";

it("suggests the names somebody may have meant", () => {
  const names = ["bench/billing-run", "bench/import", "bench/pdf", "real/timesheets"];
  expect(nearNames("billing", names)).toEqual(["bench/billing-run"]);
  expect(nearNames("real/timesheet", names)).toEqual(["real/timesheets"]);
  expect(nearNames("bench/imprt", names)).toEqual(["bench/import"]);
  expect(nearNames("chaos/power-cut", names)).toEqual([]);
});
