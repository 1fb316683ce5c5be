import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { advance, change, draftInvoice, lineSql, refusal, revise, taxSql } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const unissued = ["draft", "validation_pending", "manager_approved", "finance_approved"] as const;

describe.each(unissued)("the content of an invoice at %s", (stage) => {
  it.each([
    "payer_id = gen_random_uuid()",
    "delivery_profile_id = gen_random_uuid()",
    "engagement_id = null",
    "project_id = :project",
    "purchase_order_id = gen_random_uuid()",
    "period_end = period_end + 1",
    "payment_terms_days = 90",
    "content_hash = 'another'",
    "minutes = 120, net_minor = 20000, tax_minor = 3800, total_minor = 23800",
  ])("does not change under the same version: %s", async (set) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    expect(await refusal(change(ledger, "coordinator", draft, set))).toBe("PL034");
  });

  it.each(["content_version + 2", "content_version - 1"])("steps by one version, not to %s", async (to) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    const set = `stage = case when stage = 'draft' then stage else 'validation_pending' end, content_hash = 'new',
                 approval_round = approval_round + 1, content_version = ${to}`;
    expect(await refusal(change(ledger, "coordinator", draft, set))).toBe("PL034");
  });
});

it("loses its approvals when it changes", async () => {
  const draft = await advance(ledger, await draftInvoice(ledger), "finance_approved");
  const set = "content_version = content_version + 1, content_hash = 'new', approval_round = approval_round + 1";
  expect(await refusal(change(ledger, "coordinator", draft, set))).toBe("PL035");
  expect(await refusal(revise(ledger, draft))).toBe("allowed");
});

describe("the header", () => {
  it.each([
    ["net", { net: 10_001 }],
    ["tax", { tax: 1_901 }],
    ["minutes", { minutes: 61 }],
  ])("is refused when its %s is not the sum of its parts", async (_name, sums) => {
    expect(await refusal(draftInvoice(ledger, sums))).toMatch(/^PL05[012]$/);
  });

  it("is refused without lines", async () => {
    const copy = `insert into invoices select (jsonb_populate_record(i, jsonb_build_object('id', :copy::uuid, 'minutes', 0,
        'net_minor', 0, 'tax_minor', 0, 'total_minor', 0))).* from invoices i where id = :id`;
    const values = { ...(await draftInvoice(ledger)), copy: newId() };
    expect(await refusal(ledger.run("billing-runner", copy, values))).toBe("PL050");
  });

  it("is refused when its total is not net and tax", async () => {
    const set = "content_version = 2, content_hash = 'new', approval_round = 2, total_minor = total_minor + 1";
    expect(await refusal(change(ledger, "coordinator", await draftInvoice(ledger), set))).toBe("23514");
  });

  it("is refused new content without new lines", async () => {
    const set = "content_version = 2, content_hash = 'new', approval_round = 2";
    expect(await refusal(change(ledger, "coordinator", await draftInvoice(ledger), set))).toMatch(/^PL0(50|63)$/);
  });
});

const secondLine = lineSql.replace("values (:line, :id, :version, 1,", "values (gen_random_uuid(), :id, :version, 2,");
const secondTax = taxSql.replace("'S', 1900,", "'Z', 0,");

describe.each([...unissued, "issued", "posted", "discarded"] as const)("at %s", (stage) => {
  const late = async (sql: string, version = 1) => {
    const draft = await advance(ledger, await draftInvoice(ledger), stage);
    return refusal(ledger.run("coordinator", sql, { ...ledger.ids, ...draft, tax: newId(), version }));
  };

  it("refuses a line that comes later", async () => {
    expect(await late(secondLine)).toBe("PL051");
  });

  it("refuses taxes that come later", async () => {
    expect(await late(secondTax)).toBe("PL052");
  });

  it("refuses a later line that weighs nothing", async () => {
    expect(
      await late(
        secondLine.replace("'Work', 60, 'minute', 60, 10000, 60, 10000", "'A promise', 0, 'minute', 0, 10000, 60, 0"),
      ),
    ).toBe("PL051");
  });

  it("refuses two later lines that cancel out", async () => {
    const less =
      "(gen_random_uuid(), :id, :version, 3, :engagement, :project, 'Less', -60, 'minute', -60, 10000, 60, -10000, 'S', 1900, :rate, 'x')";
    expect(await late(`${secondLine}, ${less}`)).toBe("PL051");
  });

  it("refuses later taxes that weigh nothing", async () => {
    expect(await late(secondTax.replace("10000, 1900,", "0, 0,"))).toBe("PL052");
  });

  it("refuses lines of a version that is not the present one", async () => {
    expect(await late(secondLine, 2)).toBe("PL051");
  });
});

describe("a line", () => {
  const written = async (values: string) => {
    const draft = await draftInvoice(ledger);
    const sql = secondLine.replace("'Work', 60, 'minute', 60, 10000, 60, 10000", values);
    return refusal(ledger.run("coordinator", sql, { ...ledger.ids, ...draft, version: 1 }));
  };
  // The balance of the invoice is asked after the line itself, so PL051 says that the line by itself is sound.
  const [sound, unsound] = ["PL051", "23514"];

  it.each([
    ["'Fee', 1, 'each', 0, 5000, 1, 5000", sound],
    ["'Fee', 1, 'each', 0, 5000, 1, 5001", unsound],
    ["'Half a cent', 30, 'minute', 30, 1, 60, 1", sound],
    ["'Half a cent down', 30, 'minute', 30, 1, 60, 0", unsound],
    ["'Half a cent back', -30, 'minute', -30, 1, 60, -1", sound],
    ["'Parts', 12.5, 'kilometre', 0, 30, 1, 375", sound],
    ["'Minutes apart', 60, 'minute', 59, 10000, 60, 10000", unsound],
    ["'No such unit', 1, 'dozen', 0, 5000, 1, 5000", unsound],
  ])("is its quantity times its price, rounded half up once: %s", async (values, expected) => {
    expect(await written(values)).toBe(expected);
  });
});
