import { z } from "zod";
import { clockWire } from "@plumbline/contract/clock";
import { reason } from "@plumbline/contract/scalar";
import { findClock } from "@plumbline/operations/clocks/list-clocks";
import { pauseClock } from "@plumbline/operations/clocks/pause-clock";
import { write } from "../../route.ts";
import { clockParams } from "./clock-params.ts";

export const createClockPause = write({
  path: "/v1/clocks/:clockId/pause",
  summary: "Let a clock stand still while the client, or somebody else outside, is waited for",
  needs: "clock.pause",
  params: clockParams,
  body: z.strictObject({ reason }),
  answers: { status: 201, body: clockWire },
  problems: ["clock-not-found", "clock-refused"],
  handle: async ({ scope, params, body }) => {
    await pauseClock(scope, { ...params, ...body });
    return findClock(scope, params);
  },
});
