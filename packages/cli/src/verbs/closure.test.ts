import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("shows what stands open, closes an engagement, and has it reopened by somebody else", async () => {
  const { firm } = await issuedFirm(product.database.current.pool);
  const inScope = await firm.as("auditor");
  const [row] = await inScope(({ tx }) => query<{ id: string }>(tx, "select id from engagements order by id limit 1"));
  const id = row?.id ?? "";
  const controller = await product.terminalOf(firm, "controller");
  const early = await controller.plumb("closure", id, "--on", "2026-09-30");
  expect([early.code, early.out]).toEqual([1, expect.stringMatching(/work after +1 [^]*cannot be closed: work after/)]);
  expect((await controller.plumb("closure", id, "--on", "2026-10-31")).out).toContain("It can be closed.");
  const closed = await controller.plumb("closure", "close", id, "2026-10-31", "Handed over");
  expect(closed.out).toContain("closed on 2026-10-31 by Carl Controller: Handed over");
  const [, closure = ""] = /\n(\S{36})\n/.exec(closed.out) ?? [];
  expect((await controller.plumb("closure", "reopen", closure, "Again")).code).toBe(1);
  const lead = await product.terminalOf(firm, "lead");
  expect((await lead.plumb("closure", "reopen", closure, "Again")).out).toContain("reopened by Lena Lead: Again");
});
