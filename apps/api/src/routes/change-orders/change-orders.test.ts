import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let ids: { readonly engagement: string; readonly project: string };
beforeAll(async () => {
  ({ firm } = await issuedFirm(api.database.current.pool));
  const { rows } = await api.database.current.admin.query(
    "select id as project, engagement_id as engagement from projects where tenant_id = $1 order by id limit 1",
    [firm.tenantId],
  );
  ids = rows[0];
});

const eur = (amount: string) => ({ amount, currency: "EUR" });
const order = (more: object = {}) => ({ number: "3", effectiveOn: "2026-11-01", reason: "more work", ...more });
const signature = { signedOn: "2026-10-30", evidence: { document: "co-3.pdf", sha256: "a".repeat(64) } };
const path = () => `/v1/engagements/${ids.engagement}/change-orders`;

it("says back what was said, and is signed by somebody else, once per key", async () => {
  const amends = {
    cap: { amount: eur("60000.00"), hours: 400.5 },
    projectCaps: [{ projectId: ids.project, hours: 300 }],
    fee: {
      amount: eur("900.00"),
      instalments: [
        { dueOn: "2026-12-01", amount: eur("400.00") },
        { dueOn: "2027-01-01", amount: eur("500.00") },
      ],
    },
    orders: [{ number: "PO-9", amount: eur("100000.00"), validTo: "2027-12-31" }],
    rates: [{ projectId: ids.project, price: eur("120.00") }],
  };
  const charge = { description: "Second survey", amount: eur("4000.00") };
  const said = await api.as(firm, "coordinator").post(path(), order({ amends, charge })).expect(201);
  expect(said.body).toMatchObject({ state: "draft", amends, charge, draftedBy: "Cora Coordinator" });
  const signed = `/v1/change-orders/${said.body.id}/signature`;
  await api.as(firm, "coordinator").post(signed, signature).expect(403);
  const [controller, key] = [api.as(firm, "controller"), newId()];
  const first = await controller.post(signed, signature, key).expect(200);
  expect(first.body).toMatchObject({ state: "signed", signedBy: "Carl Controller", evidence: signature.evidence });
  expect((await controller.post(signed, signature, key).expect(200)).body).toEqual(first.body);
  await controller.post(signed, signature).expect(409);
  const { body } = await api.as(firm, "auditor").get(`/v1/change-orders?engagementId=${ids.engagement}`).expect(200);
  expect(body.items).toEqual([first.body]);
});

it("names every member that cannot be, and what nobody knows", async () => {
  const coordinator = api.as(firm, "coordinator");
  const amends = {
    rates: [{ projectId: newId(), price: eur("1.00") }],
    milestones: [{ milestoneId: newId(), amount: eur("1.00") }],
  };
  const { body } = await coordinator.post(path(), order({ number: "4", amends })).expect(422);
  expect(body).toMatchObject({
    type: "/problems/change-order-refused",
    errors: [
      { field: "rates.0.projectId", reason: "is no project of the engagement" },
      { field: "milestones.0.milestoneId", reason: "is no milestone of the engagement" },
    ],
  });
  await coordinator
    .post(path(), order({ amends: { cap: { amount: { amount: "1.00", currency: "CHF" } } } }))
    .expect(422);
  await coordinator.post(path(), order({ amends: { caps: {} } })).expect(422);
});

it("answers for what is another firm's as for nothing", async () => {
  const other = api.as(await newFirm(api.database.current.pool), "coordinator");
  const of = async (id: string) => {
    const { status, body } = await other.post(
      `/v1/engagements/${id}/change-orders`,
      order({ amends: {}, charge: { description: "x", amount: eur("1.00") } }),
    );
    return { status, type: body.type };
  };
  expect(await of(ids.engagement)).toEqual({ status: 404, type: "/problems/engagement-not-found" });
  expect(await of(newId())).toEqual(await of(ids.engagement));
  await other.get(`/v1/change-orders/${newId()}`).expect(404);
});
