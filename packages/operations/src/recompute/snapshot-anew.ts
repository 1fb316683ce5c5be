import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { WorkItemId } from "@plumbline/domain/id";
import type {
  InvoiceSnapshot,
  SnapshotAdjustment,
  SnapshotEntry,
  SnapshotLine,
} from "@plumbline/domain/invoice/snapshot";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import { earlyDiscount } from "@plumbline/domain/receivable/early-discount";
import { taxPointOn } from "@plumbline/domain/tax/tax-point";
import type { InvoiceAdjustment } from "@plumbline/domain/rating/invoice-adjustment";
import type { Draft } from "../drafts/assemble-drafts.ts";
import { taxColumns, taxesOf } from "../drafts/content-columns.ts";
import { asListed, type Remade, snapshotConversion, withoutReason } from "./compare-snapshot.ts";
import { conversionAnew } from "./conversion-anew.ts";
import { rowText } from "./difference.ts";
import type { StoredInvoice } from "./load-stored-invoices.ts";

/** What was recorded about a time entry, besides what prices it. */
export type WorkVersion = { readonly id: WorkItemId; readonly version: number };

/** Time that was edited after billing may be on several invoices, in several versions. */
export const versionKey = ({ id, version }: WorkVersion): string => `${id} ${version}`;

export type Narrated = { readonly workedOn: LocalDate; readonly task: string; readonly narrative: string };

type Issued = {
  readonly stored: StoredInvoice;
  readonly draft: Draft;
  /** By `versionKey`. */
  readonly narratedOf: ReadonlyMap<string, Narrated>;
  readonly said: InvoiceSnapshot;
};

/** What the snapshot of an invoice says, made again from its draft. */
export const snapshotAnew = (issued: Issued): Remade => {
  const { stored, draft, said } = issued;
  const { withholding } = draft;
  return {
    number: stored.number,
    kind: draft.kind === "deposit" ? draft.kind : undefined,
    issuedOn: stored.issuedOn,
    taxPoint: taxPointOf(issued),
    withholding: withholding && { ...withholding, amountMinor: String(withholding.amountMinor) },
    earlyPayment: earlyPaymentOf(issued),
    dueOn: stored.issuedOn && addDays(stored.issuedOn, draft.paymentTermsDays),
    periodStart: stored.period.start,
    periodEnd: stored.period.end,
    currency: draft.engagement.currency,
    paymentTermsDays: draft.paymentTermsDays,
    netMinor: String(draft.netMinor),
    taxMinor: String(draft.taxMinor),
    totalMinor: String(draft.totalMinor),
    lines: draft.lines.map((line, index) => lineOf(line, said.lines[index])),
    taxConversion: snapshotConversion(conversionAnew(stored, draft)),
    adjustments: present(draft.adjustments.map(toSnapshot)),
    taxes: taxesOf(draft)
      .toSorted(asListed)
      .map((tax, index) => ({
        category: tax.category,
        basisPoints: tax.basisPoints,
        baseMinor: String(tax.baseMinor),
        taxMinor: String(tax.taxMinor),
        because: rowText(taxColumns, tax, index)["because"],
        ...(draft.decisions[0].exemption && { exemption: draft.decisions[0].exemption }),
        ...(tax.component && { component: withoutReason(tax.component) }),
      })),
    annex: annexOf(issued),
  };
};

function taxPointOf({ stored, draft: { taxPoint } }: Issued): InvoiceSnapshot["taxPoint"] {
  if (taxPoint === undefined || stored.issuedOn === undefined) return undefined;
  const on = taxPointOn(taxPoint, { serviceEnd: addDays(stored.period.end, -1), issuedOn: stored.issuedOn });
  return { rule: taxPoint.rule, ...(on !== undefined && { on }) };
}

function earlyPaymentOf({ stored: { issuedOn }, draft }: Issued): InvoiceSnapshot["earlyPayment"] {
  if (issuedOn === undefined) return undefined;
  const retained = draft.lines.reduce((sum, line) => sum + line.retainedMinor, 0n);
  return draft.earlyPayment?.map(({ days, basisPoints }) => ({
    days,
    basisPoints,
    until: addDays(issuedOn, days),
    amountMinor: String(earlyDiscount(draft.totalMinor - retained, basisPoints)),
  }));
}

/** The project's name and a deposit's number are as they were at issue; everything else is made again. */
const lineOf = (line: Draft["lines"][number], said: SnapshotLine | undefined): SnapshotLine => ({
  position: line.position,
  ...(line.projectId !== undefined && said?.project !== undefined && { project: said.project }),
  description: line.description,
  quantity: line.quantity,
  unit: line.unit,
  minutes: line.minutes,
  priceMinor: String(line.priceMinor),
  priceBase: line.priceBase,
  netMinor: String(line.netMinor),
  ...(line.adjustments.length > 0 && {
    adjustments: line.adjustments.map((each) => toSnapshot({ ...each, ...rateOf(line) })),
  }),
  ...(line.retainedMinor !== 0n && { retainedMinor: String(line.retainedMinor) }),
  ...(line.part?.costCentre !== undefined && { costCentre: line.part.costCentre }),
  ...(line.deducts !== undefined && said?.deducts !== undefined && { deducts: said.deducts }),
  taxCategory: line.tax.category,
  taxBasisPoints: line.tax.basisPoints,
  because: line.because,
});

const rateOf = ({ tax: { category, basisPoints } }: Draft["lines"][number]) => ({ category, basisPoints });

const toSnapshot = (adjustment: InvoiceAdjustment): SnapshotAdjustment => ({
  kind: adjustment.kind,
  amountMinor: String(adjustment.amountMinor),
  ...(adjustment.share && {
    basisPoints: adjustment.share.basisPoints,
    baseMinor: String(adjustment.share.baseMinor),
  }),
  code: adjustment.code,
  reason: adjustment.reason,
  because: adjustment.because,
  taxCategory: adjustment.category,
  taxBasisPoints: adjustment.basisPoints,
});

const present = <T>(parts: readonly T[]): readonly T[] | undefined => (parts.length === 0 ? undefined : parts);

/** Whether the client wanted one is as it was at issue, and so are the names in it and the order they put it in. */
function annexOf({ draft, narratedOf, said }: Issued): readonly unknown[] {
  if (said.annex.length === 0) return [];
  const made = draft.lines.flatMap((line) =>
    line.claims.flatMap(({ work, billedMinutes: minutes }) => {
      const narrated = narratedOf.get(versionKey(work));
      return narrated === undefined ? [] : [{ ...narrated, minutes, line: line.position }];
    }),
  );
  const left = Map.groupBy(made, canonicalJson);
  const known = said.annex.map((entry) =>
    left.get(canonicalJson(withoutNames(entry)))?.pop() === undefined ? undefined : entry,
  );
  // In the order of the snapshot, so that equal ones compare equal; what it does not have comes behind.
  return [...known.filter((entry) => entry !== undefined), ...[...left.values()].flat()];
}

const withoutNames = ({ worker: _worker, project: _project, ...entry }: SnapshotEntry) => entry;
