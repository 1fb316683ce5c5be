import { beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { advance, draftInvoice, issue, issueSet, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const ready = async () => advance(ledger, await draftInvoice(ledger), "finance_approved");

describe("an invoice number", () => {
  it.each([
    "series_id = :series,",
    "number = :number,",
    "number_text = 'F-' || :number,",
    "issued_on = '2026-02-01',",
    ", issued_at = now()",
  ])("is not complete without: %s", async (part) => {
    expect(await refusal(issue(ledger, await ready(), issueSet.replace(part, "")))).toMatch(/^(23514|PL039)$/);
  });

  it("is used once", async () => {
    await issue(ledger, await ready());
    const again = issueSet.replace("number = :number,", "number = :number::bigint - 1,");
    expect(await refusal(issue(ledger, await ready(), again))).toBe("23505");
    const sameText = issueSet.replace("'F-' || :number", "'F-' || (:number::bigint - 1)");
    expect(await refusal(issue(ledger, await ready(), sameText))).toBe("23505");
  });
});

describe("a number series", () => {
  it.each(["next_number = next_number - 1", "next_number = 1", "last_issued_on = last_issued_on - 1"])(
    "only moves forward: %s",
    async (set) => {
      await issue(ledger, await ready());
      const sql = `update number_series set ${set} where id = :series`;
      expect(await refusal(ledger.run("finance", sql, ledger.ids))).toBe("PL020");
    },
  );
});
