import { expect, it } from "vitest";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import { Problem } from "@plumbline/domain/problem";
import { sha256 } from "@plumbline/platform/hash";
import { parsePacks } from "./parse-packs.ts";
import { withPlaces } from "./policy-places.ts";

const text = (change: (lines: string) => string = (same) => same) =>
  change(`pack: own
rules:
  - id: first
    on: invoice
    when: invoice.first
    require: >-
      invoice.lines <= 10
      && invoice.minutes < 60
    severity: block
    category: business
    owner: controller
    message: "No."
    cases:
      - given: { invoice: { first: true, lines: 1, minutes: 1 } }
        expect: pass
      - given: { invoice: { first: true, lines: 11, minutes: 1 } }
        expect: block
`);

function refusals(...texts: string[]): string[] {
  try {
    const { packs, files } = parsePacks(texts.map((each, index) => ({ name: `${index}.yaml`, text: each })));
    withPlaces(files, () => compileBundle(packs, { digest: sha256 }));
  } catch (error) {
    if (error instanceof Problem) return (error.detail ?? "").split("\n");
    throw error;
  }
  return [];
}

it.each<[string, (from: string) => string, string]>([
  [
    "a fact in a folded text",
    (from) => from.replace("invoice.minutes", "invoice.minute"),
    "0.yaml:8:18 own › first › require: No such key: minute",
  ],
  [
    "a fact in a plain text",
    (from) => from.replace("when: invoice.first", "when: invoice.fist"),
    "0.yaml:5:19 own › first › when: No such key: fist",
  ],
  [
    "a fact in a quoted text",
    (from) => from.replace("when: invoice.first", String.raw`when: "'\"' != invoice.currency && invoice.fist"`),
    "0.yaml:5:48 own › first › when: No such key: fist",
  ],
  ["CEL that does not parse", (from) => from.replace("<= 10", "<= <"), "0.yaml:7:24 own › first › require: "],
  [
    "a type that is none",
    (from) => from.replace("invoice.lines <= 10", "invoice.lines <= 'x'"),
    "0.yaml:7:7 own › first › require: ",
  ],
  [
    "a case",
    (from) => from.replace("lines: 1,", "lines: 12,"),
    "0.yaml:14:9 own › first › cases[0]: it expects pass, but the rule says block",
  ],
  [
    "a fact of a case",
    (from) => from.replace("lines: 1,", "line: 1,"),
    "0.yaml:14:48 own › first › cases[0].given.invoice.line: there is no fact invoice.line on invoice",
  ],
  [
    "a word that is none",
    (from) => from.replace("severity: block", "severity: fatal"),
    "0.yaml:9:15 own › first › severity: ",
  ],
  ["what is missing", (from) => from.replace("    owner: controller\n", ""), "0.yaml:3:5 own › first › owner: "],
  [
    "YAML that is none",
    (from) => from.replace('message: "No."', 'message: "No.'),
    "0.yaml:18:1 0.yaml: Missing closing ",
  ],
])("what is wrong is shown by line and column: %s", (_what, change, expected) => {
  expect(refusals(text(change))[0]?.slice(0, expected.length)).toBe(expected);
});

it("an adjustment that no rule above allows is shown where it stands, in its own file", () => {
  const above = text((from) => from.replace("pack: own", "pack: own\nlayer: platform"));
  const below = "pack: below\nrules: []\nadjust:\n  - rule: first\n    severity: warn\n    because: no\n";
  expect(refusals(above, below)).toEqual([
    "1.yaml:5:15 below › adjust[0].severity: first does not say that it may be less than block",
  ]);
  expect(refusals(above, text().replace("pack: own", "pack: other"))).toEqual([
    "0.yaml:4:9 own › first › id: a rule in other has the same id",
  ]);
});
