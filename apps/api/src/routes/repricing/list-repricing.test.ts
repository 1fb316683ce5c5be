import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const eur = (amount: string) => ({ amount, currency: "EUR" });

it("lists what a retroactive rate prices otherwise, page by page, to those who may read invoices of the firm", async () => {
  const { firm, invoices } = await issuedFirm(api.database.current.pool, { clients: 2 });
  const auditor = api.as(firm, "auditor");
  expect((await auditor.get("/v1/repricing").expect(200)).body).toEqual({ items: [] });
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100.01", effective_from: "2026-01-01" }]);
  const first = (await auditor.get("/v1/repricing?limit=1").expect(200)).body;
  expect(first.items).toMatchObject([
    {
      invoice: { number: expect.stringMatching(/^F-/) as string },
      stage: "issued",
      proposal: "credit_and_rebill",
      net: { billed: eur("200.00"), repriced: eur("200.02"), difference: eur("0.02") },
      total: { billed: eur("238.00"), repriced: eur("238.02"), difference: eur("0.02") },
    },
  ]);
  const second = (await auditor.get(`/v1/repricing?limit=1&cursor=${first.next}`).expect(200)).body;
  expect(second.next).toBeUndefined();
  const listed = [...first.items, ...second.items].map(({ invoice }) => invoice.number);
  expect(new Set(listed)).toEqual(new Set(invoices.map(({ number }) => number)));
  await auditor.get("/v1/repricing?stage=issued").expect(422);
  const other = api.as(await newFirm(api.database.current.pool), "auditor");
  expect((await other.get("/v1/repricing").expect(200)).body).toEqual({ items: [] });
});
