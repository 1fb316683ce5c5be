import type { SlaPolicyInput } from "@plumbline/contract/clock";
import { slaIssues, toStep } from "@plumbline/domain/clock/sla-policy";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";

/**
 * Says how long something may wait at this firm, and what is done meanwhile. It holds for clocks that start from now on; those that run
 * keep the terms they started with.
 *
 * @throws Problem `permission-missing` | `sla-policy-refused` with every fault
 */
export async function recordSlaPolicy(scope: Scope, input: SlaPolicyInput): Promise<void> {
  demand(scope, "sla.set");
  const { wait, owner, hours } = input;
  const issues = slaIssues(input);
  if (issues.length > 0) {
    const errors = issues.map(({ at, message }) => ({ field: at, reason: `${at} ${message}.` }));
    throw new Problem("sla-policy-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
  }
  const id = scope.newId<"sla-policy">();
  await insertRows(scope.tx, "sla_policies", [input], {
    id: ["uuid", () => id],
    wait: ["text", () => wait],
    owner: ["text", () => owner],
    hours: ["int", () => hours],
    steps: ["jsonb", ({ steps }) => steps.map(toStep)],
  });
  await scope.emit([{ name: "sla_policy.recorded", subjectId: id, data: { wait } }]);
  await scope.audit([{ action: "sla_policy.recorded", subjectId: id }]);
}
