import type { CloseChecklistWire } from "@plumbline/contract/closing";
import { minorToWire } from "@plumbline/contract/scalar";
import { type TieOutKind, tieOutKinds } from "@plumbline/domain/ledger/close-items";
import { accountOf, residualKinds } from "@plumbline/domain/receivable/residual";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { tieOutsSql } from "./checks/tie-outs.ts";
import type { Asked } from "./closing-entity.ts";

type Row = {
  readonly kind: TieOutKind;
  readonly currency: string;
  readonly category: TaxCategory | null;
  readonly bp: number | null;
  readonly jurisdiction: string | null;
  readonly documents: string;
  readonly ledger: string;
};

/** Documents and ledger of a month, side by side. */
export async function listTieOuts(
  { tx }: Scope,
  { legalEntityId, month }: Asked,
): Promise<
  readonly {
    readonly kind: TieOutKind;
    readonly currency: string;
    readonly difference: bigint;
    readonly agrees: boolean;
    readonly wire: CloseChecklistWire["tieOuts"][number];
  }[]
> {
  const rows = await query<Row>(
    tx,
    `with asked as (select ?::uuid as entity, ?::date as first_day, ?::date as next_day) ${tieOutsSql}`,
    [legalEntityId, month.start, month.end, settling, tieOutKinds],
  );
  return rows.map((row) => {
    const difference = BigInt(row.documents) - BigInt(row.ledger);
    return { kind: row.kind, currency: row.currency, difference, agrees: difference === 0n, wire: toWire(row) };
  });
}

/** Residuals that settle what they are short of; the others stay owed. */
const settling = residualKinds.filter((kind) => accountOf(kind) !== undefined);

function toWire({ kind, currency, category, bp, jurisdiction, documents, ledger }: Row) {
  return {
    kind,
    documents: minorToWire(documents, currency),
    ledger: minorToWire(ledger, currency),
    agrees: BigInt(documents) === BigInt(ledger),
    ...(category !== null &&
      bp !== null && { tax: { category, basisPoints: bp, ...(jurisdiction !== null && { jurisdiction }) } }),
  };
}
