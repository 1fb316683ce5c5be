import { expect, it } from "vitest";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { runBilling } from "@plumbline/operations/billing-runs/run-billing";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { newId } from "@plumbline/platform/new-id";
import { billableClient } from "@plumbline/testing/billable-client";
import { newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();

it("lists what was bought and what is left of it, for those who may read, of the own firm", async () => {
  const firm = await newFirm(api.database.current.pool);
  await firm.take("clients", [billableClient("c1", { name: "Bright" })]);
  const bucket = {
    bucket_hours: "10",
    bucket_price: "900.00",
    bucket_starts_on: "2026-10-01",
    bucket_ends_on: "2026-11-30",
  };
  await firm.take("engagements", [
    {
      engagement_key: "e1",
      client_key: "c1",
      code: "E-1",
      name: "Support",
      approver_email: "manager@firm.example",
      ...bucket,
    },
  ]);
  const runner = await firm.as("billing-runner");
  const period = monthPeriod("2026-11") as Period;
  const billingRunId = await runner((scope) => startBillingRun(scope, { period }));
  await runBilling(runner, { billingRunId });

  const { body } = await api.as(firm, "auditor").get("/v1/hour-buckets").expect(200);
  expect(body.items).toMatchObject([
    { engagement: { name: "Support" }, startsOn: "2026-11-01", endsOn: "2026-12-01", bought: 600, remaining: 600 },
    { startsOn: "2026-10-01", expiresOn: "2026-11-01", reserved: 0, consumed: 0 },
  ]);
  const of = (engagementId: string) => api.as(firm, "auditor").get(`/v1/hour-buckets?engagementId=${engagementId}`);
  expect((await of(body.items[0].engagement.id).expect(200)).body.items).toHaveLength(2);
  expect((await of(newId()).expect(200)).body.items).toEqual([]);
  const other = await newFirm(api.database.current.pool);
  expect((await api.as(other, "auditor").get("/v1/hour-buckets").expect(200)).body.items).toEqual([]);
});
