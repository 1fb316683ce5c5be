import { beforeAll, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { billedFirm } from "@plumbline/testing/billed-firm";
import type { Firm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const taxId = "FR40303265045";
const said = { taxId, answer: "valid", checkedAt: "2026-10-31T09:00:00.000Z", source: "VIES", reference: "W1" };
let firm: Firm;
let clientId: string;
beforeAll(async () => {
  ({ firm } = await billedFirm(api.database.current.pool, { client: { country: "FR", tax_id: taxId } }));
  const { rows } = await api.database.current.admin.query("select id from clients where tenant_id = $1", [
    firm.tenantId,
  ]);
  clientId = rows[0].id;
});
const address = (id: string) => `/v1/clients/${id}/vat-id-checks`;
const kept = async () =>
  (await api.database.current.admin.query("select facts from evidence where tenant_id = $1", [firm.tenantId])).rows;

it("keeps what the register answered, as evidence", async () => {
  const { body } = await api.as(firm, "controller").post(address(clientId), said).expect(201);
  expect(body).toEqual(said);
  expect(await kept()).toEqual([
    { facts: { taxId, valid: true, checkedAt: said.checkedAt, source: "VIES", reference: "W1" } },
  ]);
});

it("refuses who may not, clients that are not there, and ids that are not the client's", async () => {
  const before = await kept();
  await api.as(firm, "manager").post(address(clientId), said).expect(403);
  await api.as(firm, "controller").post(address(newId()), said).expect(404);
  const { body } = await api
    .as(firm, "controller")
    .post(address(clientId), { ...said, taxId: "FR1234567" })
    .expect(422);
  expect(body).toMatchObject({ type: "/problems/vat-id-check-refused" });
  await api
    .as(firm, "controller")
    .post(address(clientId), { ...said, valid: true })
    .expect(422);
  expect(await kept()).toEqual(before);
});
