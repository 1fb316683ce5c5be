import { expect, it } from "vitest";
import { plainText } from "./plain-text.ts";

it.each([
  ["two\nlines\tand\u0000a bell\u0007", "two lines and a bell"],
  ["total \u202e00.1\u202c €", "total 00.1 €"],
  ["a\ud800b", "a\ufffdb"],
  ["\ufeff שלום עולם \u200f", "שלום עולם"],
  ["# * <script> {{x}} 👩‍🚀 漢字", "# * <script> {{x}} 👩‍🚀 漢字"],
])("makes %j safe to print and keeps what a reader sees", (text, expected) => {
  expect(plainText(text)).toBe(expected);
});
