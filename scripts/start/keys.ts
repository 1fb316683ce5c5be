import { join } from "node:path";
import { type DatabaseSecrets, newDatabaseSecrets } from "@plumbline/platform/database-roles";
import { readOrCreateSecret } from "@plumbline/platform/state-folder";

/** Passwords and keys of this installation, made on first use and kept beside the database. */
export async function readDatabaseSecrets(stateFolder: string): Promise<DatabaseSecrets> {
  const text = await readOrCreateSecret(join(stateFolder, "database-secrets.json"), () =>
    JSON.stringify(newDatabaseSecrets()),
  );
  return JSON.parse(text) as DatabaseSecrets; // Written by the line above and by nobody else.
}
