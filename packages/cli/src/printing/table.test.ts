import { expect, it } from "vitest";
import { clean, coloured, plain } from "./style.ts";
import { table } from "./table.ts";

const columns = [{ title: "client", canShrink: true }, { title: "net", align: "right" }, { title: "stage" }] as const;
const rows = [
  ["Bright & Moor Partnerschaftsgesellschaft", "1000.00 EUR", { text: "draft", as: "quiet" }],
  ["Ärzte", "9.00 EUR", "issued"],
] as const;

it("lines columns up, numbers to the right, and cuts nothing in a pipe", () => {
  expect(table(columns, rows, { style: plain, width: undefined })).toEqual([
    "client                                            net  stage",
    "Bright & Moor Partnerschaftsgesellschaft  1000.00 EUR  draft",
    "Ärzte                                        9.00 EUR  issued",
  ]);
});

it("cuts what may be cut when the terminal is narrow, and never a figure", () => {
  expect(table(columns, rows, { style: plain, width: 34 })).toEqual([
    "client                 net  stage",
    "Bright & Moo…  1000.00 EUR  draft",
    "Ärzte             9.00 EUR  issued",
  ]);
});

it("colours text and leaves the layout as it is", () => {
  const [, first = ""] = table(columns, rows, { style: coloured, width: undefined });
  expect(first).toContain("\u001B[2mdraft");
});

it("lets nobody steer the terminal through a name", () => {
  expect(clean({ name: "\u001B]0;gotcha\u0007 Moor\u202Exyz\r\nnext", counts: [1, undefined] })).toEqual({
    name: "\uFFFD]0;gotcha\uFFFD Moor\uFFFDxyz next",
    counts: [1, undefined],
  });
});
