import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { billedFirm, timeEntry } from "@plumbline/testing/billed-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

const file = async (text: string) => {
  const path = join(await mkdtemp(join(product.folder, "files-")), "rows.csv");
  await writeFile(path, text);
  return path;
};

it("imports a file, counts its rows, and mends a quarantined one by hand", async () => {
  const firm = await newFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const clients = await file("client_key,name,country\nC1,Bright,DE\nC2,Moor,Germany\n");
  const imported = await cora.json("import", "clients", clients);
  expect(imported).toMatchObject({
    code: 3,
    document: { kind: "clients", state: "done", system: "csv", rowsRead: 2, rowsAdded: 1, rowsQuarantined: 1 },
  });
  const { id } = imported.document as { readonly id: string };
  const listed = await cora.json("quarantine", "--import", id);
  const { items } = listed.document as { readonly items: readonly [{ readonly id: string }] };
  expect(items).toMatchObject([{ line: 3, kind: "clients", issues: [{ field: "country" }] }]);

  expect(await cora.plumb("quarantine", "fix", items[0].id, "country=Deutschland")).toMatchObject({
    code: 1,
    out: expect.stringContaining("still wrong") as string,
  });
  expect(await cora.plumb("quarantine", "fix", items[0].id, "country=DE")).toMatchObject({
    code: 0,
    out: "1 row taken in\n",
  });
  expect(await cora.plumb("quarantine")).toMatchObject({ code: 0, out: "0 rows\n" });
  expect(await cora.json("import", "clients", await file("client_key,name,country\nC1,Bright,DE\n"))).toMatchObject({
    code: 0,
    document: { rowsUnchanged: 1, rowsAdded: 0 },
  });
});

it("says what is wrong with a file before and after it is sent", async () => {
  const firm = await newFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  expect(await cora.plumb("import", "clients", "/nowhere/rows.csv")).toMatchObject({
    code: 2,
    err: expect.stringContaining("/nowhere/rows.csv cannot be read") as string,
  });
  expect(await cora.plumb("import", "clients", product.folder)).toMatchObject({
    code: 2,
    err: expect.stringContaining("it is not a file") as string,
  });
  expect(await cora.plumb("import", "clients", await file("who,what\n1,2\n"))).toMatchObject({
    code: 1,
    err: expect.stringContaining("client_key") as string,
  });
  expect(await cora.plumb("import", "clients", await file("x\n"), "--system", "Not A Slug")).toMatchObject({
    code: 1,
    err: expect.stringContaining("system (query)") as string,
  });
});

it("bills a period, follows a run that is over, and refuses to cancel it", async () => {
  const { firm } = await billedFirm(product.database.current.pool, { clients: 2 });
  await firm.take("time_entries", [timeEntry("november", { work_date: "2026-11-02" })]);
  const cora = await product.terminalOf(firm, "coordinator");
  const run = await cora.json("bill", "--period", "2026-11");
  expect(run).toMatchObject({ code: 0, document: { state: "done", drafts: 1, entries: 1 } });
  const { id } = run.document as { readonly id: string };
  expect((await cora.plumb("bill", "runs")).out).toContain(id);
  expect((await cora.plumb("bill", "follow", id)).out).toMatch(
    /^2026-11 done: \d of \d clients?, 1 entry looked at, 1 draft/,
  );
  expect(await cora.plumb("bill", "cancel", id)).toMatchObject({
    code: 1,
    err: expect.stringContaining("billing-run-move-refused") as string,
  });
  expect(await cora.plumb("bill", "--period", "November")).toMatchObject({ code: 2 });
  const mara = await product.terminalOf(firm, "manager");
  expect(await mara.plumb("bill", "--period", "2026-11")).toMatchObject({ code: 1 });
});
