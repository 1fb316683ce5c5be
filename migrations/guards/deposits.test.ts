import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { change, refusal, sign, submit } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

type Line = { readonly net: number; readonly deducts?: string; readonly retaxes?: string; readonly bp?: number };
type Said = {
  readonly kind: "invoice" | "deposit" | "credit_note";
  readonly corrects?: string;
  readonly engagement?: string;
};

/** A document of some sums without work, as a draft of raw SQL; gives its id and the ids of its lines. */
async function draft(said: Said, lines: readonly Line[], credits: readonly string[] = []) {
  const id = newId();
  const rows = lines.map((line, index) => ({ id: newId(), position: index + 1, bp: 1900, ...line }));
  const byRate = Map.groupBy(rows, ({ bp }) => bp);
  const taxes = [...byRate].map(([bp, of]) => {
    const base = of.reduce((sum, { net }) => sum + net, 0);
    return { id: newId(), bp, base, tax: Math.round((base * bp) / 10_000) };
  });
  const net = rows.reduce((sum, line) => sum + line.net, 0);
  const tax = taxes.reduce((sum, each) => sum + each.tax, 0);
  const values = {
    ...ledger.ids,
    ...said,
    id,
    net,
    tax,
    hash: `hash-${ledger.ids.bundle}`,
    corrects: said.corrects ?? null,
  };
  await ledger.as("coordinator", async (tx) => {
    await say(tx, headerSql, values);
    await say(tx, linesSql, { ...values, rows: JSON.stringify(rows) });
    await say(tx, taxesSql, { id, taxes: JSON.stringify(taxes) });
    for (const [index, corrected] of credits.entries())
      await say(
        tx,
        "insert into credit_lines (line_id, corrected_line_id, treatment, quantity) values (:line, :corrected, 'concession', 0)",
        {
          line: rows[index]?.id,
          corrected,
        },
      );
    await say(tx, inputsSql, { id, drafting: newId() });
  });
  return { id, line: rows[0]?.id ?? "", net, tax };
}

const headerSql = `
  insert into invoices (id, kind, corrects, correction_code, correction_reason, billing_run_id, legal_entity_id, client_id, payer_id,
    delivery_profile_id, engagement_id, currency, period_start, period_end, payment_terms_days, content_hash, minutes, net_minor,
    tax_minor, total_minor, bundle_hash)
  values (:id, :kind, :corrects::uuid, case when :corrects::text is not null then 'goodwill' end, case when :corrects::text is not null then 'r' end,
    case when :kind = 'invoice' then :run::uuid end, :entity, :client, :client, :profile, :engagement, 'EUR', '2026-01-01', '2026-01-02', 0, 'd1', 0,
    :net, :tax, :net::bigint + :tax::bigint, :hash)`;
const linesSql = `
  insert into invoice_lines (id, invoice_id, content_version, position, engagement_id, description, quantity, unit, minutes,
    price_minor, price_base, net_minor, tax_category, tax_bp, because, deducts, retaxes)
  select r.id, :id, 1, r.position, :engagement, 'Deposit', sign(r.net), 'each', 0, abs(r.net), 1, r.net, 'S', r.bp, 'b', r.deducts, r.retaxes
    from jsonb_to_recordset(:rows) r (id uuid, position int, net int, bp int, deducts uuid, retaxes uuid)`;
const taxesSql = `
  insert into tax_determinations (id, invoice_id, content_version, category, basis_points, base_minor, tax_minor, because)
  select r.id, :id, 1, 'S', r.bp, r.base, r.tax, 'standard' from jsonb_to_recordset(:taxes) r (id uuid, bp int, base int, tax int)`;
const inputsSql = `
  with made as (insert into draftings (id, inputs, hash) values (:drafting, '{}', encode(sha256('{}'), 'hex')) returning id)
  insert into drafted_contents (invoice_id, content_version, drafting_id) select :id, 1, id from made`;

type Document = Awaited<ReturnType<typeof draft>>;

/** Approves and issues it, its entry with this much on the deposits' account. */
async function issue(document: Document, kind: Said["kind"], { on = "2026-02-01", deposited = 0 } = {}): Promise<void> {
  const signed = { ...document, claim: "", work: "" };
  await submit(ledger, signed);
  for (const step of ["manager", "finance"] as const) {
    await sign(ledger, step, signed, step);
    await change(ledger, step, document, `stage = '${step}_approved'`);
  }
  await ledger.as("invoice-issuer", async (tx) => {
    const series = newId();
    const values = { ...ledger.ids, series, kind, on, id: document.id };
    await say(
      tx,
      "insert into number_series (id, legal_entity_id, kind, fiscal_year, format) values (:series, :entity, :kind, :series, 'X-{number}')",
      values,
    );
    await say(tx, "update number_series set next_number = 2, last_issued_on = :on where id = :series", values);
    const [row] = await say(
      tx,
      `update invoices set version = version + 1, stage = 'issued', series_id = :series, number = 1, number_text = left(:series, 24),
              issued_on = :on, due_on = :on, issued_at = now() where id = :id
       returning number_text as number, net_minor::text as "netMinor", tax_minor::text as "taxMinor", total_minor::text as "totalMinor"`,
      values,
    );
    await say(tx, "insert into invoice_snapshots (invoice_id, snapshot, hash) values (:id, :snapshot, 'x')", {
      id: document.id,
      snapshot: JSON.stringify(row),
    });
    await book(tx, document, on, deposited);
  });
}

async function book(tx: TenantTx, { id, net, tax }: Document, on: string, deposited: number): Promise<void> {
  const entry = newId();
  await say(
    tx,
    `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id)
     values (:entry, 'invoice_issued', :entity, :client, 'EUR', :on, :id)`,
    { ...ledger.ids, entry, on, id },
  );
  const sides = [
    { account: "receivable", minor: net + tax },
    { account: "revenue", minor: deposited - net },
    { account: "deposit_liability", minor: -deposited },
    { account: "tax_payable", minor: -tax },
  ].filter(({ minor }) => minor !== 0);
  await say(
    tx,
    `insert into ledger_postings (entry_id, position, account, amount_minor, tax_category, tax_bp)
     select :entry, row_number() over (), account, minor, case when account = 'tax_payable' then 'S' end,
            case when account = 'tax_payable' then 1900 end
       from jsonb_to_recordset(:sides) s (account text, minor bigint)`,
    { entry, sides: JSON.stringify(sides) },
  );
}

async function deposit(net = 500): Promise<Document> {
  const document = await draft({ kind: "deposit" }, [{ net }]);
  await issue(document, "deposit", { deposited: net });
  return document;
}

const deduction = (of: Document, net: number, more: Partial<Line> = {}) =>
  draft({ kind: "invoice" }, [{ net: 1_000 }, { net: -net, deducts: of.id, ...more }]);

describe("a deposit", () => {
  it("is deducted as far as it goes, over all drafts together", async () => {
    const paid = await deposit();
    expect(await refusal(deduction(paid, 501))).toBe("PL209");
    await deduction(paid, 300);
    expect(await refusal(deduction(paid, 201))).toBe("PL209");
    const raced = await Promise.all([refusal(deduction(paid, 150)), refusal(deduction(paid, 150))]);
    expect(raced.toSorted()).toEqual(["PL209", "allowed"].toSorted());
  });

  it("is credited as far as no invoice deducted it", async () => {
    const paid = await deposit();
    await deduction(paid, 300);
    const credit = (net: number) => draft({ kind: "credit_note", corrects: paid.id }, [{ net: -net }], [paid.line]);
    expect(await refusal(credit(201))).toBe("PL210");
    await credit(200);
    expect(await refusal(deduction(paid, 1))).toBe("PL209");
  });

  it("is deducted once it was issued, for its own engagement and at its own rate", async () => {
    const asked = await draft({ kind: "deposit" }, [{ net: 500 }]);
    expect(await refusal(deduction(asked, 100))).toBe("PL211");
    const paid = await deposit();
    expect(await refusal(deduction(paid, 100, { bp: 700 }))).toBe("PL211");
    expect(await refusal(deduction({ ...paid, id: (await deduction(paid, 1)).id }, 1))).toBe("PL211");
    const lent = newId();
    await ledger.run(
      "coordinator",
      `insert into engagements (id, code, name, legal_entity_id, client_id, payer_id, delivery_profile_id, currency)
       values (:lent, :lent, 'E2', :entity, :client, :client, :profile, 'EUR')`,
      { ...ledger.ids, lent },
    );
    const other = [{ net: 1_000 }, { net: -100, deducts: paid.id }];
    expect(await refusal(draft({ kind: "invoice", engagement: lent }, other))).toBe("PL211");
  });

  it("brings its rate to as much as it moves from the invoice's own", async () => {
    const paid = await deposit();
    const moved = (back: number) =>
      draft({ kind: "invoice" }, [
        { net: 1_000, bp: 2300 },
        { net: -300, bp: 2300, retaxes: paid.id },
        { net: back, retaxes: paid.id },
        { net: -300, deducts: paid.id },
      ]);
    expect(await refusal(moved(301))).toBe("PL213");
    await moved(300);
  });

  it("is a liability from its issue until an invoice is issued that deducts it, and never after that", async () => {
    const asked = await draft({ kind: "deposit" }, [{ net: 500 }]);
    expect(await refusal(issue(asked, "deposit"))).toBe("PL212");
    const paid = await deposit();
    const billed = await deduction(paid, 300);
    expect(await refusal(issue(billed, "invoice"))).toBe("PL212");
    expect(await refusal(issue(await deduction(paid, 100), "invoice", { deposited: -100, on: "2026-01-31" }))).toBe(
      "PL214",
    );
    await issue(await deduction(paid, 100), "invoice", { deposited: -100 });
  });

  it("is the only invoice that no run drafts, and is never changed", async () => {
    const asked = await draft({ kind: "deposit" }, [{ net: 500 }]);
    const revised = "content_version = 2, content_hash = 'x', approval_round = 2";
    expect(await refusal(change(ledger, "coordinator", asked, revised))).toBe("23514");
    expect(
      await refusal(
        ledger.run("coordinator", headerSql.replace("case when :kind = 'invoice' then :run::uuid end", "null"), {
          ...ledger.ids,
          id: newId(),
          kind: "invoice",
          corrects: null,
          net: 1,
          tax: 0,
          hash: `hash-${ledger.ids.bundle}`,
        }),
      ),
    ).toBe("23514");
  });
});
