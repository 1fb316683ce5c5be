import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "./scope.ts";
import { query } from "./sql.ts";

/** An answer as it went out, or will. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

type Stored = {
  readonly free: boolean;
  readonly operation: string | null;
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

const rememberedDays = 30;

/**
 * Does something once per key, and gives the same bytes to every retry. The answer is kept in the transaction that does
 * the work: a crash in between keeps neither, so the retry does it afresh, and what was refused is not remembered.
 *
 * @param request.operation method and path
 * @param request.fingerprint hash of everything that was asked
 * @param request.keep money is remembered for ever, all else for 30 days
 * @param request.secret the answer must not be kept: a retry is told that it was given
 * @throws Problem `idempotency-key-in-use` | `idempotency-key-reused` | `secret-shown-once`, and whatever `work` throws
 */
export async function answerOnce(
  scope: Scope,
  request: {
    readonly key: string;
    readonly operation: string;
    readonly fingerprint: string;
    readonly keep: "month" | "forever";
    readonly secret: boolean;
  },
  work: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
  const { key, operation, fingerprint, keep, secret } = request;
  const [found] = await query<Stored>(
    scope.tx,
    `select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as free, k.operation, k.fingerprint, k.status, k.headers, k.body
       from (select) one
       left join idempotency_keys k on k.key = ? and (k.expires_at is null or k.expires_at > now())`,
    [`${scope.tenantId}|${scope.actor.id}|${key}`, key],
  );
  const stored = found as Stored; // A left join from one row.
  if (stored.operation !== null) return { answer: replay(stored, request), replayed: true };
  if (!stored.free) throw new Problem("idempotency-key-in-use");

  // Whoever slipped in between the look and the lock has committed by now: then nothing is kept, and nothing was done.
  const answer = await work().catch(async (refusal: unknown) => {
    throw refusal instanceof Problem && (await isKept(scope, key)) ? new Problem("idempotency-key-in-use") : refusal;
  });
  const kept = await query(
    scope.tx,
    `insert into idempotency_keys (tenant_id, actor_id, key, operation, fingerprint, status, headers, body, expires_at)
     values ((select app.tenant()), (select app.actor()), ?, ?, ?, ?, ?, ?, now() + make_interval(days => ?::int))
     on conflict (tenant_id, actor_id, key) do update set operation = excluded.operation,
       fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers, body = excluded.body,
       created_at = now(), expires_at = excluded.expires_at
       where idempotency_keys.expires_at <= now()
     returning 1`,
    [
      key,
      operation,
      fingerprint,
      answer.status,
      JSON.stringify(answer.headers),
      secret ? null : answer.body,
      keep === "forever" ? null : rememberedDays,
    ],
  );
  if (kept.length === 0) throw new Problem("idempotency-key-in-use");
  return { answer, replayed: false };
}

/** Whether the key has an answer by now: what was done under it may be why it is refused a second time. */
async function isKept({ tx }: Scope, key: string): Promise<boolean> {
  const sql = "select 1 from idempotency_keys where key = ? and (expires_at is null or expires_at > now())";
  return (await query(tx, sql, [key])).length > 0;
}

function replay(stored: Stored, asked: { readonly operation: string; readonly fingerprint: string }): Answer {
  if (stored.operation !== asked.operation || stored.fingerprint !== asked.fingerprint) {
    throw new Problem("idempotency-key-reused", { detail: `The key was used for ${stored.operation}.` });
  }
  if (stored.body === null) throw new Problem("secret-shown-once");
  return { status: stored.status, headers: stored.headers, body: stored.body };
}
