import pg from "pg";
import { type ContextKey, openTenantPool, type TenantPool } from "@plumbline/platform/tenancy";
import { cloneDatabase, type TestServer } from "./test-server.ts";

/** A database of one's own, seen as the runtime sees it, and as its administrator does. */
export type TestDatabase = {
  readonly pool: TenantPool;
  /** Bypasses every wall: for looking at what really is there, and for planting defects. */
  readonly admin: pg.Client;
  readonly appUrl: string;
  readonly relayUrl: string;
  readonly adminUrl: string;
  readonly contextKey: ContextKey;
  readonly close: () => Promise<void>;
};

const connectionsMax = 10;

export async function openTestDatabase(server: TestServer): Promise<TestDatabase> {
  const clone = await cloneDatabase(server);
  const { id, secret } = server.secrets.contextKey;
  const contextKey = { id, secret: Buffer.from(secret, "hex") };
  const pool = openTenantPool(clone.appUrl, contextKey, { connectionsMax });
  const admin = new pg.Client({ connectionString: clone.adminUrl });
  await admin.connect();
  return {
    ...clone,
    pool,
    admin,
    contextKey,
    close: async () => {
      await pool.knex.destroy();
      await admin.end();
      await clone.drop();
    },
  };
}
