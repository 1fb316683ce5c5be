import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId } from "@plumbline/domain/id";
import { dryRunPolicies } from "@plumbline/operations/policies/dry-run-policies";
import { proposePolicies } from "@plumbline/operations/policies/propose-policies";
import { publishPolicies } from "@plumbline/operations/policies/publish-policies";
import { waiveForClient } from "@plumbline/operations/waivers/waive-rule";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

const packOf = (lines: number) => `
pack: lines
rules:
  - id: many-lines
    on: invoice
    require: invoice.lines <= ${lines}
    severity: warn
    category: business
    owner: controller
    message: "Many lines."
    cases:
      - { given: { invoice: { lines: ${lines} } }, expect: pass }
      - { given: { invoice: { lines: ${lines + 1} } }, expect: warn }
`;

/** Policies that somebody who asks nothing in these proofs proposed and dry-ran, the last of them in force; and what was waived. */
export async function proposeRules(firm: Firm, several: number): Promise<void> {
  const [admin, controller] = [await firm.as("admin"), await firm.as("controller")];
  const propose = (lines: number) =>
    admin(async (scope) => {
      const files = [{ name: "lines.yaml", text: packOf(lines) }];
      const policyProposalId = await proposePolicies(scope, { files, reason: "rules" });
      await dryRunPolicies(scope, { policyProposalId, since: "2001-01-01" as LocalDate });
      return policyProposalId;
    });
  for (let lines = 1; lines <= several; lines += 1) await propose(lines);
  const policyProposalId = await propose(several + 1);
  await controller((scope) => publishPolicies(scope, { policyProposalId }));
  await controller(async (scope) => {
    const rows = await query<{ id: ClientId }>(scope.tx, "select id from clients order by id limit 2");
    for (const { id: clientId } of rows)
      await waiveForClient(scope, { clientId, rule: "po-exhausted", days: 9, reason: "x" });
  });
}
