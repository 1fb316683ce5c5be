import { beforeAll, describe, expect, it } from "vitest";
import { type InvoiceStage, invoiceStages, stagePairs } from "@plumbline/domain/invoice/lifecycle";
import { useTestDatabase } from "@plumbline/testing/test-database";
import {
  advance,
  change,
  draftInvoice,
  issue,
  refusal,
  revise,
  sendBack,
  sign,
  submit,
} from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

it("holds exactly the moves of the lifecycle table", async () => {
  const moves = await ledger.run("coordinator", "select from_stage as from, to_stage as to from app.invoice_moves");
  const sorted = (pairs: readonly { from: string; to: string }[]) =>
    pairs.map(({ from, to }) => `${from}>${to}`).toSorted();
  expect(sorted(moves as { from: string; to: string }[])).toEqual(sorted(stagePairs()));
});

const legal = new Set(stagePairs().map(({ from, to }) => `${from}>${to}`));
const pairs = invoiceStages.flatMap((from) =>
  invoiceStages.filter((to) => to !== from).map((to) => [from, to] as const),
);

/** The move with everything it could need: signatures, number, snapshot, submitter. */
async function attempt(from: InvoiceStage, to: InvoiceStage): Promise<string> {
  const draft = await draftInvoice(ledger);
  await advance(ledger, draft, from);
  if (to === "manager_approved") await refusal(sign(ledger, "manager", draft, "manager"));
  if (to === "finance_approved") {
    await refusal(sign(ledger, "manager", draft, "manager"));
    await refusal(sign(ledger, "finance", draft, "finance"));
  }
  if (from === "draft" && to === "validation_pending") return refusal(submit(ledger, draft));
  if (to === "validation_pending") return refusal(revise(ledger, draft));
  if (to === "issued") return refusal(issue(ledger, draft));
  if (to === "discarded") return refusal(advance(ledger, draft, to));
  if (to === "draft") return refusal(sendBack(ledger, draft));
  return refusal(change(ledger, "coordinator", draft, `stage = '${to}'`));
}

describe("every pair of stages", () => {
  it.each(pairs.filter(([from, to]) => legal.has(`${from}>${to}`)))("lets %s go to %s", async (from, to) => {
    expect(await attempt(from, to)).toBe("allowed");
  });

  it.each(pairs.filter(([from, to]) => !legal.has(`${from}>${to}`)))("refuses %s to go to %s", async (from, to) => {
    expect(await attempt(from, to)).toMatch(/^PL03[23]$/);
  });
});

it.each(invoiceStages.filter((stage) => stage !== "draft"))("refuses an invoice that starts as %s", async (stage) => {
  const draft = await draftInvoice(ledger);
  const copy = `insert into invoices select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'stage', '${stage}'))).*
                  from invoices i where id = :id`;
  expect(await refusal(ledger.run("billing-runner", copy, draft))).toBe("PL030");
});

it.each(["version = version", "version = version + 2", "version = 1"])("refuses a step of %s", async (step) => {
  const draft = await draftInvoice(ledger);
  const sql = `update invoices set ${step} where id = :id`;
  expect(await refusal(ledger.run("coordinator", sql, draft))).toBe("PL031");
});

it("lets only one of two who saw the same version change it", async () => {
  const draft = await draftInvoice(ledger);
  const change2 = () => ledger.run("coordinator", "update invoices set version = 2 where id = :id", draft);
  const answers = await Promise.all([refusal(change2()), refusal(change2())]);
  expect(answers.toSorted()).toEqual(["PL031", "allowed"]);
});

describe.each(["issued", "posted", "discarded"] as const)("an invoice that is %s", (stage) => {
  it("cannot change in any column", async () => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    const { rows: columns } = await database.current.admin.query<{ name: string; type: string }>(
      `select attname as name, format_type(atttypid, null) as type from pg_attribute
        where attrelid = 'invoices'::regclass and attnum > 0 and not attisdropped
          and attname not in ('version', 'stage', 'stage_since')`,
    );
    expect(columns.length).toBeGreaterThan(25);
    for (const { name, type } of columns) {
      const set = `${name} = ${another[type] ?? `missing value for ${type}`}`.replaceAll("$", name);
      // Another tenant is refused by row-level security before or after the guard.
      expect([name, await refusal(change(ledger, "coordinator", draft, set))]).toEqual([
        name,
        expect.stringMatching(/^(PL032|PL221|42501)$/),
      ]);
    }
  });
});

const another: Readonly<Record<string, string>> = {
  boolean: "not $",
  uuid: "gen_random_uuid()",
  text: "coalesce($, '') || 'x'",
  integer: "coalesce($, 0) + 1",
  bigint: "coalesce($, 0) + 1",
  date: "coalesce($, '2026-01-01') + 1",
  "timestamp with time zone": "coalesce($, now()) + interval '1 second'",
};
