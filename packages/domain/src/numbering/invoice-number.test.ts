import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invoiceNumberText, numberInText, numberFormatIssues } from "./invoice-number.ts";

const codes = (format: string, restartsByYear = true) =>
  numberFormatIssues({ format, restartsByYear }).map((issue) => issue.code);

describe("invoice numbers", () => {
  it("are written as the series says", () => {
    expect(invoiceNumberText({ format: "MC-DE-{year}-{number:5}", year: "2026", number: 42 })).toBe("MC-DE-2026-00042");
    expect(invoiceNumberText({ format: "INV {number}", year: "2026-27", number: 42 })).toBe("INV 42");
  });

  it("outgrow their width rather than lose a digit", () => {
    expect(invoiceNumberText({ format: "{number:3}", year: "2026", number: 123_456 })).toBe("123456");
  });

  it("differ whenever the number differs", () => {
    const formats = fc.constantFrom("{number}", "{year}{number}", "A{number:4}/{year}", "{number}{year}");
    const counts = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(formats, counts, counts, (format, one, other) => {
        const text = (number: number) => invoiceNumberText({ format, year: "2026", number });
        expect(text(one) === text(other)).toBe(one === other);
      }),
    );
  });

  it("are refused when the count is none or the format cannot be used", () => {
    expect(() => invoiceNumberText({ format: "{number}", year: "2026", number: 0 })).toThrow(RangeError);
    expect(() => invoiceNumberText({ format: "{number}", year: "2026", number: 1.5 })).toThrow(RangeError);
    expect(() => invoiceNumberText({ format: "{year}", year: "2026", number: 1 })).toThrow(RangeError);
  });
});

describe("number formats", () => {
  it.each(["{year}-{number:5}", "MC/{year}/{number}", "{number:12} {year}"])("accept %j", (format) =>
    expect(codes(format)).toEqual([]),
  );

  it.each([
    ["{year}", "number_placeholder_missing"],
    ["{year}{number}{number:5}", "number_placeholder_missing"],
    ["{number}", "number_year_missing"],
    ["{year}{number}{month}", "number_placeholder_unknown"],
    ["{year}{number}{}", "number_placeholder_unknown"],
    ["{year}{number} {Number}", "number_placeholder_unknown"],
    ["{year}{number}}", "number_format_invalid"],
    ["{year}{number}{", "number_format_invalid"],
    ["{year}{number}<b>", "number_format_invalid"],
    [" {year}{number}", "number_format_invalid"],
    ["A-VERY-LONG-PREFIX-INDEED-{year}-{number:9}", "number_format_invalid"],
  ])("refuse %j as %s", (format, code) => expect(codes(format)).toEqual([code]));

  it.each(["{year}{number:0}", "{year}{number:13}", "{year}{number:x}", "{year}{number:}"])(
    "refuse the width in %j",
    (format) => expect(codes(format)).toEqual(["number_placeholder_unknown", "number_placeholder_missing"]),
  );

  it("need no year when the series never restarts", () => {
    expect(codes("{number:8}", false)).toEqual([]);
  });
});

it("is read back from a text that its format writes, and from no other", () => {
  const format = "MC-{year}-{number:5}";
  expect(numberInText(format, "MC-2026-00042")).toEqual({ year: "2026", number: 42 });
  expect(numberInText(format, "MC-2026-27-123456")).toEqual({ year: "2026-27", number: 123_456 });
  expect(numberInText("R{number}", "R7")).toEqual({ year: undefined, number: 7 });
  for (const other of [
    "MC-2026-42",
    "MC-2026-000042",
    "MC-26-00042",
    "mc-2026-00042",
    "MC-2026-00000",
    "XMC-2026-00042",
  ])
    expect(numberInText(format, other)).toBeUndefined();
  expect(numberInText("A.{number}", "AB1")).toBeUndefined();
});
