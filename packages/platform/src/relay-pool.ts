import pg from "pg";

/**
 * Connections of the relay's role, which sees headers of every tenant (who, what, when due) and never data.
 * It has no tenant context, so nothing that reads or writes business rows can run here: its grants refuse.
 */
export type RelayPool = {
  /** Runs one constant statement, which is its own transaction, and gives its rows. `$1` marks a value. */
  readonly query: <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  readonly close: () => Promise<void>;
};

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;

export function openRelayPool(relayUrl: string, options: { readonly connectionsMax: number }): RelayPool {
  const pool = new pg.Pool({
    connectionString: relayUrl,
    application_name: "plumbline-relay",
    max: options.connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  // An idle connection that breaks would end the process; the next query says so where somebody handles it.
  pool.on("error", () => undefined);
  // The relay asks the same few questions many times a second, and planning them costs more than answering.
  const prepared = new Map<string, string>();
  const nameOf = (sql: string): string => {
    const name = prepared.get(sql) ?? `relay_${prepared.size}`;
    prepared.set(sql, name);
    return name;
  };
  return {
    query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>({ name: nameOf(text), text, values: [...values] })).rows,
    close: () => pool.end(),
  };
}
