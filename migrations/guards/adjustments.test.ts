import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { advance, draftInvoice, lineSql, refusal, taxSql, claimSql, workFor } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const header = `
  insert into invoices (id, billing_run_id, legal_entity_id, client_id, payer_id, delivery_profile_id, engagement_id, currency,
    period_start, period_end, payment_terms_days, content_hash, minutes, adjusted_minor, net_minor, tax_minor, total_minor, bundle_hash, tax_rounding)
  values (:id, :run, :entity, :client, :client, :profile, :engagement, 'EUR', '2026-01-01', '2026-02-01', 14, 'v1', 60, :adjusted,
    :net, :tax, :net::bigint + :tax::bigint, :hash, :rounding)`;
const adjustment = `
  insert into invoice_adjustments (id, invoice_id, content_version, position, line_id, engagement_id, kind, amount_minor, tax_category,
    tax_bp, reason_code, reason, because)
  values (:adjustment, :id, 1, :position, :of, :engagement, 'allowance', :off, 'S', 1900, '95', 'Discount', 'as agreed')`;
const tax = taxSql.replace("10000, 1900,", ":net, :tax,").replace("values (:tax, ", "values (gen_random_uuid(), ");
const line = lineSql
  .replace("net_minor, tax_category", "net_minor, adjusted_minor, spread_minor, tax_category")
  .replace("10000, 'S'", "10000 + :lineAdjusted, :lineAdjusted, :spread, 'S'");

type Said = {
  adjusted: number;
  lineAdjusted: number;
  spread: number;
  net: number;
  tax: number;
  off: number | undefined;
  ofLine: boolean;
  rounding: string;
};

/** An hour at 100.00 of which something is taken off, as a draft says it. */
async function adjusted(said: Partial<Said> = {}): Promise<string> {
  const work = await workFor(ledger);
  const { off = 1_000, ...sums } = {
    adjusted: -1_000,
    lineAdjusted: 0,
    spread: said.adjusted ?? -1_000,
    net: 9_000,
    tax: 1_710,
    ofLine: false,
    rounding: "document",
    ...said,
  };
  const draft = { id: newId(), line: newId(), claim: newId(), work };
  const values = { ...ledger.ids, ...draft, ...sums, version: 1, hash: `hash-${ledger.ids.bundle}` };
  return refusal(
    ledger.as("billing-runner", async (tx) => {
      await say(tx, header, values);
      await say(tx, line, values);
      if (!("off" in said) || said.off !== undefined) {
        const of = sums.ofLine ? draft.line : null;
        await say(tx, adjustment, { ...values, adjustment: newId(), position: 1, off, of });
      }
      await say(tx, tax, values);
      await say(tx, claimSql, values);
    }),
  );
}

describe("an invoice that is adjusted", () => {
  it("is the sum of its lines and of what says why", async () => {
    expect(await adjusted()).toBe("allowed");
    expect(await adjusted({ off: 999 })).toBe("PL160");
    expect(await adjusted({ off: undefined })).toMatch(/^PL(050|161)$/);
    expect(await adjusted({ net: 10_000, tax: 1_900 })).toBe("PL051");
    expect(await adjusted({ spread: -999 })).toBe("PL051");
  });

  it("is taxed on what is left of each category", async () => {
    expect(await adjusted({ adjusted: 0, net: 10_000, tax: 1_900, off: 1_000 })).toBe("PL160");
  });

  it("is taxed by line and adjustment, each rounded, where its tax is", async () => {
    // 19.00 less 0.095: the discount's tax is rounded away from zero by itself, and the sum's is not.
    const said = { adjusted: -50, off: 50, net: 9_950, tax: 1_890 };
    expect(await adjusted({ ...said, rounding: "line" })).toBe("allowed");
    expect(await adjusted({ ...said, tax: 1_891, rounding: "line" })).toBe("PL162");
    expect(await adjusted({ ...said, tax: 1_891 })).toBe("allowed");
  });

  it("takes no adjustment later, not even one of another line", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "validation_pending");
    const values = { ...ledger.ids, id: draft.id, adjustment: newId(), position: 1, off: 1, of: null };
    expect(await refusal(ledger.run("coordinator", adjustment, values))).toBe("PL160");
    const other = await draftInvoice(ledger);
    expect(await refusal(ledger.run("coordinator", adjustment, { ...values, of: other.line }))).toBe("PL160");
  });
});

describe("a line that is adjusted", () => {
  const ofLine = { adjusted: 0, lineAdjusted: -1_000, ofLine: true };

  it("is its price and quantity, and what says why", async () => {
    expect(await adjusted(ofLine)).toBe("allowed");
    expect(await adjusted({ ...ofLine, off: 999 })).toBe("PL160");
    expect(await adjusted({ ...ofLine, off: undefined })).toBe("PL160");
  });
});

it("never changes", async () => {
  const set = "update invoice_adjustments set amount_minor = amount_minor + 1";
  expect(await refusal(ledger.run("coordinator", set, ledger.ids))).toBe("42501");
});
