import type { z } from "zod";
import type { trustReconciliationInput, TrustReconciliationWire } from "@plumbline/contract/trust";
import { minorToWire } from "@plumbline/contract/scalar";
import { isCurrency } from "@plumbline/domain/money/currency";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import { Problem } from "@plumbline/domain/problem";
import { reconcileTrust as differencesOf } from "@plumbline/domain/trust/reconcile";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";

type Input = z.output<typeof trustReconciliationInput>;
type MatterRow = { readonly id: string; readonly name: string; readonly minor: string };

/**
 * Holds the bank's balance, the trust ledger and the sum of all matters of a day against each other, names each difference,
 * and keeps the result as evidence.
 *
 * @throws Problem `permission-missing` | `legal-entity-not-found` | `trust-refused` for an amount that is none
 */
export async function reconcileTrust(scope: Scope, input: Input): Promise<TrustReconciliationWire> {
  demand(scope, "trust.reconcile");
  const { legalEntityId, on, statementBalance } = input;
  const { currency } = statementBalance;
  const statementMinor = minorOf(statementBalance, currency);
  const outstanding = input.outstanding.map(({ what, amount }) => ({ what, minor: minorOf(amount, currency) }));
  if ((await query(scope.tx, "select 1 from legal_entities where id = ?", [legalEntityId])).length === 0)
    throw new Problem("legal-entity-not-found");
  const { ledger } = await queryOne<{ ledger: string }>(scope.tx, ledgerSql, [legalEntityId, currency, on]);
  const matters = await query<MatterRow>(scope.tx, mattersSql, [legalEntityId, currency, on]);
  const held = matters.map(({ id, name, minor }) => ({ engagement: { id, name }, name, minor: BigInt(minor) }));
  const mattersMinor = held.reduce((sum, { minor }) => sum + minor, 0n);
  const records = { statementMinor, outstanding, ledgerMinor: BigInt(ledger), matters: held };
  const found = differencesOf(records);
  const wire = (minor: bigint) => minorToWire(minor, currency);
  const differences = found.map(({ kind, minor, what }) => ({ kind, amount: wire(minor), what }));
  const id = scope.newId();
  await query(
    scope.tx,
    `insert into trust_reconciliations (tenant_id, id, legal_entity_id, currency, looked_on, statement_minor, outstanding,
       ledger_minor, matters_minor, differences)
     values ((select app.tenant()), ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?::jsonb)`,
    [
      id,
      legalEntityId,
      currency,
      on,
      String(statementMinor),
      JSON.stringify(input.outstanding),
      ledger,
      String(mattersMinor),
      JSON.stringify(differences),
    ],
  );
  await scope.emit([{ name: "trust.reconciled", subjectId: id, data: { differences: differences.length } }]);
  await scope.audit([{ action: "trust.reconciled", subjectId: id }]);
  return {
    id,
    on,
    bank: wire(statementMinor + outstanding.reduce((sum, { minor }) => sum + minor, 0n)),
    ledger: wire(BigInt(ledger)),
    matters: wire(mattersMinor),
    agrees: differences.length === 0,
    differences,
    held: held.map(({ engagement, minor }) => ({ engagement, balance: wire(minor) })),
  };
}

/** A balance may be nothing, and what is outstanding negative. */
function minorOf({ amount, currency }: Input["statementBalance"], expected: string): bigint {
  const minor = isCurrency(currency) && currency === expected ? parseDecimal(amount, currency)?.minor : undefined;
  if (minor !== undefined) return minor;
  throw new Problem("trust-refused", { detail: `${amount} ${currency} is not an amount in ${expected}.` });
}

const ledgerSql = `
  select coalesce(sum(p.amount_minor), 0) as ledger
    from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
   where e.legal_entity_id = ? and e.currency = ? and e.booked_on <= ? and p.account = 'trust_bank'`;

const mattersSql = `
  select e.id, e.name, sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end) as minor
    from trust_entries t join engagements e on e.tenant_id = t.tenant_id and e.id = t.engagement_id
   where e.legal_entity_id = ? and t.currency = ? and t.booked_on <= ?
   group by e.id, e.name order by e.name, e.id`;
