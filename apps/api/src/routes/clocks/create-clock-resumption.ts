import { clockWire } from "@plumbline/contract/clock";
import { findClock } from "@plumbline/operations/clocks/list-clocks";
import { resumeClock } from "@plumbline/operations/clocks/pause-clock";
import { write } from "../../route.ts";
import { clockParams } from "./clock-params.ts";

export const createClockResumption = write({
  path: "/v1/clocks/:clockId/resumption",
  summary: "Let a clock run on that stood still",
  needs: "clock.pause",
  params: clockParams,
  answers: { status: 201, body: clockWire },
  problems: ["clock-not-found", "clock-refused"],
  handle: async ({ scope, params }) => {
    await resumeClock(scope, params);
    return findClock(scope, params);
  },
});
