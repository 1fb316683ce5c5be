import { expect, it } from "vitest";
import { moveNames } from "./lifecycle.ts";
import { whoMay } from "./who-may.ts";

it("names for every move the roles that may make it", () => {
  expect(Object.fromEntries(moveNames.map((move) => [move, whoMay(move)]))).toEqual({
    submit: "a billing coordinator",
    revise: "a billing coordinator",
    send_back: "a project manager, a practice lead, a finance approver or a controller",
    approve_manager: "a project manager or a practice lead",
    approve_finance: "a finance approver or a controller",
    issue: "a billing coordinator, a finance approver or a controller",
    post: undefined,
    discard: "a billing coordinator or a controller",
  });
});
