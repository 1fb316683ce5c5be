import { Problem } from "@plumbline/domain/problem";
import type { InScope, Scope } from "@plumbline/platform/scope";
import { openTenantPool } from "@plumbline/platform/tenancy";
import { openFirm } from "@plumbline/testing/firm";
import { seededRandom } from "../seeded-random.ts";
import { arm, installFailpoints } from "./failpoints.ts";
import type { ActorSettings, Answer, Asked, Fact, Operations } from "./message.ts";

/** A process that does what it is asked over IPC, and may be ended in the middle of it. */
const settings = JSON.parse(process.argv[2] ?? "{}") as ActorSettings;
const { operations } = (await import(settings.operations)) as { readonly operations: Operations };
const pool = openTenantPool(
  settings.appUrl,
  { id: settings.contextKey.id, secret: Buffer.from(settings.contextKey.secret, "hex") },
  { connectionsMax: 4 },
);
installFailpoints();

process.on("message", (asked: Asked) => {
  void answer(asked).then((said) => process.send?.(said));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ n: -1, outcome: "ready", facts: [] } satisfies Answer);

async function answer({ n, firm, operation, args, seed, failpoint }: Asked): Promise<Answer> {
  const facts: Fact[] = [];
  const opened = openFirm(pool, firm);
  const as: typeof opened.as = async (who) => noting(await opened.as(who), facts);
  arm(failpoint);
  try {
    const run = operations[operation];
    if (run === undefined) throw new Error(`there is no operation ${operation}`);
    const did = await run({ firm: { ...opened, as }, random: seededRandom(seed), args });
    return { n, outcome: did, facts };
  } catch (cause) {
    if (cause instanceof Problem) return { n, outcome: "refused", why: cause.kind, facts };
    const { code, message } = cause as { readonly code?: string; readonly message: string };
    if (code === "40P01" || code === "40001") return { n, outcome: "refused", why: `conflict ${code}`, facts };
    return { n, outcome: "bug", why: `${code ?? ""} ${message}`.slice(0, 300), facts };
  } finally {
    arm(undefined);
  }
}

/** What a transaction wrote into the audit is a fact once it has committed. */
function noting(inScope: InScope, facts: Fact[]): InScope {
  const wrapped = async <T>(work: (scope: Scope) => Promise<T>): Promise<T> => {
    const pending: Fact[] = [];
    const result = await inScope((scope) =>
      work({
        ...scope,
        audit: (entries) => {
          pending.push(...entries.map(({ action, subjectId }): Fact => [action, subjectId]));
          return scope.audit(entries);
        },
      }),
    );
    facts.push(...pending);
    return result;
  };
  return Object.assign(wrapped, { tenantId: inScope.tenantId, actor: inScope.actor, reading: inScope.reading });
}
