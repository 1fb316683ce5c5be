import type { InvoiceId } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { loadBundle } from "../policies/policy-bundles.ts";
import { compareContent, compareDecision } from "./compare-content.ts";
import { compareInputs } from "./compare-inputs.ts";
import { compareSnapshot } from "./compare-snapshot.ts";
import type { Difference } from "./difference.ts";
import { loadStoredInvoices, type StoredInvoice } from "./load-stored-invoices.ts";
import { recomputeCredits } from "./recompute-credits.ts";
import { type Redrafted, redraftInvoices } from "./redraft-invoices.ts";
import { type Narrated, snapshotAnew, versionKey, type WorkVersion } from "./snapshot-anew.ts";

/** Invoices of one question: what they were made from is in memory meanwhile. */
export const recomputeBatchMax = 200;

export type Recomputation = {
  readonly invoiceId: InvoiceId;
  readonly number: string | undefined;
  readonly contentHash: string;
  /** None: made anew from its stored inputs it is what is stored, to the byte. */
  readonly differences: readonly Difference[];
};

/**
 * Makes invoices anew from their stored inputs and holds them against what is stored: content, claims, uses of limits,
 * what policy ruled and, once issued, the snapshot; credit notes likewise. Writes nothing. A set of statements, however many invoices.
 *
 * @throws Problem `permission-missing`
 */
export async function recomputeInvoices(
  scope: Scope,
  input: { readonly invoiceIds: readonly InvoiceId[] },
): Promise<readonly Recomputation[]> {
  demand(scope, "invoice.read");
  if (input.invoiceIds.length > recomputeBatchMax)
    throw new RangeError(`at most ${recomputeBatchMax} invoices are recomputed at once`);
  const { tx } = scope;
  const stored = await loadStoredInvoices(tx, input.invoiceIds);
  const [notes, invoices] = [stored.filter(isNote), stored.filter((each) => !isNote(each))];
  const ofNotes = await recomputeCredits(tx, notes);
  const redrafted = await redraftInvoices(tx, invoices);
  const ofInputs = await compareInputs(tx, [...new Set([...redrafted.values()].map(({ drafting }) => drafting))]);
  const narratedOf = await loadNarrated(tx, input.invoiceIds);
  const bundles = await loadBundles(tx, invoices);
  const differencesOf = (invoice: StoredInvoice): readonly Difference[] => {
    const anew = redrafted.get(invoice.id);
    if (anew === undefined) return [unexplained(invoice)];
    return [
      ...(ofInputs.get(anew.drafting.id) ?? []),
      ...compareContent(invoice, anew),
      ...invoice.decisions.flatMap((decision) => compareDecision(decision, anew, bundles(decision.bundleHash))),
      ...snapshotOf(invoice, anew, narratedOf),
    ];
  };
  return stored.map((each) => ({
    invoiceId: each.id,
    number: each.number,
    contentHash: each.contentHash,
    differences: ofNotes.get(each.id) ?? differencesOf(each),
  }));
}

const isNote = ({ header }: StoredInvoice): boolean => header["kind"] === "credit_note";

const unexplained = ({ draftingId }: StoredInvoice): Difference => ({
  where: "inputs",
  member: draftingId === undefined ? "none were kept" : "they make no invoice of its work",
});

const snapshotOf = (
  stored: StoredInvoice,
  { draft }: Redrafted,
  narratedOf: ReadonlyMap<string, Narrated>,
): Difference[] =>
  stored.issue === undefined
    ? []
    : compareSnapshot(stored, stored.issue, (said) => snapshotAnew({ stored, draft, narratedOf, said }));

async function loadNarrated(tx: TenantTx, ids: readonly InvoiceId[]): Promise<ReadonlyMap<string, Narrated>> {
  const rows = await query<Narrated & WorkVersion>(
    tx,
    `select w.id, w.version, w.worked_on as "workedOn", coalesce(t.task, '') as task, t.narrative
       from invoices i
       join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
       join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.kept_of is null
       join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
       join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
      where i.id = any(?) and i.number is not null`,
    [ids],
  );
  return new Map(rows.map(({ id, version, ...narrated }) => [versionKey({ id, version }), narrated]));
}

async function loadBundles(tx: TenantTx, invoices: readonly StoredInvoice[]) {
  const hashes = new Set(invoices.flatMap(({ decisions }) => decisions.map(({ bundleHash }) => bundleHash)));
  const known = new Map<string, Awaited<ReturnType<typeof loadBundle>>>();
  // A firm has a few bundles, and those of a batch are mostly one.
  for (const hash of hashes) known.set(hash, await loadBundle(tx, hash));
  return (hash: string) => {
    const bundle = known.get(hash);
    if (bundle === undefined) throw new Error(`policy bundle ${hash} was not loaded`);
    return bundle;
  };
}
