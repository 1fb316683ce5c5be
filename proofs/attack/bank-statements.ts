import { importBankStatements } from "@plumbline/operations/bank-statements/import-bank-statements";
import { sha256 } from "@plumbline/platform/hash";
import { camt, entry } from "@plumbline/testing/camt";
import type { Firm } from "@plumbline/testing/firm";

const version = "08";
const on = "2026-11-20";
/** In euros: what each entry that waits is. */
const each = 10;

/** Entries that nobody decided about: enough that each place of each route has one of its own. */
const waiting = 12;

/** Money that went back and that came in, and nobody knows yet whose it was; and a day without any. */
export async function takeBankStatements(firm: Firm): Promise<void> {
  const of = (count: number, more: Partial<Parameters<typeof entry>[0]>) =>
    Array.from({ length: count }, (_, index) =>
      entry({ version, on, amount: `${each}.00`, ...more, reference: `${more.reference}-${index}` }),
    );
  const entries = [
    ...of(waiting, { reference: "back", side: "DBIT", reversal: true }),
    ...of(waiting, { reference: "in", text: "October" }),
  ];
  const collector = await firm.as("collector");
  for (const text of [
    camt({ version, on, id: "S-1", opening: "0.00", closing: "0.00", entries }),
    camt({ version, on, id: "S-2", opening: "0.00", closing: "0.00", entries: [] }),
  ]) {
    const bytes = Buffer.from(text);
    await collector((scope) => importBankStatements(scope, { bytes, fileHash: sha256(bytes) }));
  }
}

export const nextStatementId = "S-3";
/** What comes after them. */
export const nextStatement = camt({
  version,
  on,
  id: nextStatementId,
  opening: "0.00",
  closing: `${each}.00`,
  entries: [entry({ version, on, amount: `${each}.00` })],
});
