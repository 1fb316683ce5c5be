import { expect, it } from "vitest";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("says what a retroactive rate prices otherwise, and with which verb that is put right", async () => {
  const { firm, invoices } = await issuedFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  expect((await cora.plumb("repricing")).out).toContain("The rates known now price everything as it is.");
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "120.00", effective_from: "2026-01-01" }]);
  expect((await cora.plumb("repricing")).out).toMatch(
    new RegExp(`${invoices[0]?.number} +Client 1 +200\\.00 EUR +240\\.00 EUR +47\\.60 EUR +plumb credit --rebill`),
  );
  expect(await cora.json("repricing")).toMatchObject({
    code: 0,
    document: { items: [{ proposal: "credit_and_rebill" }] },
  });
});
