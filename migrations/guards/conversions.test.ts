import { beforeAll, describe, expect, it } from "vitest";
import { advance, type Draft, draftInvoice, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;

/** Invoices of this ledger are in euros; its legal entity declares in dollars. */
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
  await ledger.run("coordinator", "update legal_entities set currency = 'USD' where id = :entity", ledger.ids);
});

/** The tax of 19.00 euros at 1.5 dollars. */
const convert = ({ id }: Pick<Draft, "id">, values: Readonly<Record<string, unknown>> = {}) =>
  ledger.run(
    "billing-runner",
    `insert into tax_conversions (invoice_id, content_version, currency, tax_minor, fixed_at, base_currency, quote_currency, rate,
       rate_on, source)
     values (:id, :version, :currency, :tax, :at, :base, :quote, :rate, '2026-01-30', 'ECB')`,
    { id, version: 1, currency: "USD", tax: 2_850, at: "draft", base: "EUR", quote: "USD", rate: "1.5", ...values },
  );

describe("converted tax", () => {
  it("is the tax at the rate beside it, quoted either way", async () => {
    for (const values of [{}, { base: "USD", quote: "EUR", rate: "0.6667" }, { rate: "1.0005", tax: 1_901 }]) {
      expect(await convert(await draftInvoice(ledger), values)).toEqual([]);
    }
  });

  it.each([
    ["another sum", { tax: 2_851 }],
    ["one to one", { tax: 1_900 }],
    ["the rate turned round", { base: "USD", quote: "EUR" }],
    ["a rate of another pair", { base: "GBP", quote: "USD" }],
    ["a currency that the entity does not declare in", { currency: "GBP", base: "EUR", quote: "GBP" }],
  ])("is not %s", async (_, values) => {
    expect(await refusal(convert(await draftInvoice(ledger), values))).toBe("PL173");
  });

  it("is approved with the content, and only what is fixed at issue comes after", async () => {
    const approved = await advance(ledger, await draftInvoice(ledger), "finance_approved");
    expect(await refusal(convert(approved))).toBe("PL172");
    await convert(approved, { at: "issue" });
    expect(await refusal(convert(await draftInvoice(ledger), { version: 2 }))).toBe("PL172");
  });

  it("is never changed", async () => {
    const draft = await draftInvoice(ledger);
    await convert(draft);
    expect(await refusal(ledger.run("coordinator", "update tax_conversions set tax_minor = 1", {}))).toBe("42501");
    expect(await refusal(ledger.run("coordinator", "update fx_rates set rate = 1", {}))).toBe("42501");
  });

  it("is on every invoice with tax in another currency that is issued, and in its snapshot", async () => {
    expect(await refusal(advance(ledger, await draftInvoice(ledger), "issued"))).toBe("PL175");
    const silent = await draftInvoice(ledger);
    await convert(silent);
    // The snapshot of this ledger says nothing about it.
    expect(await refusal(advance(ledger, silent, "issued"))).toBe("PL175");
  });
});
