import { expect, it } from "vitest";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { ClientId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { day, sha256, time, useChangingFirm } from "@plumbline/testing/changing-firm";
import { listLedgerFaults } from "../ledger/list-ledger-faults.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { settleRetainer } from "../payments/settle-retainer.ts";
import { topUpRetainers } from "../deposits/top-up-retainers.ts";
import { closeEngagement } from "./close-engagement.ts";

const { at, close, firmWith, rows } = useChangingFirm();
const on = day("2026-11-20");
const reason = "handed over";

it("closing settles what is left of a retainer before its day, once the final bill took of it, and tops it up no more", async () => {
  const { firm, engagement: engagementId } = await firmWith({
    retainer_use_by: "2027-12-31",
    retainer_minimum: "500.00",
    retainer_target: "2000.00",
    retainer_top_up: "invoiced",
  });
  const [ids] = await rows(firm, "select payer_id, legal_entity_id from engagements where tenant_id = $1");
  await (
    await firm.as("collector")
  )((scope) =>
    recordPayment(scope, {
      clientId: ids?.["payer_id"] as ClientId,
      legalEntityId: ids?.["legal_entity_id"] as LegalEntityId,
      amount: money(50_000n, "EUR"),
      receivedOn: day("2026-11-02"),
      reference: "retainer",
      engagementId,
    }),
  );
  await firm.take("time_entries", [time("t", "2026-11-03", "1")]);
  const controller = await firm.as("controller");
  const settle = () =>
    controller((scope) => settleRetainer(scope, { engagementId, reason })).catch((error: Problem) => error.detail);
  expect(await settle()).toBe("It may be used until 2028-01-01; settle it from then on.");
  await controller((scope) => closeEngagement(scope, { engagementId, on, reason }));
  expect(await settle()).toBe("Its invoices are not all issued: they take of it first.");
  at("2026-12-01T10:00:00Z");
  await close(firm, "2026-11");
  const [bundle] = await rows(firm, "select bundle_hash as hash from billing_runs where tenant_id = $1 limit 1");
  const runner = await firm.as("billing-runner");
  expect(await runner((scope) => topUpRetainers(scope, { bundleHash: bundle?.["hash"] ?? "" }))).toBe(0);
  // 500.00 less an hour with its tax.
  expect(await settle()).toMatchObject({ settled: { amount: "381.00" }, as: "refunded" });
  expect(await controller(listLedgerFaults)).toEqual([]);
});

it("closing releases what the client keeps, by the day that is said, and warns of milestones that nobody accepted", async () => {
  const { firm, engagement: engagementId } = await firmWith({ flat_rate: "yes", holdback_percent: "5%" });
  const milestone = { engagement_key: "e1", project_key: "p1", amount: "20000.00", due_date: "2026-10-31" };
  const proof = { accepted_on: "2026-10-14", evidence: "a.pdf", evidence_sha256: sha256 };
  await firm.take("milestones", [
    { ...milestone, ...proof, milestone_key: "m1", name: "Freeze" },
    { ...milestone, milestone_key: "m2", name: "Handover" },
  ]);
  await close(firm, "2026-10");
  const controller = await firm.as("controller");
  const shut = (dueOn: string) =>
    controller((scope) => closeEngagement(scope, { engagementId, on, reason, retentionDueOn: day(dueOn) }));
  await expect(shut("2026-11-19")).rejects.toMatchObject({ kind: "retention-release-refused" });
  await shut("2027-02-28");
  expect(
    await rows(
      firm,
      "select i ->> 'item' as item from closures, jsonb_array_elements(checklist) i where tenant_id = $1",
    ),
  ).toEqual([{ item: "milestones_not_reached" }, { item: "retention_kept" }]);
  const released = await rows(
    firm,
    `select e.due_on::text as due, p.amount_minor::text as minor from ledger_entries e join ledger_postings p on p.entry_id = e.id
      where e.tenant_id = $1 and e.fact = 'retention_released' and p.account = 'receivable'`,
  );
  expect(released).toEqual([{ due: "2027-02-28", minor: "100000" }]);
  expect(await controller(listLedgerFaults)).toEqual([]);
});
