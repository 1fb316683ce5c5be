import type { RebillWire } from "@plumbline/contract/rebill";
import { minorToWire } from "@plumbline/contract/scalar";
import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { rebilledBySql } from "./credit-columns.ts";
import { expectRebill, type Sums, type Tax } from "./expect-rebill.ts";

type Document = {
  readonly id: InvoiceId;
  readonly kind: InvoiceKind;
  readonly currency: Currency;
  readonly issued: boolean;
  readonly netMinor: string;
  readonly taxes: readonly StoredTax[];
  readonly invoices: readonly { readonly id: string; readonly number?: string }[];
};

type StoredTax = Tax & { readonly taxMinor: string };

/**
 * What a credit note takes back, and what that comes to when it is billed anew: what was drafted once it is issued, and what
 * would be drafted today before. Of an invoice, all of it and what its work comes to today.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function findRebill(scope: Scope, input: { readonly invoiceId: InvoiceId }): Promise<RebillWire> {
  demand(scope, "invoice.read");
  const [document] = await query<Document>(scope.tx, documentSql, [input.invoiceId]);
  if (document === undefined) throw new Problem("invoice-not-found");
  const { id, kind, currency, invoices } = document;
  const stated = sumsOf([document]);
  const expected = kind === "invoice" || !document.issued;
  const rebilled = expected ? await expectRebill(scope, document) : sumsOf(await query(scope.tx, rebilledSql, [id]));
  const credited = kind === "invoice" ? stated : negated(stated);
  return { expected, ...compare(credited, rebilled, currency), invoices: [...invoices] };
}

function compare(credited: Sums, rebilled: Sums, currency: Currency): Pick<RebillWire, "net" | "taxes" | "total"> {
  const sides = (back: bigint, anew: bigint) => ({
    credited: minorToWire(back, currency),
    rebilled: minorToWire(anew, currency),
    difference: minorToWire(anew - back, currency),
  });
  const kinds = new Map([...credited.taxes, ...rebilled.taxes].map((tax) => [keyOf(tax), tax]));
  const taxOf = ({ taxes }: Sums, key: string) => sum(taxes.filter((tax) => keyOf(tax) === key).map(minorOf));
  return {
    net: sides(credited.netMinor, rebilled.netMinor),
    taxes: [...kinds].map(([key, { category, basisPoints, jurisdiction }]) => ({
      category,
      basisPoints,
      ...(jurisdiction !== undefined && { jurisdiction }),
      ...sides(taxOf(credited, key), taxOf(rebilled, key)),
    })),
    total: sides(totalOf(credited), totalOf(rebilled)),
  };
}

const keyOf = ({ category, basisPoints, jurisdiction = "" }: Tax): string =>
  `${category} ${jurisdiction === "" ? basisPoints : jurisdiction}`;

const minorOf = ({ taxMinor }: { readonly taxMinor: bigint }): bigint => taxMinor;
const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);
const totalOf = ({ netMinor, taxes }: Sums): bigint => netMinor + sum(taxes.map(minorOf));

const sumsOf = (documents: readonly Pick<Document, "netMinor" | "taxes">[]): Sums => ({
  netMinor: sum(documents.map(({ netMinor }) => BigInt(netMinor))),
  taxes: documents.flatMap(({ taxes }) => taxes.map((tax) => ({ ...tax, taxMinor: BigInt(tax.taxMinor) }))),
});

const negated = ({ netMinor, taxes }: Sums): Sums => ({
  netMinor: -netMinor,
  taxes: taxes.map((tax) => ({ ...tax, taxMinor: -tax.taxMinor })),
});

const sumColumns = `
  i.net_minor::text as "netMinor",
  (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('category', t.category, 'basisPoints', t.basis_points,
            'jurisdiction', t.jurisdiction, 'taxMinor', t.tax_minor::text)) order by t.category, t.basis_points, t.jurisdiction), '[]')
     from tax_determinations t
    where t.tenant_id = i.tenant_id and t.invoice_id = i.id and t.content_version = i.content_version) as taxes`;

const documentSql = `
  select i.id, i.kind, i.currency, i.number is not null as issued, ${sumColumns},
         coalesce(${rebilledBySql}, '[]') as invoices
    from invoices i where i.id = ?`;

const rebilledSql = `select ${sumColumns} from invoices i where i.replaces = ? and i.stage <> 'discarded'`;
