import { expect, it } from "vitest";
import { progressOn } from "./progress.ts";

const stream = (isTerminal: boolean, columns?: number) => {
  const written: string[] = [];
  return { written, err: { write: (text: string) => void written.push(text), isTerminal, columns } };
};

it("rewrites one line of a terminal, cut to its width, and clears it at the end", () => {
  const { written, err } = stream(true, 11);
  const progress = progressOn({ err });
  progress.end();
  expect(written).toEqual([]);
  progress.update("50 of 120 invoices");
  progress.end();
  expect(written).toEqual(["\r\u001B[2K50 of 120 ", "\r\u001B[2K"]);
});

it("says something in a log only now and then, and nothing about what is quick", () => {
  const { written, err } = stream(false);
  let ms = 0;
  const progress = progressOn({ err }, () => ms);
  for (const at of [0, 100, 4_999, 5_000, 7_000, 10_001]) {
    ms = at;
    progress.update(`at ${at}`);
  }
  progress.end();
  expect(written).toEqual(["at 5000\n", "at 10001\n"]);
});
