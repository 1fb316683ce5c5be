import { followRun } from "../billing-run.ts";
import { verb } from "../verb.ts";

export const billFollow = verb({
  name: "bill follow",
  summary: "Wait for a billing run that goes on already",
  arguments: { RUN: { what: "id of the run" } },
  run: async (call) => followRun(call, await call.connect(), call.arguments.RUN),
});
