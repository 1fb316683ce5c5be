import { expect, it } from "vitest";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("shows what work came to, what has no cost yet, and nothing to who may not know", async () => {
  const { firm } = await issuedFirm(product.database.current.pool, {});
  const controller = await product.terminalOf(firm, "controller");
  expect((await controller.plumb("margin", "2020-01")).out).toBe("No work was approved in these days.\n");
  const before = await controller.plumb("margin", "2026-10");
  expect(before.out).toMatch(
    /2:00 h +200\.00 EUR +0\.00 EUR +0\.00 EUR +200\.00 EUR +100 % +0\.00 EUR +2:00 h without cost/,
  );
  expect(before.out).toContain("2:00 h have no cost rate");
  await firm.take("cost_rates", [{ worker_key: "w1", currency: "EUR", cost: "45.00", effective_from: "2026-01-01" }]);
  const after = await controller.plumb("margin", "2026-10", "--by", "worker");
  expect(after.out).toMatch(/90\.00 EUR +110\.00 EUR +55 %/);
  const coordinator = await product.terminalOf(firm, "coordinator");
  const refused = await coordinator.plumb("margin", "2026-10");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("margin.read")]);
});
