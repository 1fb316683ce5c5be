import { expect, it } from "vitest";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("says that invoices are what their inputs make them, and names what is not, with both values", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool, { clients: 2 });
  const aud = await product.terminalOf(firm, "auditor");
  const well = await aud.plumb("recompute", "--all");
  expect(well).toMatchObject({ code: 0, out: expect.stringContaining("2 invoices made anew: all are what is stored") });
  expect(await aud.plumb("recompute", ids[0] ?? "")).toMatchObject({ code: 0 });

  const { admin } = product.database.current;
  await admin.query("update invoice_lines set because = 'no reason' where invoice_id = $1", [ids[1]]);
  const changed = await aud.plumb("recompute", "--all");
  expect(changed.code).toBe(1);
  expect(changed.out).toMatch(/line 1\s+because\s+no reason\s+/);
  expect(changed.out).toContain("1 of 2 invoices are not what their inputs make them.");
  expect(await aud.json("recompute", ids[1] ?? "")).toMatchObject({
    code: 1,
    document: { invoices: 1, matching: 0, differing: [{ invoiceId: ids[1], matches: false }] },
  });
});

it("is told which invoices, in one way", async () => {
  const { firm } = await billedFirm(product.database.current.pool);
  const aud = await product.terminalOf(firm, "auditor");
  expect(await aud.plumb("recompute")).toMatchObject({ code: 2 });
  expect(await aud.plumb("recompute", "--all", "F-1")).toMatchObject({ code: 2 });
});
