import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { handleOf } from "../invoice/handles.ts";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("takes drafts through all hands to numbers and PDFs", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool, { clients: 3 });
  const [cora, mara, finn] = [
    await product.terminalOf(firm, "coordinator"),
    await product.terminalOf(firm, "manager"),
    await product.terminalOf(firm, "finance"),
  ];
  await cora.plumb("list");
  expect(await cora.plumb("submit", ...ids.map(handleOf))).toMatchObject({ code: 0, out: "3 invoices submitted\n" });
  expect(await mara.plumb("approve", "--all", "--yes")).toMatchObject({ out: "3 invoices approved as manager\n" });
  expect(await finn.plumb("approve", "--finance", "--all", "--yes")).toMatchObject({
    out: "3 invoices approved for finance\n",
  });
  const issued = await finn.plumb("issue", ids[0] ?? "", ids[1] ?? "");
  expect(issued.code).toBe(0);
  const numbers = [...issued.out.matchAll(/F-\d{4}-\d{5}/g)].map(([number]) => number);
  expect(numbers).toHaveLength(2);

  const file = join(product.folder, "invoice.pdf");
  await expect
    .poll(async () => (await cora.plumb("pdf", numbers[0] ?? "", "-o", file)).code, { timeout: 20_000, interval: 250 })
    .toBe(0);
  expect((await readFile(file)).subarray(0, 5).toString()).toBe("%PDF-");
});

it("reports what was refused beside what was done, with another exit code", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool, { clients: 2 });
  const cora = await product.terminalOf(firm, "coordinator");
  const [first = "", second = ""] = ids;
  await cora.plumb("submit", first);
  const again = await cora.plumb("submit", first, second);
  expect(again.code).toBe(3);
  expect(again.out).toMatch(/^1 invoice submitted, 1 refused\n {2}refused {2}\w{8} {2}Client \d {2}238\.00 EUR\n/);
  expect(again.out).toContain("The invoice cannot make this move");
  expect(await cora.json("submit", first)).toMatchObject({
    code: 1,
    document: { done: 0, refused: 1, items: [{ invoiceId: first, status: 409, problem: { status: 409 } }] },
  });
});

it("does nothing without a yes from somebody, and nothing without a reason where one is owed", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool, { clients: 2 });
  const cora = await product.terminalOf(firm, "coordinator");
  expect(await cora.plumb("submit", "--all")).toMatchObject({
    code: 2,
    err: expect.stringContaining("2 invoices, 476.00 EUR") as string,
  });
  expect(await product.terminalWith(cora.environment, ["n"]).plumb("submit", "--all")).toMatchObject({ code: 1 });
  expect(await cora.plumb("discard", ids[0] ?? "")).toMatchObject({ code: 2 });
  expect(await cora.plumb("submit")).toMatchObject({ code: 2 });
  expect(await product.terminalWith(cora.environment, ["y"]).plumb("submit", "--all")).toMatchObject({ code: 0 });

  const mara = await product.terminalOf(firm, "manager");
  expect(await mara.plumb("return", ids[0] ?? "", "--reason", "PO missing")).toMatchObject({
    code: 0,
    out: "1 invoice returned\n",
  });
  expect((await mara.plumb("show", ids[0] ?? "", "--timeline")).out).toContain("PO missing");
  expect(await cora.plumb("discard", ids[0] ?? "", "--reason", "Billed twice")).toMatchObject({ code: 0 });
});

it("drafts an invoice anew at a rate that was corrected, and only for a reason", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const [id = ""] = ids;
  await cora.plumb("submit", id);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "150.00", effective_from: "2026-01-01" }]);
  expect(await cora.plumb("revise", id)).toMatchObject({ code: 2 });
  expect(await cora.plumb("revise", id, "--reason", "The rate was wrong")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^revised {2}\w{8} {2}Client 1 {2}357\.00 EUR {2}validation pending\n$/) as string,
  });
});

it("refuses as the API does when the whole request is not allowed, and leaves no plan behind", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool);
  const aud = await product.terminalOf(firm, "auditor");
  expect(await aud.plumb("submit", ids[0] ?? "")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/You may not do this[^]*permission-missing/) as string,
  });
  expect(await aud.plumb("resume")).toMatchObject({ out: "Nothing is unfinished.\n" });
});
