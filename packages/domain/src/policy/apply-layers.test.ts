import { describe, expect, it } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import { compileBundle } from "./compile-bundle.ts";
import { evaluate } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { Layer, PolicyAdjustment, PolicyPack, PolicyRule } from "./policy-pack.ts";

const long: PolicyRule = {
  id: "long",
  on: "invoice",
  require: "invoice.minutes <= parameter.minutesMax",
  severity: "warn",
  category: "business",
  owner: "project_manager",
  message: "Long.",
  parameters: { minutesMax: { value: 600, from: 300, to: 1_200 } },
  cases: [
    { given: { invoice: { minutes: 600 } }, expect: "pass" },
    { given: { invoice: { minutes: 601 } }, expect: "warn" },
  ],
};
const firm: PolicyRule = {
  id: "firm",
  on: "invoice",
  require: "invoice.lines > 0",
  severity: "block",
  category: "business",
  owner: "project_manager",
  message: "Empty.",
  cases: [
    { given: { invoice: { lines: 1 } }, expect: "pass" },
    { given: { invoice: { lines: 0 } }, expect: "block" },
  ],
};
const soft: PolicyRule = { ...firm, id: "soft", adjustable: { severity: "warn", off: true } };
const platform: PolicyPack = { pack: "platform", layer: "platform", rules: [long, firm, soft] };
const acme = "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00";

const digest = (text: string) => text;
const adjusting = (layer: Layer, ...adjust: Omit<PolicyAdjustment, "because">[]): PolicyPack => ({
  pack: `of-${layer}`,
  layer,
  ...(layer === "client" && { client: acme }),
  adjust: adjust.map((each) => ({ ...each, because: "agreed" })),
  rules: [],
});
const bundleOf = (...packs: PolicyPack[]) => compileBundle([platform, ...packs], { digest });

function refusals(...packs: PolicyPack[]): string[] {
  try {
    bundleOf(...packs);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return (error.extra["errors"] as { field: string; reason: string }[]).map(
      ({ field, reason }) => `${field}: ${reason}`,
    );
  }
  return [];
}

/** What stands against an invoice of so many minutes and lines of a client. */
function against(bundle: ReturnType<typeof bundleOf>, facts: { minutes?: bigint; lines?: bigint; client?: string }) {
  const { minutes = 1n, lines = 1n, client } = facts;
  const given = { invoice: { minutes, lines }, client: { id: client } } as unknown as Facts<"invoice">;
  const rulings = evaluate(bundle, "invoice", given).filter(({ outcome }) => outcome !== "pass");
  return rulings.map(({ ruleId, outcome }) => `${ruleId} ${outcome}`);
}

describe("layers", () => {
  it("below may raise a severity, and set a parameter within its range", () => {
    const bundle = bundleOf(adjusting("tenant", { rule: "long", severity: "block", parameters: { minutesMax: 300 } }));
    expect(against(bundleOf(), { minutes: 500n })).toEqual([]);
    expect(against(bundle, { minutes: 500n })).toEqual(["long block"]);
  });

  it("below may loosen what is marked adjustable, and nothing else", () => {
    expect(against(bundleOf(adjusting("tenant", { rule: "soft", severity: "warn" })), { lines: 0n })).toEqual([
      "firm block",
      "soft warn",
    ]);
    expect(against(bundleOf(adjusting("partner", { rule: "soft", off: true })), { lines: 0n })).toEqual(["firm block"]);
    expect(
      refusals(
        adjusting(
          "tenant",
          { rule: "firm", severity: "warn" },
          { rule: "firm", off: true },
          { rule: "soft", severity: "inform" },
          { rule: "long", parameters: { minutesMax: 1_201, hours: 3 } },
          { rule: "none", severity: "block" },
          { rule: "long" },
        ),
      ),
    ).toEqual([
      "adjust[0].severity: firm does not say that it may be less than block",
      "adjust[1].off: firm does not say that it may be turned off",
      "adjust[2].severity: soft may not be less than warn",
      "adjust[3].parameters.minutesMax: it must lie between 300 and 1200",
      "adjust[3].parameters.hours: long has no parameter hours",
      "adjust[4].rule: there is no rule none",
      "adjust[5]: it adjusts nothing",
    ]);
  });

  it("adjust rules above them only, and not what a layer between has set", () => {
    expect(refusals(adjusting("platform", { rule: "long", severity: "block" }))).toEqual([
      "adjust[0].rule: long is a rule of the layer platform, which is not above platform",
    ]);
    const partner = adjusting(
      "partner",
      { rule: "soft", severity: "block" },
      { rule: "long", parameters: { minutesMax: 400 } },
    );
    expect(
      refusals(
        partner,
        adjusting(
          "tenant",
          { rule: "soft", severity: "warn" },
          { rule: "soft", off: true },
          { rule: "long", parameters: { minutesMax: 900 } },
        ),
      ),
    ).toEqual([
      "adjust[0].severity: a layer above set it to block",
      "adjust[1].off: a layer above set its severity",
      "adjust[2].parameters.minutesMax: a layer above set it",
    ]);
    expect(refusals(partner, adjusting("tenant", { rule: "long", severity: "block" }))).toEqual([]);
  });

  it("of a client hold for that client alone, rules of its own and adjustments", () => {
    const own: PolicyPack = {
      ...adjusting("client", { rule: "long", severity: "block" }, { rule: "soft", off: true }),
      rules: [{ ...firm, id: "own" }],
    };
    const bundle = bundleOf(own);
    expect(against(bundle, { minutes: 700n, lines: 0n, client: acme })).toEqual([
      "own block",
      "long block",
      "firm block",
    ]);
    expect(against(bundle, { minutes: 700n, lines: 0n, client: "another" })).toEqual([
      "long warn",
      "firm block",
      "soft block",
    ]);
    expect(against(bundle, { minutes: 1n })).toEqual(["own unknown", "long unknown", "soft unknown"]);
    expect(
      refusals({ ...own, rules: [{ ...firm, id: "own", on: "worker_week", require: "week.days < 7", cases: [] }] }),
    ).toContain("on: a week is worked for several clients, so no client has a rule about it");
  });

  it("are all in the hash, and leave a bundle without them as it was", () => {
    const hashes = [
      bundleOf(),
      bundleOf(adjusting("tenant", { rule: "soft", off: true })),
      bundleOf(adjusting("tenant", { rule: "soft", severity: "warn" })),
      bundleOf(adjusting("client", { rule: "soft", severity: "warn" })),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes[0]).not.toContain('adjust"');
  });
});
