import { expect, it } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { answerOnce } from "./answer-once.ts";

const database = useTestDatabase();
const request = { key: "k", operation: "post /x", fingerprint: "f", keep: "month", secret: false } as const;

it("does not pass on a refusal that its own first answer caused: the key is in use, and a retry hears that answer", async () => {
  const { admin, pool } = database.current;
  const firm = await newFirm(pool);
  const inScope = await firm.as("coordinator");
  const slippedIn = inScope((scope) =>
    answerOnce(scope, request, async () => {
      // As whoever was faster by less than the look: its answer is there when this one is refused.
      await admin.query(
        `insert into idempotency_keys (tenant_id, actor_id, key, operation, fingerprint, status, headers, body)
         values ($1, $2, 'k', 'post /x', 'f', 202, '{}', 'first')`,
        [firm.tenantId, inScope.actor.id],
      );
      throw new Problem("billing-run-in-progress");
    }),
  );
  await expect(slippedIn).rejects.toMatchObject({ kind: "idempotency-key-in-use" });
  const { answer, replayed } = await inScope((scope) => answerOnce(scope, request, () => Promise.reject(new Error())));
  expect([answer.body, replayed]).toEqual(["first", true]);
});

it("passes on what was refused for any other reason, and remembers nothing", async () => {
  const firm = await newFirm(database.current.pool);
  const inScope = await firm.as("coordinator");
  const refused = () => Promise.reject(new Problem("billing-run-in-progress"));
  await expect(inScope((scope) => answerOnce(scope, request, refused))).rejects.toMatchObject({
    kind: "billing-run-in-progress",
  });
  const fine = { status: 202, headers: {}, body: "then" };
  const { replayed } = await inScope((scope) => answerOnce(scope, request, () => Promise.resolve(fine)));
  expect(replayed).toBe(false);
});
