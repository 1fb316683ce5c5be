import { expect, it } from "vitest";
import { billableClient } from "@plumbline/testing/billable-client";
import { newFirm } from "@plumbline/testing/firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("says who bears what, and that nobody shares anything before", async () => {
  const firm = await newFirm(product.database.current.pool);
  const terminal = await product.terminalOf(firm, "auditor");
  expect((await terminal.plumb("splits")).out).toContain("Nobody shares an engagement.");
  await firm.take("clients", [billableClient("c1", { name: "Bright" }), billableClient("c2", { name: "Acme" })]);
  await firm.take("engagements", [{ engagement_key: "e1", client_key: "c1", code: "E-1", name: "Joint" }]);
  const parts = "c1: 1/3 | c2: 2/3, cost centre K100";
  await firm.take("splits", [{ split_key: "s1", engagement_key: "e1", starts_on: "2026-10-01", parts }]);
  const { out } = await terminal.plumb("splits");
  expect(out).toMatch(/Joint +2026-10-01 +Bright +1\/3/);
  expect(out).toMatch(/Acme +2\/3 +K100/);
});
