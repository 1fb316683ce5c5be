import { bankImportWire } from "@plumbline/contract/bank";
import { importBankStatements } from "@plumbline/operations/bank-statements/import-bank-statements";
import { findBankStatements } from "@plumbline/operations/bank-statements/list-bank-statements";
import { upload } from "../../route.ts";

/** Some ten thousand entries; a bank that has more to say sends several statements. */
const bytesMax = 8 * 1024 ** 2;

export const createBankStatements = upload({
  path: "/v1/bank-statements",
  summary: "Take in a bank's CAMT.053 file: what is certain is settled, the rest waits for a person",
  needs: "payment.record",
  upload: { mediaType: "application/xml", bytesMax },
  answers: { status: 201, body: bankImportWire },
  problems: ["bank-statement-refused"],
  handle: async ({ scope, storage }, { storageKey, hash }) => {
    const imported = await importBankStatements(scope, { bytes: await storage.get(storageKey), fileHash: hash });
    const statements = await findBankStatements(
      scope,
      imported.map(({ id }) => id),
    );
    const known = new Set(imported.filter((one) => one.known).map(({ id }): string => id));
    return { items: statements.map((statement) => ({ known: known.has(statement.id), statement })) };
  },
});
