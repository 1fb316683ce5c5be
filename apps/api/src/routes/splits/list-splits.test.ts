import { expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { billableClient } from "@plumbline/testing/billable-client";
import { newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();

it("lists who bears what, and what was agreed before, of the own firm", async () => {
  const firm = await newFirm(api.database.current.pool);
  await firm.take("clients", [billableClient("c1", { name: "Bright" }), billableClient("c2", { name: "Acme" })]);
  const engagement = {
    engagement_key: "e1",
    client_key: "c1",
    code: "E-1",
    name: "Joint",
    approver_email: "manager@firm.example",
  };
  await firm.take("engagements", [{ ...engagement, po_number: "PO-7", po_amount: "100.00" }]);
  const split = { split_key: "s1", engagement_key: "e1", ends_on: "2027-01-01" };
  await firm.take("splits", [{ ...split, parts: "c1: 50% | c2: 50%" }]);
  await firm.take("splits", [{ ...split, parts: "c1: 1/3 | c2: 2/3, order PO-7, cost centre K100" }]);

  const { body } = await api.as(firm, "auditor").get("/v1/splits").expect(200);
  expect(body.items).toMatchObject([
    {
      engagement: { name: "Joint" },
      from: "1970-01-01",
      until: "2027-01-01",
      replaced: false,
      parts: [
        { position: 1, payer: { name: "Bright" }, share: "1/3", profile: "standard" },
        { position: 2, payer: { name: "Acme" }, share: "2/3", purchaseOrder: "PO-7", costCentre: "K100" },
      ],
    },
    { replaced: true, parts: [{ share: "50 %" }, { share: "50 %" }] },
  ]);
  const of = (engagementId: string) => api.as(firm, "auditor").get(`/v1/splits?engagementId=${engagementId}`);
  expect((await of(body.items[0].engagement.id).expect(200)).body.items).toHaveLength(2);
  expect((await of(newId()).expect(200)).body.items).toEqual([]);
  const other = await newFirm(api.database.current.pool);
  expect((await api.as(other, "auditor").get("/v1/splits").expect(200)).body.items).toEqual([]);
});
