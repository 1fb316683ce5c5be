import { newId } from "@plumbline/platform/new-id";
import type { TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import type { Answer, Sender } from "./send.ts";
import { keptOf } from "./write-once.ts";

const waves = 4;

/**
 * Sends one file under each of many keys, each many times at once, wave after wave until all are answered: as many imports
 * as keys, and the same bytes to everybody who asked under one key.
 */
export async function attackKeys(
  { admin }: TestDatabase,
  { firm, send, keys, concurrent }: { firm: Firm; send: Sender; keys: number; concurrent: number },
): Promise<string[]> {
  const imports = async () => {
    const { rows } = await admin.query<{ n: number }>("select count(*)::int as n from imports where tenant_id = $1", [
      firm.tenantId,
    ]);
    return rows[0]?.n ?? 0;
  };
  const ask = (key: string): Promise<Answer> =>
    send({
      method: "post",
      path: "/v1/imports?kind=clients",
      headers: { "idempotency-key": key, "content-type": "text/csv" },
      body: `client_key,name\n${key},Client\n`,
    });
  const before = await imports();
  const found: string[] = [];
  for (let n = 0; n < keys; n += 1) {
    const key = newId();
    const answers: Answer[] = [];
    for (let wave = 0; wave < waves; wave += 1) {
      answers.push(...(await Promise.all(Array.from({ length: Math.ceil(concurrent / waves) }, () => ask(key)))));
    }
    const done = answers.filter(({ status }) => status < 300);
    const told = new Set(done.map(keptOf));
    const strange = answers.filter(({ status }) => status >= 300 && status !== 409);
    if (told.size !== 1) found.push(`/v1/imports: ${told.size} different answers under one key`);
    if (strange.length > 0) found.push(`/v1/imports: ${strange[0]?.status} ${strange[0]?.body.slice(0, 120)}`);
  }
  const made = (await imports()) - before;
  return made === keys ? found : [...found, `/v1/imports: ${made} imports under ${keys} keys`];
}
