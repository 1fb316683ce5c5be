import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { newId } from "@plumbline/platform/new-id";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { type Ledger, say, type Who } from "./ledger.ts";

export type Draft = { readonly id: string; readonly line: string; readonly claim: string; readonly work: string };

const hour = { minutes: 60, net: 10_000, tax: 1_900 };

/** An approved hour of work. */
export async function workFor(ledger: Ledger): Promise<string> {
  const work = newId();
  await ledger.run(
    "billing-runner",
    `insert into work_items (id, kind, engagement_id, project_id, worked_on, minutes, status)
     values (:work, 'time', :engagement, :project, '2026-01-05', 60, 'approved')`,
    { ...ledger.ids, work },
  );
  return work;
}

/** A draft of one hour, prepared by the billing runner: header, line, tax and claim in one transaction. */
export async function draftInvoice(ledger: Ledger, header: Partial<typeof hour & { by: Who }> = {}): Promise<Draft> {
  const { by = "billing-runner", ...sums } = header;
  const draft = { id: newId(), line: newId(), claim: newId(), work: await workFor(ledger) };
  await ledger.as(by, async (tx) => {
    await say(
      tx,
      `insert into invoices (id, billing_run_id, legal_entity_id, client_id, payer_id, delivery_profile_id, engagement_id,
         currency, period_start, period_end, payment_terms_days, content_hash, minutes, net_minor, tax_minor, total_minor,
         bundle_hash)
       values (:id, :run, :entity, :client, :client, :profile, :engagement, 'EUR', '2026-01-01', '2026-02-01', 14, 'v1',
         :minutes, :net, :tax, :net::bigint + :tax::bigint, :hash)`,
      { ...ledger.ids, ...hour, ...sums, id: draft.id, hash: `hash-${ledger.ids.bundle}` },
    );
    await writeContent(tx, ledger, draft, 1);
  });
  return draft;
}

/** The line, the tax, the claim and the inputs of one content version. */
export async function writeContent(tx: TenantTx, ledger: Ledger, draft: Draft, version: number): Promise<void> {
  const values = { ...ledger.ids, ...draft, version, tax: newId() };
  await say(tx, lineSql, values);
  await say(tx, taxSql, values);
  await say(tx, claimSql, values);
  await say(tx, inputsSql, { ...values, drafting: newId() });
}

export const lineSql = `
  insert into invoice_lines (id, invoice_id, content_version, position, engagement_id, project_id, description, quantity,
    unit, minutes, price_minor, price_base, net_minor, tax_category, tax_bp, rate_id, because)
  values (:line, :id, :version, 1, :engagement, :project, 'Work', 60, 'minute', 60, 10000, 60, 10000, 'S', 1900, :rate, 'an hour')`;
export const taxSql = `
  insert into tax_determinations (id, invoice_id, content_version, category, basis_points, base_minor, tax_minor, because)
  values (:tax, :id, :version, 'S', 1900, 10000, 1900, 'standard')`;
export const claimSql = `
  insert into claims (id, work_item_id, work_item_version, minutes, billed_minutes, line_id, billing_run_id)
  values (:claim, :work, 1, 60, 60, :line, :run)`;

const inputsSql = `
  with made as (insert into draftings (id, inputs, hash) values (:drafting, '{}', encode(sha256('{}'), 'hex')) returning id)
  insert into drafted_contents (invoice_id, content_version, drafting_id) select :id, :version, id from made`;

/** Changes the header as a proper operation would, but for what the test says otherwise. */
export const change = (ledger: Ledger, who: Who, { id }: Pick<Draft, "id">, set: string, values = {}) =>
  ledger.run(who, `update invoices set version = version + 1, ${set} where id = :id returning *`, {
    ...ledger.ids,
    ...values,
    id,
  });

export const submit = (ledger: Ledger, draft: Draft, who: Who = "coordinator") =>
  change(ledger, who, draft, "stage = 'validation_pending', submitted_by = :actor", { actor: ledger.actorOf(who) });

/** Signs the content as it is. */
export const sign = (ledger: Ledger, who: Who, { id }: Draft, step: "manager" | "finance", as: Who = who) =>
  ledger.run(
    who,
    `insert into approvals (id, invoice_id, approval_round, content_hash, step, actor_id)
     select :approval, id, approval_round, content_hash, :step, :actor from invoices where id = :id`,
    { approval: newId(), id, step, actor: ledger.actorOf(as) },
  );

/** New content of the same sums: header, released claim, line, tax, claim. */
export async function revise(ledger: Ledger, draft: Draft, who: Who = "coordinator"): Promise<Draft> {
  const next = { ...draft, line: newId(), claim: newId() };
  await ledger.as(who, async (tx) => {
    const [header] = await say(
      tx,
      `update invoices set version = version + 1, content_version = content_version + 1, content_hash = :hash,
         approval_round = approval_round + 1, stage = case when stage = 'draft' then stage else 'validation_pending' end
       where id = :id returning content_version`,
      { id: draft.id, hash: newId() },
    );
    await say(tx, "update claims set released_at = now() where id = :claim", draft);
    await writeContent(tx, ledger, next, header?.["content_version"] as number);
  });
  return next;
}

/** Back to draft, which voids what was signed. */
export const sendBack = (ledger: Ledger, draft: Draft, who: Who = "manager") =>
  change(ledger, who, draft, "stage = 'draft', approval_round = approval_round + 1");

/** Number, snapshot, ledger entry and stage in one transaction. `set` is what issuing writes on the header. */
export async function issue(ledger: Ledger, draft: Draft, set: string = issueSet, total = "11900"): Promise<void> {
  await ledger.as("invoice-issuer", async (tx) => {
    const taken = `update number_series set next_number = next_number + 1, last_issued_on = '2026-02-01'
                   where id = :series returning next_number - 1 as number`;
    const [series] = await say(tx, taken, ledger.ids);
    const number = series?.["number"] as string;
    const header = `update invoices set version = version + 1, ${set} where id = :id returning number_text as number`;
    const [issued] = await say(tx, header, { ...ledger.ids, id: draft.id, number });
    const snapshot = JSON.stringify({ ...issued, netMinor: "10000", taxMinor: "1900", totalMinor: total });
    const freeze = "insert into invoice_snapshots (invoice_id, snapshot, hash) values (:id, :snapshot, 'x')";
    await say(tx, freeze, { id: draft.id, snapshot });
    await book(tx, ledger, draft);
  });
}

/** What the ledger says of an issued draft; `values` are what the test says otherwise. */
export async function book(tx: TenantTx, ledger: Ledger, { id }: Pick<Draft, "id">, values = {}): Promise<string> {
  const said = { ...ledger.ids, entry: newId(), id, owed: 11_900, net: -10_000, tax: -1_900, ...values };
  await say(
    tx,
    `insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id)
     values (:entry, 'invoice_issued', :entity, :client, 'EUR', '2026-02-01', :id)`,
    said,
  );
  await say(
    tx,
    `insert into ledger_postings (entry_id, position, account, amount_minor, tax_category, tax_bp)
     values (:entry, 1, 'receivable', :owed, null, null), (:entry, 2, 'revenue', :net, null, null),
            (:entry, 3, 'tax_payable', :tax, 'S', 1900)`,
    said,
  );
  return said.entry;
}

export const issueSet = `stage = 'issued', series_id = :series, number = :number, number_text = 'F-' || :number,
  issued_on = '2026-02-01', due_on = '2026-02-15', issued_at = now()`;

/** Gives up, and the work with it. */
async function discard(ledger: Ledger, draft: Draft): Promise<void> {
  await ledger.as("coordinator", async (tx) => {
    await say(tx, "update invoices set version = version + 1, stage = 'discarded' where id = :id", draft);
    await say(tx, "update claims set released_at = now() where id = :claim", draft);
  });
}

/** Takes a draft to a stage by the lawful way, each step by who may. */
export async function advance(ledger: Ledger, draft: Draft, to: InvoiceStage): Promise<Draft> {
  if (to === "draft") return draft;
  if (to === "discarded") {
    await discard(ledger, draft);
    return draft;
  }
  const way: readonly (readonly [InvoiceStage, () => Promise<unknown>])[] = [
    ["validation_pending", () => submit(ledger, draft)],
    ["manager_approved", () => signAndMove("manager")],
    ["finance_approved", () => signAndMove("finance")],
    ["issued", () => issue(ledger, draft)],
    ["posted", () => change(ledger, "invoice-issuer", draft, "stage = 'posted'")],
  ];
  const signAndMove = async (step: "manager" | "finance") => {
    await sign(ledger, step, draft, step);
    await change(ledger, step, draft, `stage = '${step}_approved'`);
  };
  for (const [stage, go] of way) {
    await go();
    if (stage === to) break;
  }
  return draft;
}

/** What the database said, as its code; "allowed" when it did not object. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "allowed",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
