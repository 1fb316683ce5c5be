import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { monthPeriod, type Period } from "@plumbline/domain/calendar/period";
import { closeMonth, closersOf } from "@plumbline/testing/close-month";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let engagement = "";
beforeAll(async () => {
  const { pool, admin } = api.database.current;
  ({ firm } = await issuedFirm(pool, { clock: () => new Date("2026-11-03T10:00:00Z") }));
  const { rows } = await admin.query("select id from engagements where tenant_id = $1", [firm.tenantId]);
  engagement = rows[0].id;
});

const ask = (body: object, who = "coordinator", key?: string) =>
  api.as(firm, who).post(`/v1/engagements/${engagement}/deposits`, body, key);
const amount = (text: string, currency = "EUR") => ({ ask: { as: "amount", amount: { amount: text, currency } } });

const share = (basisPoints: number) => ({ ask: { as: "share", basisPoints } });

it("drafts a deposit once per key, which is approved and numbered by itself and says what is left of it", async () => {
  const key = newId();
  const drafted = (await ask(amount("500.00"), "coordinator", key).expect(201)).body;
  expect(drafted).toMatchObject({ stage: "draft", kind: "deposit", net: { amount: "500.00" } });
  expect((await ask(amount("500.00"), "coordinator", key).expect(201)).body).toEqual(drafted);
  expect((await closeMonth(await closersOf(firm), { period: monthPeriod("2026-10") as Period })).issued).toBe(1);
  const issued = (await api.as(firm, "auditor").get(`/v1/invoices/${drafted.id}`).expect(200)).body;
  expect(issued).toMatchObject({ number: "DP-F-2026-00001", depositLeft: { amount: "500.00" } });
  expect(issued).not.toHaveProperty("billingRunId");
  const recomputed = await api.as(firm, "auditor").get(`/v1/invoices/${drafted.id}/recomputation`).expect(200);
  expect(recomputed.body).toMatchObject({ differences: [] });
});

it("is not revised, refuses what contradicts the agreement and whoever may not ask", async () => {
  for (const who of ["manager", "finance", "collector", "auditor"]) await ask(amount("1.00"), who).expect(403);
  expect((await ask(amount("1.00", "USD")).expect(422)).body).toMatchObject({
    type: "/problems/deposit-refused",
    errors: [{ member: "amount", reason: "The engagement is billed in EUR, and the amount is in USD." }],
  });
  expect((await ask(share(3000)).expect(422)).body.errors[0].member).toBe("basisPoints");
  await ask(share(10_001)).expect(422);
  await ask(amount("0.00")).expect(422);
  for (const body of [{}, { ask: { as: "amount", basisPoints: 1 } }]) await ask(body).expect(422);
  const { id } = (await ask(amount("1.00")).expect(201)).body;
  const coordinator = api.as(firm, "coordinator");
  await coordinator.post(`/v1/invoices/${id}/submission`, {}).expect(200);
  expect((await coordinator.post(`/v1/invoices/${id}/revision`, { reason: "x" }).expect(409)).body.type).toBe(
    "/problems/revision-refused",
  );
});

it("answers for a foreign engagement as for none", async () => {
  const other = await newFirm(api.database.current.pool);
  const of = async (id: string) => {
    const { status, body } = await api.as(other, "coordinator").post(`/v1/engagements/${id}/deposits`, amount("1.00"));
    return { status, type: body.type };
  };
  expect(await of(engagement)).toEqual({ status: 404, type: "/problems/engagement-not-found" });
  expect(await of(newId())).toEqual(await of(engagement));
});
