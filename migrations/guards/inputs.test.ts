import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { advance, draftInvoice, issue, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const sql = `
  with made as (insert into draftings (id, inputs, hash) values (:drafting, :inputs, :hash) returning id)
  insert into drafted_contents (invoice_id, content_version, drafting_id) select :id, :version, id from made`;
const emptyHash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

describe("what an invoice was made from", () => {
  it("must be there when it is issued", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
    await database.current.admin.query("delete from drafted_contents where invoice_id = $1", [draft.id]);
    expect(await refusal(issue(ledger, draft))).toBe("PL120");
  });

  it.each(["finance_approved", "issued"] as const)("is not added at %s", async (stage) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    await database.current.admin.query("delete from drafted_contents where invoice_id = $1", [draft.id]);
    const values = { id: draft.id, drafting: newId(), inputs: "{}", hash: emptyHash, version: 1 };
    expect(await refusal(ledger.as("billing-runner", (tx) => say(tx, sql, values)))).toBe("PL121");
  });

  it("is about the content that the invoice has, is said once, and has the hash it says", async () => {
    const draft = await draftInvoice(ledger);
    const write = (more: Readonly<Record<string, unknown>>) => {
      const values = { id: draft.id, drafting: newId(), inputs: "{}", hash: emptyHash, version: 1, ...more };
      return refusal(ledger.as("billing-runner", (tx) => say(tx, sql, values)));
    };
    expect(await write({ version: 2 })).toBe("PL121");
    expect(await write({})).toBe("23505");
    expect(await write({ inputs: "[]", version: 2 })).toBe("23514");
  });
});
