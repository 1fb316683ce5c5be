import { query } from "@plumbline/platform/sql";
import type { InScope } from "@plumbline/platform/scope";

const notedEveryMs = 60_000;

/** Whether a use is worth writing down: a key that is used a thousand times a second is one row and not its hot spot. */
export const isWorthNoting = (lastUsedAt: Date | undefined, now: Date): boolean =>
  lastUsedAt === undefined || now.getTime() - lastUsedAt.getTime() >= notedEveryMs;

/** Writes down that a key was used. Of many at once, one does. */
export async function noteKeyUse(inScope: InScope, input: { readonly apiKeyId: string }): Promise<void> {
  await inScope(({ tx, now }) =>
    query(
      tx,
      `update api_keys set last_used_at = ?
        where id = ? and (last_used_at is null or last_used_at <= ?::timestamptz - ? * interval '1 millisecond')`,
      [now, input.apiKeyId, now, notedEveryMs],
    ),
  );
}
