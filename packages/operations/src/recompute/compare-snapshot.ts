import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import { salesTaxLevels } from "@plumbline/domain/tax/sales-tax-rates";
import type { TaxConversion } from "@plumbline/domain/tax/tax-conversion";
import type { TaxTotal } from "@plumbline/domain/tax/tax-summary";
import { sha256 } from "@plumbline/platform/hash";
import { type Difference, difference } from "./difference.ts";
import type { StoredInvoice, StoredIssue } from "./load-stored-invoices.ts";

/**
 * What was looked up in the very moment of issuing and is kept by the snapshot alone, such as names and addresses: it is held
 * against its hash, which the audit repeats.
 */
const asIssued = [
  "schema",
  "template",
  "language",
  "seller",
  "buyer",
  "bank",
  "engagement",
  "purchaseOrder",
  "brand",
  "hourBuckets",
  "retainer",
  "correction",
  // Made again of what was stored about them, for every document alike.
  "approvals",
] as const satisfies readonly (keyof InvoiceSnapshot)[];

/** Every other member, as it is made again. */
export type Remade = Readonly<Record<Exclude<keyof InvoiceSnapshot, (typeof asIssued)[number]>, unknown>> &
  Pick<StoredInvoice, "dueOn">;

/** Holds the snapshot of an issued document against what its inputs and its frozen head make of it. */
export function compareSnapshot(
  stored: StoredInvoice,
  { snapshot, hash, auditedHash, approvals }: StoredIssue,
  remake: (said: InvoiceSnapshot) => Remade,
): Difference[] {
  const where = "snapshot";
  const hashNow = sha256(snapshot);
  const said = JSON.parse(snapshot) as InvoiceSnapshot;
  const remade = remake(said);
  const made = { ...remade, approvals: approvals.map((each, index) => ({ ...each, by: said.approvals[index]?.by })) };
  return [
    ...(stored.dueOn === remade.dueOn
      ? []
      : [difference({ where: "invoice", member: "due_on" }, stored.dueOn, remade.dueOn)]),
    ...(hash === hashNow ? [] : [difference({ where, member: "hash" }, hash, hashNow)]),
    ...(hash === auditedHash ? [] : [difference({ where, member: "hash in the audit" }, auditedHash, hash)]),
    ...Object.entries(made).flatMap(([member, value]) => {
      const [before, now] = [jsonOf(said[member as keyof InvoiceSnapshot]), jsonOf(value)];
      return before === now ? [] : [difference({ where, member }, before, now)];
    }),
  ];
}

const jsonOf = (value: unknown): string | undefined => (value === undefined ? undefined : canonicalJson(value));

/** As the snapshot lists them: by category, and parts of a sales tax from the widest place down. */
export const asListed = (left: TaxTotal, right: TaxTotal): number =>
  compareText(left.category, right.category) ||
  levelOf(left) - levelOf(right) ||
  left.basisPoints - right.basisPoints ||
  compareText(left.component?.jurisdiction ?? "", right.component?.jurisdiction ?? "");

const levelOf = ({ component }: TaxTotal): number =>
  component === undefined ? 0 : salesTaxLevels.indexOf(component.level);
const compareText = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);

export const snapshotConversion = (
  conversion: TaxConversion | undefined,
): InvoiceSnapshot["taxConversion"] | undefined => {
  if (conversion === undefined) return undefined;
  const { base, quote, rate, on, source } = conversion.rate;
  const { currency, taxMinor } = conversion;
  return { currency, taxMinor: String(taxMinor), rate: { base, quote, rate, on, source } };
};

export const withoutReason = ({ because: _because, ...component }: NonNullable<TaxTotal["component"]>) => component;
