import { describe, expect, it } from "vitest";
import { parseProofArguments } from "./arguments.ts";

describe("what a proof is asked for", () => {
  it("is a name, the flags all proofs share, and those of its own", () => {
    const { name, json, options } = parseProofArguments([
      "real/timesheets",
      "--json",
      "--seed",
      "7",
      "--data",
      "/csv",
      "--rates",
      "rates.csv",
      "--strict",
      "--short",
    ]);
    expect({ name, json, seed: options.seed, data: options.data, short: options.short }).toEqual({
      name: "real/timesheets",
      json: true,
      seed: 7,
      data: "/csv",
      short: true,
    });
    expect([options.flag("rates"), options.flag("strict"), options.flag("absent")]).toEqual([
      "rates.csv",
      "",
      undefined,
    ]);
  });

  it("reads --name=value too, and the path of the file as its name", () => {
    const { name, options } = parseProofArguments(["proofs/bench/pdf.ts", "--seed=3", "--rows=5"]);
    expect([name, options.seed, options.flag("rows")]).toEqual(["bench/pdf", 3, "5"]);
  });

  it("is refused when it is not understood, rather than run differently", () => {
    expect(() => parseProofArguments(["a/b", "--seed", "many"])).toThrow("--seed must be a whole number");
    expect(() => parseProofArguments(["a/b", "c/d"])).toThrow("c/d was not understood");
  });
});
