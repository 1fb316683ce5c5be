import { expect, it } from "vitest";
import { plain } from "../printing/style.ts";
import { balanceAnswer } from "./conserve.ts";

const nothing = { unbilled: 0, held: 0, drafted: 0, billed: 0, covered: 0, written_off: 0, no_charge: 0 };

it.each([
  ["every minute is in one place", { ...nothing, unbilled: 30, billed: 60 }, "done", /exactly one place/],
  ["minutes are nowhere", { ...nothing, billed: 60 }, "failed", /30 minutes are nowhere/],
  ["minutes are counted twice", { ...nothing, billed: 90, drafted: 30 }, "failed", /30 minutes are counted twice/],
  ["more was taken than there is", { ...nothing, unbilled: -30, billed: 120 }, "failed", /unbilled is below zero/],
] as const)("says when %s", (_, minutes, exit, sentence) => {
  const answer = balanceAnswer({ minutes, total: 90 }, undefined);
  expect(answer.exit).toBe(exit);
  expect(answer.lines(plain).join("\n")).toMatch(sentence);
  expect(answer.document).toMatchObject({ holds: exit === "done" });
});
