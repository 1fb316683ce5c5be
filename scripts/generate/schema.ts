import { newDatabaseSecrets } from "@plumbline/platform/database-roles";
import { startThrowAwayPostgres } from "@plumbline/platform/embedded/postgres";
import { openOwner, prepareDatabase } from "@plumbline/platform/migrate";
import { dumpSchema } from "@plumbline/platform/schema-dump";

/** What the migrations make of an empty database. Always the packaged PostgreSQL, because versions print differently. */
export async function renderSchema(): Promise<string> {
  const server = await startThrowAwayPostgres();
  try {
    await prepareDatabase({ adminUrl: server.adminUrl, secrets: newDatabaseSecrets() });
    const owner = openOwner(server.adminUrl);
    try {
      return await dumpSchema(async (sql) => (await owner.raw<{ rows: Record<string, unknown>[] }>(sql)).rows);
    } finally {
      await owner.destroy();
    }
  } finally {
    await server.stop();
  }
}
