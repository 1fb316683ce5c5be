import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id } from "@plumbline/domain/id";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import { importBankStatements } from "@plumbline/operations/bank-statements/import-bank-statements";
import { returnBankEntry } from "@plumbline/operations/bank-statements/return-bank-entry";
import { setAsideBankEntry } from "@plumbline/operations/bank-statements/set-aside-bank-entry";
import { settleBankEntry } from "@plumbline/operations/bank-statements/settle-bank-entry";
import { decideChargeback } from "@plumbline/operations/chargebacks/decide-chargeback";
import { openChargeback } from "@plumbline/operations/chargebacks/open-chargeback";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { camt, entry } from "@plumbline/testing/camt";
import type { Operations } from "../chaos/message.ts";
import { onOne, pick } from "./pick-one.ts";

/** What banks do to money, and what people make of it. */
export const bankOperations: Operations = {
  bankImport: async ({ firm, random }) => {
    const collector = await firm.as("collector");
    const bytes = Buffer.from(await collector((scope) => nextStatement(scope, random)));
    await collector((scope) => importBankStatements(scope, { bytes, fileHash: sha256(bytes) }));
    return "done";
  },
  bankSettle: async ({ firm, random }) =>
    onOne<{ id: Id<"bank-entry">; clientId: ClientId }>(
      firm,
      "collector",
      {
        random,
        sql: `select b.id, c.id as "clientId" from bank_entries b cross join clients c
               where b.state in ('open', 'held') and b.amount_minor > 0 order by b.id, c.id`,
      },
      (scope, { id, clientId }) =>
        settleBankEntry(scope, { bankEntryId: id, clientId, ...(random() < 0.6 && { to: "oldest_first" as const }) }),
    ),
  bankReturn: async ({ firm, random }) =>
    onOne<{ id: Id<"bank-entry">; paymentId: Id<"payment"> }>(
      firm,
      "collector",
      {
        random,
        sql: `select b.id, y.id as "paymentId" from bank_entries b join payments y on y.amount_minor <= -b.amount_minor
               where b.state = 'open' order by b.id, y.amount_minor desc, y.id`,
      },
      (scope, { id, paymentId }) => returnBankEntry(scope, { bankEntryId: id, paymentId }),
    ),
  bankAside: async ({ firm, random }) =>
    onOne<{ id: Id<"bank-entry"> }>(
      firm,
      "collector",
      { random, sql: "select id from bank_entries where state in ('open', 'held') order by id" },
      (scope, { id }) => setAsideBankEntry(scope, { bankEntryId: id, reason: "a loan" }),
    ),
  dispute: async ({ firm, random }) =>
    onOne<{ id: Id<"payment">; minor: string }>(
      firm,
      "collector",
      { random, sql: "select id, amount_minor as minor from payments order by id" },
      (scope, { id, minor }) =>
        openChargeback(scope, {
          paymentId: id,
          amount: random() < 0.5 ? undefined : eur(1n + (BigInt(minor) * BigInt(Math.floor(random() * 100))) / 100n),
          fee: random() < 0.5 ? eur(1_500n) : undefined,
          scheme: "card",
          caseReference: `case ${Math.floor(random() * 2 ** 31)}`,
          reason: "not received",
          answerBy: "2099-12-31" as LocalDate,
        }),
    ),
  decide: async ({ firm, random }) =>
    onOne<{ id: Id<"chargeback"> }>(
      firm,
      "controller",
      { random, sql: "select id from chargebacks where state in ('open', 'answered') order by id" },
      (scope, { id }) =>
        decideChargeback(scope, {
          chargebackId: id,
          outcome: outcomes[Math.floor(random() * outcomes.length)] ?? "won",
          reason: "the bank says so",
        }),
    ),
};

const outcomes = ["won", "lost", "lost_and_written_off"] as const;
const eur = (minor: bigint) => money(minor, "EUR");
const text = (minor: bigint) => toDecimal(eur(minor));
const version = "08";

/**
 * A statement that goes on from the last one: invoices are paid by name, something comes in that nobody can place, and some
 * of what came in before goes back. Whoever is overtaken by another statement is refused.
 */
async function nextStatement(scope: Scope, random: () => number): Promise<string> {
  const [last] = await query<{ count: string; closing: string }>(
    scope.tx,
    `select (select count(*) from bank_statements) as count, closing_minor as closing from bank_statements s
      where not exists (select 1 from bank_statements n where n.follows = s.id)`,
  );
  const owed = await pick<{ number: string; open: string }>(scope, random, 2, openInvoices, []);
  const paid = await pick<{ said: string; minor: string }>(scope, random, 1, paidByBank, []);
  const id = `S-${last?.count ?? 0}`;
  const on = scope.now.toISOString().slice(0, 10);
  const stray = BigInt(1 + Math.floor(random() * 100_000));
  const moved = [
    ...owed.map(({ number, open }) => ({ minor: BigInt(open), of: { text: number } })),
    { minor: stray, of: { text: "as agreed" } },
    ...paid.map(({ said, minor }) => ({
      minor: -BigInt(minor),
      of: { endToEndId: random() < 0.7 ? said : "unknown", reversal: true },
    })),
  ];
  const opening = BigInt(last?.closing ?? 0);
  const entries = moved.map(({ minor, of }, index) =>
    entry({
      version,
      on,
      reference: `${index}`,
      endToEndId: `${id}-${index}`,
      ...of,
      ...(minor < 0n ? { amount: text(-minor), side: "DBIT" } : { amount: text(minor) }),
    }),
  );
  const closing = moved.reduce((sum, { minor }) => sum + minor, opening);
  return camt({ version, on, id, opening: text(opening), closing: text(closing), entries });
}

const openInvoices = `
  select i.number_text as number, sum(p.amount_minor) as open
    from invoices i join ledger_entries e on e.invoice_id = i.id join ledger_postings p on p.entry_id = e.id
   where p.account = 'receivable' group by i.id, i.number_text having sum(p.amount_minor) > 0 order by i.id`;
const paidByBank = `
  select end_to_end_id as said, amount_minor as minor from bank_entries where state = 'settled' order by id`;
