import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("shows what stands open, closes the books, and reopens them with a second person", async () => {
  const { firm } = await issuedFirm(product.database.current.pool);
  const inScope = await firm.as("auditor");
  const [entity] = await inScope(({ tx }) => query<{ id: string }>(tx, "select id from legal_entities"));
  const id = entity?.id ?? "";
  const controller = await product.terminalOf(firm, "controller");
  const open = await controller.plumb("close", id, "2026-10");
  expect([open.code, open.out]).toEqual([0, expect.stringContaining("The books can be closed.")]);
  const early = await controller.plumb("close", id, "2030-01");
  expect([early.code, early.out]).toEqual([
    1,
    expect.stringMatching(/invoices not posted +1 +238\.00 EUR[^]*not over/),
  ]);
  const closed = await controller.plumb("close", "books", id, "2026-10");
  expect(closed.out).toContain("Firm GmbH, 2026-10: closed by Carl Controller");
  expect((await controller.plumb("close", "books", id, "2026-10")).err).toContain("closed up to the end");
  const [, close = ""] = /\n(\S{36})\n/.exec(closed.out) ?? [];
  const asked = await controller.plumb("close", "reopen", close, "A late bill");
  expect(asked.out).toContain("reopening asked by Carl Controller: A late bill");
  const finance = await product.terminalOf(firm, "finance");
  expect((await finance.plumb("close", "reopen", close, "yes")).out).toContain("reopened by Finn Finance");
});
