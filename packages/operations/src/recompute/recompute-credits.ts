import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceSnapshot, SnapshotLine } from "@plumbline/domain/invoice/snapshot";
import { sha256 } from "@plumbline/platform/hash";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import {
  creditHashOf,
  creditHeaderColumns,
  creditLineColumns,
  creditLinesOf,
  creditTaxColumns,
  creditTaxesOf,
  type CreditNote,
  makeCreditNote,
} from "../credits/credit-content.ts";
import { readCreditInputs } from "../credits/credit-inputs.ts";
import { conversionColumns } from "../fx/stored-conversions.ts";
import { asListed, compareSnapshot, type Remade, snapshotConversion, withoutReason } from "./compare-snapshot.ts";
import {
  compareMembers,
  compareRows,
  type Difference,
  difference,
  nameOfTax,
  rowsText,
  rowText,
  textOf,
  type TextRow,
} from "./difference.ts";
import type { StoredInvoice } from "./load-stored-invoices.ts";

/**
 * Makes credit notes anew from what was asked for and what was left of their invoices then, and holds them against what is
 * stored. What was left of a line is held against the line, which is never changed.
 */
export async function recomputeCredits(
  tx: TenantTx,
  notes: readonly StoredInvoice[],
): Promise<ReadonlyMap<InvoiceId, readonly Difference[]>> {
  const kept = await query<{ id: string; inputs: string; hash: string }>(
    tx,
    "select id, inputs, hash from draftings where id = any(?)",
    [notes.flatMap(({ draftingId }) => draftingId ?? [])],
  );
  const made = new Map(kept.map(({ id, inputs, hash }) => [id, { ...anew(inputs), intact: sha256(inputs) === hash }]));
  const lines = await loadLines(
    tx,
    [...made.values()].flatMap(({ invoice }) => invoice.lines.map(({ id }) => id)),
  );
  return new Map(
    notes.map((stored) => {
      const note = made.get(stored.draftingId ?? "");
      if (note === undefined) return [stored.id, [{ where: "inputs", member: "none were kept" }]];
      return [
        stored.id,
        [
          ...(note.intact ? [] : [{ where: "inputs", member: "hash" }]),
          ...note.invoice.lines.flatMap((line) =>
            compareMembers(`credited line ${line.position}`, lines.get(line.id) ?? {}, billedText(line)),
          ),
          ...compareNote(stored, note),
          ...(stored.issue === undefined
            ? []
            : compareSnapshot(stored, stored.issue, (said) => snapshotOf(stored, note, said))),
        ],
      ];
    }),
  );
}

function anew(inputs: string): CreditNote {
  const { invoice, asked } = readCreditInputs(inputs);
  return makeCreditNote(invoice, asked).note;
}

function compareNote(stored: StoredInvoice, note: CreditNote): Difference[] {
  const hash = creditHashOf(note);
  return [
    ...compareMembers("invoice", stored.header, rowText(creditHeaderColumns, note, 0)),
    ...compareRows(
      stored.lines,
      rowsText(creditLineColumns, creditLinesOf(note)),
      (line) => `line ${line["position"]}`,
    ),
    ...compareRows(stored.taxes, rowsText(creditTaxColumns, creditTaxesOf(note)), nameOfTax),
    ...compareRows(
      stored.conversions,
      rowsText(conversionColumns, note.conversion ? [note.conversion] : []),
      () => "tax conversion",
    ),
    ...(hash === stored.contentHash
      ? []
      : [difference({ where: "invoice", member: "content_hash" }, stored.contentHash, hash)]),
  ];
}

/** The project's name is as it was at issue; everything else is made again. What is credited is due at once. */
function snapshotOf(stored: StoredInvoice, note: CreditNote, said: InvoiceSnapshot): Remade {
  return {
    number: stored.number,
    kind: undefined,
    issuedOn: stored.issuedOn,
    taxPoint: undefined,
    withholding: undefined,
    earlyPayment: undefined,
    dueOn: stored.issuedOn,
    periodStart: stored.period.start,
    periodEnd: stored.period.end,
    currency: note.invoice.currency,
    paymentTermsDays: 0,
    netMinor: String(note.netMinor),
    taxMinor: String(note.taxMinor),
    totalMinor: String(note.totalMinor),
    lines: rowsText(creditLineColumns, creditLinesOf(note)).map((line, index) => ({
      ...snapshotLine(line),
      ...projectOf(line, said.lines[index]),
    })),
    taxConversion: snapshotConversion(note.conversion),
    adjustments: undefined,
    taxes: creditTaxesOf(note)
      .toSorted(asListed)
      .map((tax, index) => {
        const { because, exemption_code: code, exemption_reason: reason } = rowText(creditTaxColumns, tax, index);
        return {
          category: tax.category,
          basisPoints: tax.basisPoints,
          baseMinor: String(tax.baseMinor),
          taxMinor: String(tax.taxMinor),
          because,
          ...(reason !== null && { exemption: { ...(code !== null && { code }), reason } }),
          ...(tax.component && { component: withoutReason(tax.component) }),
        };
      }),
    annex: [],
  };
}

const projectOf = (line: TextRow, said: SnapshotLine | undefined) =>
  line["project_id"] !== null && said?.project !== undefined ? { project: said.project } : {};

const snapshotLine = (line: TextRow) => ({
  position: Number(line["position"]),
  description: line["description"],
  quantity: line["quantity"],
  unit: line["unit"],
  minutes: Number(line["minutes"]),
  priceMinor: line["price_minor"],
  priceBase: Number(line["price_base"]),
  netMinor: line["net_minor"],
  ...(line["retained_minor"] !== "0" && { retainedMinor: line["retained_minor"] }),
  ...(line["cost_centre"] !== null && { costCentre: line["cost_centre"] }),
  taxCategory: line["tax_category"],
  taxBasisPoints: Number(line["tax_bp"]),
  because: line["because"],
});

type Billed = CreditNote["invoice"]["lines"][number];

const billedText = ({ quantity, unit, priceMinor, priceBase, netMinor, retainedMinor, ...line }: Billed): TextRow =>
  Object.fromEntries(
    Object.entries({
      description: line.description,
      quantity,
      unit,
      priceMinor,
      priceBase,
      netMinor,
      retainedMinor,
      taxCategory: line.taxCategory,
      taxBasisPoints: line.taxBasisPoints,
    }).map(([name, value]) => [name, textOf(value)]),
  );

async function loadLines(tx: TenantTx, ids: readonly string[]): Promise<ReadonlyMap<string, TextRow>> {
  const rows = await query<TextRow & { readonly id: string }>(
    tx,
    `select id, description, trim_scale(quantity)::text as quantity, unit, price_minor::text as "priceMinor", price_base::text as "priceBase",
            (net_minor + spread_minor)::text as "netMinor", retained_minor::text as "retainedMinor", tax_category as "taxCategory",
            tax_bp::text as "taxBasisPoints"
       from invoice_lines where id = any(?)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
