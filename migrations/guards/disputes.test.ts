import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { advance, draftInvoice, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const issued = async () => advance(ledger, await draftInvoice(ledger), "issued");
const dispute = (invoice: string, minor: number, { id = newId(), line = "" } = {}) =>
  ledger.as("finance", async (tx) => {
    await say(
      tx,
      `insert into disputes (id, invoice_id, code, reason, amount_minor, opened_on)
       values (:id, :invoice, 'hours', 'x', :minor, '2026-02-01')`,
      { id, invoice, minor },
    );
    if (line !== "") await say(tx, "insert into dispute_lines (dispute_id, line_id) values (:id, :line)", { id, line });
  });
const change = (id: string, set: string) =>
  refusal(ledger.as("finance", (tx) => say(tx, `update disputes set ${set} where id = :id`, { id })));
const resolved = (more = "") =>
  `state = 'resolved', root_cause = 'other', resolution = 'x', resolved_on = '2026-02-02', resolved_at = now(),
   resolved_by = app.actor(), ${more}`;

describe("a dispute", () => {
  it("is about what was issued, and never about more than that asks for", async () => {
    const { id } = await issued();
    expect(await refusal(dispute((await draftInvoice(ledger)).id, 1))).toBe("PL261");
    expect(await refusal(dispute(id, 11_901))).toBe("PL261");
    expect(await refusal(dispute(id, 11_000))).toBe("allowed");
    expect(await refusal(dispute(id, 901))).toBe("PL261");
  });

  it("of two at once takes no more together", async () => {
    const { id } = await issued();
    const both = await Promise.all([refusal(dispute(id, 6_000)), refusal(dispute(id, 6_000))]);
    expect(both.toSorted()).toEqual(["PL261", "allowed"]);
  });

  it("names lines of its invoice, each in one dispute at a time", async () => {
    const [{ id, line }, other] = [await issued(), await issued()];
    expect(await refusal(dispute(id, 100, { line: other.line }))).toBe("PL262");
    expect(await refusal(dispute(id, 100, { line }))).toBe("allowed");
    expect(await refusal(dispute(id, 100, { line }))).toBe("PL262");
  });

  it("stays as it was raised, is decided once and in the own name, and credits what its note says", async () => {
    const [{ id: invoice }, id] = [await issued(), newId()];
    await dispute(invoice, 100, { id });
    expect(await change(id, "amount_minor = 1")).toBe("PL260");
    expect(
      await change(
        id,
        "state = 'acknowledged', acknowledged_at = now() - interval '1 day', acknowledged_by = app.actor()",
      ),
    ).toBe("PL260");
    expect(await change(id, resolved(`outcome = 'upheld', upheld_minor = 100, credit_note_id = '${invoice}'`))).toBe(
      "PL263",
    );
    expect(await change(id, resolved("outcome = 'upheld'"))).toBe("23514");
    expect(await change(id, resolved("outcome = 'rejected'"))).toBe("allowed");
    expect(await change(id, "state = 'open', outcome = null")).toBe("PL260");
  });
});
