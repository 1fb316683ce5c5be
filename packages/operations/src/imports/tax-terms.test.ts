import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
const exempt = {
  tax_category: "E",
  tax_exemption_code: "VATEX-EU-132-1I",
  tax_reason: "vocational training",
  tax_rule: "Article 132(1)(i) of Directive 2006/112/EC",
};

async function take(terms: Readonly<Record<string, string>>) {
  const firm = await newFirm(database.current.pool);
  await firm.take("clients", [{ client_key: "c1", name: "Bright" }]);
  await firm.take("engagements", [{ engagement_key: "e1", client_key: "c1", code: "E-1", ...terms }]);
  const { rows: bad } = await database.current.admin.query<{ issues: { field: string; reason: string }[] }>(
    "select issues from quarantined_rows where tenant_id = $1",
    [firm.tenantId],
  );
  const { rows: kept } = await database.current.admin.query("select terms from engagement_terms where tenant_id = $1", [
    firm.tenantId,
  ]);
  return { faults: bad.flatMap(({ issues }) => issues.map(({ field, reason }) => `${field}: ${reason}`)), kept };
}

it("keeps a treatment that a person confirmed with the terms", async () => {
  const { category, ...named } = { category: "E", code: exempt.tax_exemption_code };
  const tax = { category, ...named, reason: exempt.tax_reason, rule: exempt.tax_rule };
  expect(await take(exempt)).toMatchObject({ faults: [], kept: [{ terms: { tax } }] });
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  [
    "a category that the rules decide",
    { ...exempt, tax_category: "AE" },
    "tax_category: “AE” is none of E, Z; the rules decide the others",
  ],
  [
    "an exemption without a reason",
    { ...exempt, tax_reason: "" },
    "tax_reason: says why no tax is charged, and is empty",
  ],
  [
    "an exemption without its article",
    { ...exempt, tax_rule: "" },
    "tax_rule: names the article of the law, and is empty",
  ],
  [
    "withholdings that hold on the same day",
    { withholding: "10% of net from 2026-01-01 under A | 5% of net from 2026-07-01 under B" },
    "withholding: overlap from 2026-07-01 on; only one holds on a day",
  ],
  [
    "a withholding without its law",
    { withholding: "10% of net from 2026-01-01" },
    "withholding: “10% of net from 2026-01-01” is not such as “10% of net from 2026-01-01 to 2026-12-31 under Section 194J”",
  ],
  [
    "a certificate that frees of nothing",
    { withholding_exemptions: "C-1 from 2026-01-01 to 2026-12-31" },
    "withholding_exemptions: free of nothing: no withholding was agreed",
  ],
  ["a code that is none", { ...exempt, tax_exemption_code: "132" }, "tax_exemption_code: “132” is not a VATEX code"],
  [
    "the code of another treatment",
    { ...exempt, tax_exemption_code: "VATEX-EU-AE" },
    "tax_exemption_code: “VATEX-EU-AE” belongs to another treatment, which the rules decide",
  ],
  [
    "a zero rate with an exemption",
    { ...exempt, tax_category: "Z" },
    "tax_exemption_code: is the code of an exemption, not of a zero rate",
  ],
  ["a reason for nothing", { tax_reason: "training" }, "tax_reason: belongs to a tax_category, which is empty"],
])("refuses %s when it is saved", async (_, terms, fault) => {
  expect(await take(terms)).toEqual({ faults: [fault], kept: [] });
});
