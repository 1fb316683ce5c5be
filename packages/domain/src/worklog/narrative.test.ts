import { expect, it } from "vitest";
import { narrativeFacts } from "./narrative.ts";

it.each([
  ["Draft motion to compel", { words: 4, tasks: 1, vague: false }],
  ["Draft motion to compel; call with opposing counsel", { words: 8, tasks: 2, vague: false }],
  ["Cite-check brief\nRevise exhibits\n", { words: 4, tasks: 2, vague: false }],
  ["Meetings.", { words: 1, tasks: 1, vague: true }],
  ["  WORK on matter ", { words: 3, tasks: 1, vague: true }],
  ["Work on matter of standing", { words: 5, tasks: 1, vague: false }],
  ["Prüfung der Verträge", { words: 3, tasks: 1, vague: false }],
  ["...; -", { words: 0, tasks: 0, vague: true }],
  ["", { words: 0, tasks: 0, vague: true }],
])("reads %j", (text, facts) => expect(narrativeFacts(text)).toEqual(facts));

it("counts words up to twenty, so that long narratives are judged together", () => {
  expect(narrativeFacts("word ".repeat(21)).words).toBe(20);
  expect(narrativeFacts("word ".repeat(19)).words).toBe(19);
});
