import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { decideTax, isSettled, type TaxQuestion } from "./decide-tax.ts";

type Change = {
  readonly seller?: Partial<TaxQuestion["seller"]>;
  readonly buyer?: Partial<TaxQuestion["buyer"]>;
  readonly check?: Partial<NonNullable<TaxQuestion["evidence"]["vatIdCheck"]>>;
  readonly on?: string;
};

/** A German firm bills a French business; every case changes what matters to it. */
function decide({ seller, buyer, check, on = "2026-10-31" }: Change = {}) {
  const answer = { taxId: "FR40303265045", valid: true, checkedAt: "2026-10-30T09:00:00Z", source: "VIES" } as const;
  return decideTax({
    seller: { country: "DE", taxId: "DE123456789", ...seller },
    buyer: { country: "FR", taxId: "FR40303265045", isBusiness: true, ...buyer },
    evidence: check ? { vatIdCheck: { ...answer, ...check } } : {},
    taxPoint: on as LocalDate,
    language: "en",
  });
}
const codes = (change: Change) => decide(change).issues.map((issue) => issue.code);
const brief = (change: Change) => {
  const { category, basisPoints, issues } = decide(change);
  return [category, basisPoints, ...issues.map((issue) => issue.code)].join(" ");
};

describe("within one country", () => {
  it("charges the rate of the tax point, the temporary German one included", () => {
    const domestic = (on: string) => brief({ buyer: { country: "DE" }, on });
    expect([domestic("2020-06-30"), domestic("2020-07-01"), domestic("2021-01-01")]).toEqual([
      "S 1900",
      "S 1600",
      "S 1900",
    ]);
  });

  it("says so in a sentence", () => {
    expect(decide({ buyer: { country: "DE" } }).because).toBe(
      "Seller and buyer are both in Germany, so the standard rate of 19 % in force on 2026-10-31 applies.",
    );
  });

  it("counts Monaco as France and the Isle of Man as the United Kingdom", () => {
    expect(brief({ seller: { country: "FR" }, buyer: { country: "MC" } })).toBe("S 2000");
    expect(brief({ seller: { country: "GB" }, buyer: { country: "IM" } })).toBe("S 2000");
  });
});

describe("to a business elsewhere in the EU", () => {
  it("reverses the charge on a valid check of this very id, and keeps the check", () => {
    const decision = decide({ check: {} });
    expect(decision).toMatchObject({
      category: "AE",
      basisPoints: 0,
      because:
        "The service goes from Germany to a business in France with the VAT id FR40303265045, so the buyer accounts for the VAT.",
      rule: "Article 196 of Directive 2006/112/EC",
      evidence: { taxId: "FR40303265045", source: "VIES" },
      issues: [],
    });
    expect(isSettled(decision)).toBe(true);
  });

  it("reads the same id however people space it", () => {
    expect(brief({ buyer: { taxId: "fr 40 303.265.045" }, check: { taxId: "FR40303265045" } })).toBe("AE 0");
    expect(brief({ buyer: { country: "GR", taxId: "EL094259216" }, check: { taxId: "EL094259216" } })).toBe("AE 0");
  });

  it.each<[string, string, Change]>([
    ["no check was made", "tax_evidence_missing", {}],
    ["the check is for another id", "tax_evidence_missing", { check: { taxId: "FR00000000000" } }],
    ["the register is down", "tax_evidence_pending", { check: { valid: "pending" } }],
    ["the register does not know the id", "tax_evidence_invalid", { check: { valid: false } }],
    ["the id is another country's", "tax_evidence_invalid", { buyer: { taxId: "DE1" }, check: { taxId: "DE1" } }],
    ["the buyer gave an empty id", "tax_evidence_missing", { buyer: { taxId: "" }, check: { taxId: "" } }],
    ["the seller has no id of its own", "tax_seller_id_missing", { seller: { taxId: "" }, check: {} }],
  ])("never falls to zero when %s: the seller's rate stands in and %s is raised", (_, code, change) => {
    expect(brief(change)).toBe(`S 1900 ${code}`);
    expect(isSettled(decide(change))).toBe(false);
  });

  it("asks for the id when there is none, whatever was checked", () => {
    const { issues } = decideTax({
      seller: { country: "DE", taxId: "DE123456789" },
      buyer: { country: "FR", isBusiness: true },
      evidence: { vatIdCheck: { taxId: "", valid: true, checkedAt: "2026-10-30T09:00:00Z", source: "VIES" } },
      taxPoint: "2026-10-31" as LocalDate,
      language: "en",
    });
    expect(issues.map((issue) => issue.code)).toEqual(["tax_evidence_missing"]);
  });
});

describe("across the EU's border", () => {
  it("charges an EU consumer the seller's rate", () => {
    expect(decide({ buyer: { isBusiness: false } })).toMatchObject({
      category: "S",
      basisPoints: 1900,
      rule: "Article 45 of Directive 2006/112/EC",
    });
  });

  it("leaves a service to a business outside to the law over there", () => {
    expect(decide({ buyer: { country: "US" } })).toMatchObject({
      category: "O",
      basisPoints: 0,
      because:
        "The service goes from Germany to a business in the United States, so it is supplied where the buyer is and bears no VAT here.",
      rule: "Article 44 of Directive 2006/112/EC",
      issues: [],
    });
  });

  it("treats the United Kingdom as a member until the end of 2020 and as abroad from 2021", () => {
    const toGb = { buyer: { country: "GB", taxId: "GB123456789" }, check: { taxId: "GB123456789" } };
    expect([brief({ ...toGb, on: "2020-12-31" }), brief({ ...toGb, on: "2021-01-01" })]).toEqual(["AE 0", "O 0"]);
    const fromGb = { seller: { country: "GB" }, check: {} };
    expect([brief({ ...fromGb, on: "2020-12-31" }), brief({ ...fromGb, on: "2021-01-01" })]).toEqual(["AE 0", "O 0"]);
  });

  it("names the law of the seller's own country", () => {
    const rules = ["GB", "CH", "NO"].map((country) => decide({ seller: { country } }).rule);
    expect(rules.join("; ")).toBe(
      "Section 7A of the Value Added Tax Act 1994; Article 8(1) of the Swiss VAT Act; Section 6-22 of the Norwegian VAT Act",
    );
  });

  it("leaves a consumer outside to a person, because the kind of service decides", () => {
    expect(brief({ buyer: { country: "US", isBusiness: false } })).toBe("S 1900 tax_treatment_unclear");
  });
});

describe("where the built-in rules end", () => {
  it("bills from the United States without VAT and says why", () => {
    const decision = decide({ seller: { country: "US" }, buyer: { country: "US" } });
    expect([decision.category, decision.because, decision.issues.length]).toEqual([
      "O",
      "The seller is in the United States, which has no value added tax.",
      0,
    ]);
  });

  it("raises an issue for a seller's country or a date without a rate", () => {
    expect(codes({ seller: { country: "JP" }, buyer: { country: "JP" } })).toEqual(["tax_rate_missing"]);
    expect(codes({ seller: { country: "JP" } })).toEqual(["tax_rate_missing"]);
    expect(codes({ buyer: { country: "DE" }, on: "1999-01-01" })).toEqual(["tax_rate_missing"]);
    expect(codes({ seller: { country: "" }, buyer: { country: "" } })).toEqual(["tax_rate_missing"]);
  });
});
