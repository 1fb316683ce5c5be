import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

it("writes equal values as equal text, whatever the order of their keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
    }),
  );
});

it("reads back as what was written", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("leaves out what is undefined and refuses what JSON cannot say exactly", () => {
  expect(canonicalJson({ b: undefined, a: [1, null] })).toBe('{"a":[1,null]}');
  for (const value of [5n, Number.NaN, () => 1, undefined]) expect(() => canonicalJson([value])).toThrow(TypeError);
});
