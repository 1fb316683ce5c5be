import { expect, it } from "vitest";
import { submitInvoices } from "@plumbline/operations/invoices/submit-invoices";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("lowers a line before issue, shows who decided it and why, and asks for it in full again", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool);
  await (
    await firm.as("coordinator")
  )((scope) => submitInvoices(scope, { invoiceIds: ids }));
  const lena = await product.terminalOf(firm, "lead");
  const id = ids[0] ?? "";
  const why = ["--reason", "Learning curve"];
  const told = await lena.plumb("write-down", id, "1", "--percent", "12.5", ...why);
  expect(told).toMatchObject({ code: 0, out: expect.stringContaining("net 200.00 EUR → 175.00 EUR") as string });
  expect((await lena.plumb("show", id)).out).toMatch(
    /write down {2}line 1 {2}-25\.00 EUR {2}Learning curve \(Lena Lead\)/,
  );

  const again = await lena.plumb("write-down", id, "1", "--uncharged", ...why);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining("/problems/write-down-refused") as string });
  expect((await lena.plumb("write-down", id, "1", ...why)).code).toBe(2);
  expect((await lena.plumb("write-down", id, "1", "--percent", "many", ...why)).code).toBe(2);
  expect((await lena.plumb("write-down", "withdraw", id, "2", ...why)).code).toBe(2);

  const asked = await lena.plumb("write-down", "withdraw", id, "1", ...why);
  expect(asked).toMatchObject({ code: 0, out: expect.stringContaining("net 175.00 EUR → 200.00 EUR") as string });
  expect((await lena.json("write-down", id, "1", "--amount", "50.00", ...why)).document).toMatchObject({
    net: { amount: "150.00", currency: "EUR" },
  });
});
