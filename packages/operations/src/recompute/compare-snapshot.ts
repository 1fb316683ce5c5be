import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { WorkItemId } from "@plumbline/domain/id";
import type {
  InvoiceSnapshot,
  SnapshotAdjustment,
  SnapshotEntry,
  SnapshotLine,
} from "@plumbline/domain/invoice/snapshot";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import { salesTaxLevels } from "@plumbline/domain/tax/sales-tax-rates";
import { taxPointOn } from "@plumbline/domain/tax/tax-point";
import type { InvoiceAdjustment } from "@plumbline/domain/rating/invoice-adjustment";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { sha256 } from "@plumbline/platform/hash";
import type { Draft } from "../drafts/assemble-drafts.ts";
import { taxColumns, taxesOf } from "../drafts/content-columns.ts";
import { conversionAnew } from "./conversion-anew.ts";
import { type Difference, difference, rowText } from "./difference.ts";
import type { StoredInvoice, StoredIssue } from "./load-stored-invoices.ts";

/** What was recorded about a time entry, besides what prices it. */
export type Narrated = { readonly workedOn: LocalDate; readonly task: string; readonly narrative: string };

type Issued = {
  readonly stored: StoredInvoice;
  readonly issue: StoredIssue;
  readonly draft: Draft;
  readonly narratedOf: ReadonlyMap<WorkItemId, Narrated>;
  readonly said: InvoiceSnapshot;
};

/**
 * How each member of a snapshot is made again. `as issued` is what was looked up in that very moment and is kept by the
 * snapshot alone, such as names and addresses: it is held against its hash, which the audit repeats.
 */
const members: { readonly [Name in keyof InvoiceSnapshot]-?: "as issued" | ((issued: Issued) => unknown) } = {
  schema: "as issued",
  template: "as issued",
  language: "as issued",
  seller: "as issued",
  buyer: "as issued",
  bank: "as issued",
  engagement: "as issued",
  purchaseOrder: "as issued",
  brand: "as issued",
  hourBuckets: "as issued",
  retainer: "as issued",
  correction: "as issued",
  number: ({ stored }) => stored.number,
  kind: ({ draft }) => (draft.kind === "deposit" ? draft.kind : undefined),
  issuedOn: ({ stored }) => stored.issuedOn,
  taxPoint: taxPointOf,
  withholding: ({ draft: { withholding } }) =>
    withholding && { ...withholding, amountMinor: String(withholding.amountMinor) },
  dueOn,
  periodStart: ({ stored }) => stored.period.start,
  periodEnd: ({ stored }) => stored.period.end,
  currency: ({ draft }) => draft.engagement.currency,
  paymentTermsDays: ({ draft }) => draft.paymentTermsDays,
  netMinor: ({ draft }) => String(draft.netMinor),
  taxMinor: ({ draft }) => String(draft.taxMinor),
  totalMinor: ({ draft }) => String(draft.totalMinor),
  lines: ({ draft, said }) => draft.lines.map((line, index) => lineOf(line, said.lines[index])),
  taxConversion: ({ stored, draft }) => conversionOf(conversionAnew(stored, draft)),
  adjustments: ({ draft }) => present(draft.adjustments.map(toSnapshot)),
  taxes: ({ draft }) =>
    taxesOf(draft)
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
  approvals: ({ issue, said }) =>
    issue.approvals.map((approval, index) => ({ ...approval, by: said.approvals[index]?.by })),
  annex: annexOf,
};

/** Holds the snapshot of an issued invoice against what its inputs and its frozen head make of it. */
export function compareSnapshot(issued: Omit<Issued, "said">): Difference[] {
  const { snapshot, hash, auditedHash } = issued.issue;
  const where = "snapshot";
  const hashNow = sha256(snapshot);
  const said = JSON.parse(snapshot) as InvoiceSnapshot;
  const due = dueOn(issued);
  return [
    ...(issued.stored.dueOn === due
      ? []
      : [difference({ where: "invoice", member: "due_on" }, issued.stored.dueOn, due)]),
    ...(hash === hashNow ? [] : [difference({ where, member: "hash" }, hash, hashNow)]),
    ...(hash === auditedHash ? [] : [difference({ where, member: "hash in the audit" }, auditedHash, hash)]),
    ...Object.entries(members).flatMap(([member, made]) => {
      if (made === "as issued") return [];
      const [before, now] = [jsonOf(said[member as keyof InvoiceSnapshot]), jsonOf(made({ ...issued, said }))];
      return before === now ? [] : [difference({ where, member }, before, now)];
    }),
  ];
}

function dueOn({ stored, draft }: Omit<Issued, "said">): LocalDate | undefined {
  return stored.issuedOn && addDays(stored.issuedOn, draft.paymentTermsDays);
}

function taxPointOf({ stored, draft: { taxPoint } }: Issued): InvoiceSnapshot["taxPoint"] {
  if (taxPoint === undefined || stored.issuedOn === undefined) return undefined;
  const on = taxPointOn(taxPoint, { serviceEnd: addDays(stored.period.end, -1), issuedOn: stored.issuedOn });
  return { rule: taxPoint.rule, ...(on !== undefined && { on }) };
}

const jsonOf = (value: unknown): string | undefined => (value === undefined ? undefined : canonicalJson(value));

/** As the snapshot lists them: by category, and parts of a sales tax from the widest place down. */
const asListed = (left: TaxTotal, right: TaxTotal): number =>
  compareText(left.category, right.category) ||
  levelOf(left) - levelOf(right) ||
  left.basisPoints - right.basisPoints ||
  compareText(left.component?.jurisdiction ?? "", right.component?.jurisdiction ?? "");

const levelOf = ({ component }: TaxTotal): number =>
  component === undefined ? 0 : salesTaxLevels.indexOf(component.level);
const compareText = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);
const withoutReason = ({ because: _because, ...component }: NonNullable<TaxTotal["component"]>) => component;

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
  ...(line.deducts !== undefined && said?.deducts !== undefined && { deducts: said.deducts }),
  taxCategory: line.tax.category,
  taxBasisPoints: line.tax.basisPoints,
  because: line.because,
});

const conversionOf = (conversion: ReturnType<typeof conversionAnew>): InvoiceSnapshot["taxConversion"] | undefined => {
  if (conversion === undefined) return undefined;
  const { base, quote, rate, on, source } = conversion.rate;
  const { currency, taxMinor } = conversion;
  return { currency, taxMinor: String(taxMinor), rate: { base, quote, rate, on, source } };
};

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
function annexOf({ draft, narratedOf, said }: Issued): unknown {
  if (said.annex.length === 0) return [];
  const made = draft.lines.flatMap((line) =>
    line.claims.flatMap(({ work, billedMinutes: minutes }) => {
      const narrated = narratedOf.get(work.id);
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
