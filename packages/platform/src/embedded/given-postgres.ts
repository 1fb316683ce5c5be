import pg from "pg";
import { advice } from "../advice.ts";
import type { RunningPostgres } from "./postgres.ts";

const versionMin = 15;

/** A server that somebody else runs, named by DATABASE_URL. @throws advice when it cannot be reached or is too old */
export async function givenPostgres(adminUrl: string): Promise<RunningPostgres> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version");
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < versionMin) throw new Error(`it is PostgreSQL ${major}, and ${versionMin} or newer is needed`);
  } catch (error) {
    throw advice(
      `The database at DATABASE_URL cannot be used: ${(error as Error).message}. ` +
        "Correct the address, or unset it to let Plumbline start a PostgreSQL of its own.",
      error,
    );
  } finally {
    await client.end().catch(() => {});
  }
  return { adminUrl, died: new Promise(() => {}), stop: async () => {} };
}
