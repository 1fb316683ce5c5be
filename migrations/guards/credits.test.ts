import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { advance, change, type Draft, draftInvoice, refusal, sign, submit } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const issued = async (): Promise<Draft> => advance(ledger, await draftInvoice(ledger), "issued");

type Note = { readonly id: string; readonly line: string };

/** A credit note of so many minutes of an hour at 100.00, with raw SQL: what the test says otherwise is in `values`. */
async function credit(invoice: Draft, minutes: number, values: Readonly<Record<string, unknown>> = {}): Promise<Note> {
  const note = { id: newId(), line: newId() };
  const net = -Math.round((minutes * 10_000) / 60);
  const said = {
    ...ledger.ids,
    ...note,
    minutes,
    net,
    tax: Math.round(net * 0.19),
    corrects: invoice.id,
    corrected: invoice.line,
    treatment: "rebillable",
    quantity: minutes,
    cost: null,
    bp: 1900,
    rounding: "document",
    hash: `hash-${ledger.ids.bundle}`,
    determination: newId(),
    ...values,
  };
  await ledger.as("coordinator", async (tx) => {
    for (const sql of noteSql) await say(tx, sql, said);
  });
  return note;
}

const noteSql = [
  `insert into invoices (id, kind, corrects, correction_code, correction_reason, billing_run_id, legal_entity_id, client_id,
     payer_id, delivery_profile_id, engagement_id, currency, period_start, period_end, payment_terms_days, content_hash,
     minutes, net_minor, tax_minor, total_minor, bundle_hash, tax_rounding)
   values (:id, 'credit_note', :corrects, 'goodwill', 'r', :run, :entity, :client, :client, :profile, :engagement, 'EUR',
     '2026-01-01', '2026-02-01', 0, 'c1', -(:minutes::int), :net, :tax, :net::bigint + :tax::bigint, :hash, :rounding)`,
  `insert into invoice_lines (id, invoice_id, content_version, position, engagement_id, project_id, description, quantity,
     unit, minutes, price_minor, price_base, net_minor, tax_category, tax_bp, because)
   values (:line, :id, 1, 1, :engagement, :project, 'Work', -(:minutes::int), 'minute', -(:minutes::int), 10000, 60, :net, 'S', :bp, 'b')`,
  `insert into tax_determinations (id, invoice_id, content_version, category, basis_points, base_minor, tax_minor, because)
   values (:determination, :id, 1, 'S', :bp, :net, :tax, 'standard')`,
  `insert into credit_lines (line_id, corrected_line_id, treatment, quantity, cost_minor)
   select :line, :corrected, :treatment, :quantity, :cost::bigint where :corrected::text is not null`,
];

async function approve(note: Note): Promise<void> {
  const draft = { ...note, claim: "", work: "" };
  await submit(ledger, draft);
  for (const step of ["manager", "finance"] as const) {
    await sign(ledger, step, draft, step);
    await change(ledger, step, note, `stage = '${step}_approved'`);
  }
}

/** Number, snapshot, ledger entry and stage of an approved credit note, and then what the test does besides. */
const issueNote = (note: Note, besides: (tx: TenantTx) => Promise<void>): Promise<void> =>
  ledger.as("invoice-issuer", async (tx) => {
    const series = newId();
    await say(
      tx,
      `insert into number_series (id, legal_entity_id, kind, fiscal_year, format)
       values (:series, :entity, 'credit_note', :series, 'C-{number}')`,
      { ...ledger.ids, series },
    );
    await say(tx, "update number_series set next_number = 2, last_issued_on = '2026-02-01' where id = :series", {
      series,
    });
    const [row] = await say(
      tx,
      `update invoices set version = version + 1, stage = 'issued', series_id = :series, number = 1,
              number_text = 'C-' || left(:series, 24), issued_on = '2026-02-01', due_on = '2026-02-01', issued_at = now()
        where id = :id returning number_text as number, net_minor::text as "netMinor", tax_minor::text as "taxMinor",
              total_minor::text as "totalMinor"`,
      { id: note.id, series },
    );
    await say(tx, "insert into invoice_snapshots (invoice_id, snapshot, hash) values (:id, :snapshot, 'x')", {
      id: note.id,
      snapshot: JSON.stringify(row),
    });
    await book(tx, "invoice_issued", note.id, row as never, [
      ["receivable", row?.["totalMinor"]],
      ["revenue", String(-BigInt(row?.["netMinor"]))],
      ["tax_payable", String(-BigInt(row?.["taxMinor"]))],
    ]);
    await besides(tx);
  });

async function book(
  tx: TenantTx,
  fact: string,
  id: string,
  values: object,
  sides: readonly (readonly [string, string])[],
) {
  const entry = newId();
  await say(
    tx,
    `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, payment_id, reason)
     values (:entry, :fact, :entity, :client, 'EUR', '2026-02-01', :id, :payment, 'r')`,
    { payment: null, ...values, ...ledger.ids, entry, fact, id },
  );
  await say(
    tx,
    `insert into ledger_postings (entry_id, position, account, amount_minor, tax_category, tax_bp)
     select :entry, row_number() over (), account, minor::bigint,
            case when account = 'tax_payable' then 'S' end, case when account = 'tax_payable' then 1900 end
       from jsonb_to_recordset(:sides) as s (account text, minor text)`,
    { entry, sides: JSON.stringify(sides.map(([account, minor]) => ({ account, minor }))) },
  );
}

async function give(tx: TenantTx, note: Note, minor: number): Promise<void> {
  const payment = newId();
  await say(
    tx,
    `insert into payments (id, legal_entity_id, client_id, currency, amount_minor, received_on, reference, credit_note_id)
     values (:payment, :entity, :client, 'EUR', :minor, '2026-02-01', 'c', :note)`,
    { ...ledger.ids, payment, minor, note: note.id },
  );
  await book(tx, "credit_released", note.id, { payment }, [
    ["receivable", String(minor)],
    ["unapplied_cash", String(-minor)],
  ]);
}

const release = (tx: TenantTx, invoice: Draft) =>
  say(tx, "update claims set released_at = now() where id = :claim", invoice);

describe("a credit note", () => {
  it("corrects an issued invoice of its own client, and nothing else", async () => {
    expect(await refusal(credit(await issued(), 60))).toBe("allowed");
    expect(await refusal(credit(await draftInvoice(ledger), 60))).toBe("PL110");
    const invoice = await issued();
    const note = await credit(invoice, 30);
    expect(await refusal(credit({ ...invoice, id: note.id }, 30))).toBe("PL110");
    expect(await refusal(change(ledger, "coordinator", note, "correction_reason = 'other'"))).toMatch(/^PL110|PL034$/);
    expect(await refusal(change(ledger, "coordinator", note, "corrects = null"))).not.toBe("allowed");
  });

  it("takes every line back from a line of it, at the tax that was billed", async () => {
    const [invoice, other] = [await issued(), await issued()];
    expect(await refusal(credit(invoice, 30, { corrected: null }))).toBe("PL113");
    expect(await refusal(credit(invoice, 30, { corrected: other.line }))).toBe("PL113");
    expect(await refusal(credit(invoice, 30, { bp: 700 }))).toBe("PL113");
    expect(await refusal(credit(invoice, 30, { rounding: "line" }))).toBe("PL163");
    const ofInvoice = ledger.run(
      "coordinator",
      "insert into credit_lines (line_id, corrected_line_id, treatment, quantity) values (:line, :line, 'rebillable', 1)",
      invoice,
    );
    expect(await refusal(ofInvoice)).toBe("PL113");
  });

  it("never takes back more than was billed, also when two credit at once", async () => {
    const invoice = await issued();
    expect(await refusal(credit(invoice, 61))).toBe("PL114");
    expect(await refusal(credit(invoice, 30, { quantity: 61 }))).toBe("PL114");
    const both = await Promise.all([refusal(credit(invoice, 40)), refusal(credit(invoice, 40))]);
    expect(both.toSorted()).toEqual(["PL114", "allowed"]);
  });

  it("gives back what it reserved when it is given up", async () => {
    const invoice = await issued();
    const note = await credit(invoice, 40);
    await change(ledger, "coordinator", note, "stage = 'discarded'");
    expect(await refusal(credit(invoice, 60))).toBe("allowed");
  });

  it("is not revised", async () => {
    const note = await credit(await issued(), 60);
    const revised = change(
      ledger,
      "coordinator",
      note,
      "content_version = 2, approval_round = 2, content_hash = 'c2', payment_terms_days = 1",
    );
    expect(await refusal(revised)).toBe("23514");
  });

  it("is issued with its work taken back and its money given, or not at all", async () => {
    const invoice = await issued();
    const all = async (tx: TenantTx, note: Note) => {
      await release(tx, invoice);
      await give(tx, note, 11_900);
    };
    const note = await credit(invoice, 60);
    await approve(note);
    expect(await refusal(issueNote(note, (tx) => give(tx, note, 11_900)))).toBe("PL115");
    expect(await refusal(issueNote(note, async (tx) => void (await release(tx, invoice))))).toBe("PL117");
    expect(await refusal(issueNote(note, (tx) => all(tx, note)))).toBe("allowed");
  });

  it("leaves the work where it is until it is issued", async () => {
    const invoice = await issued();
    await credit(invoice, 60);
    expect(await refusal(ledger.as("coordinator", async (tx) => void (await release(tx, invoice))))).toBe("PL061");
  });

  it("gives no room in a limit before it is issued", async () => {
    const note = await credit(await issued(), 60);
    const given = ledger.as("coordinator", async (tx) => {
      const limit = newId();
      await say(
        tx,
        `insert into limits (id, kind, measure, engagement_id, currency, counts_expenses, total)
         values (:limit, 'cap', 'money', :engagement, 'EUR', false, 100000)`,
        { ...ledger.ids, limit },
      );
      await say(
        tx,
        "insert into limit_uses (id, limit_id, invoice_id, content_version, amount) values (:use, :limit, :invoice, 1, 500)",
        { use: newId(), limit, invoice: (await draftInvoice(ledger)).id },
      );
      await say(
        tx,
        `insert into limit_uses (id, limit_id, invoice_id, content_version, amount, state)
         values (:use, :limit, :id, 1, 500, 'credited')`,
        { use: newId(), limit, id: note.id },
      );
    });
    expect(await refusal(given)).toBe("PL116");
  });
});

describe("work that was edited after it was billed", () => {
  const nameWork = (line: string, work: string, minutes: number) =>
    ledger.run(
      "coordinator",
      "insert into credit_work (line_id, work_item_id, billed_minutes) values (:line, :work, :minutes)",
      { line, work, minutes },
    );

  it("is named by a credit note that takes it back, and only as far as the line does", async () => {
    const [invoice, other] = [await issued(), await issued()];
    const note = await credit(invoice, 30);
    expect(await refusal(nameWork(note.line, invoice.work, 31))).toBe("PL151");
    expect(await refusal(nameWork(note.line, other.work, 30))).toBe("PL151");
    expect(await refusal(nameWork(note.line, invoice.work, 30))).toBe("allowed");
    const late = await credit(other, 30);
    await submit(ledger, { ...late, claim: "", work: "" });
    expect(await refusal(nameWork(late.line, other.work, 30))).toBe("PL151");
  });

  it("is a cost that became less only where a line bills one", async () => {
    expect(await refusal(credit(await issued(), 30, { quantity: 0, cost: 100 }))).toBe("PL236");
  });

  it("is remembered as edited only when an issued invoice bills an earlier version", async () => {
    const edit = ({ work, id }: Draft) =>
      ledger.as("coordinator", async (tx) => {
        await say(tx, "update work_items set current = false where id = :work", { work });
        await say(
          tx,
          `insert into work_items (id, version, kind, engagement_id, project_id, worked_on, minutes, status)
           select id, 2, kind, engagement_id, project_id, worked_on, 90, status from work_items where id = :work and version = 1`,
          { work },
        );
        await say(
          tx,
          `insert into billed_edits (work_item_id, version, billed_version, billed_minutes, invoice_id)
           values (:work, 2, 1, 60, :id)`,
          { work, id },
        );
      });
    expect(await refusal(edit(await draftInvoice(ledger)))).toBe("PL150");
    const shorter = await issued();
    expect(await refusal(edit(shorter))).toBe("allowed");
    const settle = (at: string) =>
      refusal(
        ledger.run("billing-runner", `update billed_edits set settled_at = ${at} where work_item_id = :work`, shorter),
      );
    expect(await settle("now() - interval '1 day'")).toBe("PL238");
    expect(await settle("now()")).toBe("allowed");
    expect(await settle("now()")).toBe("PL238");
  });

  it("is settled only once issued invoices bill no more than it says", async () => {
    const { work, id } = await issued();
    await ledger.as("coordinator", async (tx) => {
      await say(tx, "update work_items set current = false where id = :work", { work });
      await say(
        tx,
        `insert into work_items (id, version, kind, engagement_id, project_id, worked_on, minutes, status)
         select id, 2, kind, engagement_id, project_id, worked_on, 59, status from work_items where id = :work and version = 1`,
        { work },
      );
      await say(
        tx,
        `insert into billed_edits (work_item_id, version, billed_version, billed_minutes, invoice_id) values (:work, 2, 1, 60, :id)`,
        { work, id },
      );
    });
    const settle = ledger.run(
      "billing-runner",
      "update billed_edits set settled_at = now() where work_item_id = :work",
      { work },
    );
    expect(await refusal(settle)).toBe("PL238");
  });
});
