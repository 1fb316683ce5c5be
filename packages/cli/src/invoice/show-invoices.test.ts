import { expect, it } from "vitest";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Told, useProduct } from "../test-kit.ts";
import { handleOf } from "./handles.ts";
import type { Invoice } from "./invoice-page.ts";

const product = useProduct();
const linesOf = ({ out }: Told) => out.split("\n").map((line) => line.trim().replaceAll(/\s+/g, " "));

it("lists invoices page by page with their sum, and shows one by what the list called it", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool, { clients: 3 });
  const cora = await product.terminalOf(firm, "coordinator");
  const listed = await cora.json("list", "--stage", "draft");
  const { items, isMore } = listed.document as { readonly items: readonly Invoice[]; readonly isMore: boolean };
  expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(isMore).toBe(false);

  const shown = await cora.plumb("list");
  expect(linesOf(shown)).toContain("3 invoices · 714.00 EUR");
  const handle = handleOf(ids[0] ?? "");
  expect(shown.out).toContain(handle);
  const invoice = await cora.plumb("show", handle);
  expect(invoice.code).toBe(0);
  expect(linesOf(invoice)).toEqual(
    expect.arrayContaining([
      "draft · waits for submission (billing coordinator)",
      "net 200.00 EUR",
      "total 238.00 EUR",
    ]),
  );
  const limited = await cora.plumb("list", "--limit", "2");
  expect(linesOf(limited)).toContain("There are more: --limit 4");
});

it("explains every figure: the lines, the tax, the checks", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const why = await cora.plumb("show", ids[0] ?? "", "--why");
  expect(why.out).toMatch(/2:00 h × 100\.00 EUR\/h = 200\.00 EUR/);
  expect(why.out).toMatch(/S 19 % of 200\.00 EUR = 38\.00 EUR/);
  expect(why.out).toMatch(/Checks\n\s+passed/);
  const timeline = await cora.plumb("show", ids[0] ?? "", "--timeline");
  expect(timeline.out).toContain("drafted");
  const entries = await cora.plumb("show", ids[0] ?? "", "--entries");
  expect(entries.out).toMatch(/2026-10-05\s+Ann\s+Project 1\s+2:00 h\s+2:00 h\s+work t1/);
  expect(await cora.plumb("show", ids[0] ?? "", "--why", "--entries")).toMatchObject({ code: 2 });
});

it("says which invoice it does not know, in words and as a document", async () => {
  const { firm } = await billedFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  expect(await cora.plumb("show", "F-2026-00001")).toMatchObject({
    code: 1,
    err: expect.stringContaining('no invoice "F-2026-00001"') as string,
  });
  const { code, document } = await cora.json("show", "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00");
  expect({ code, document }).toMatchObject({
    code: 1,
    document: { failure: { exit: "failed", problem: { status: 404, type: "/problems/invoice-not-found" } } },
  });
});
