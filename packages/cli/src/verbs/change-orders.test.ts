import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("drafts a change order, lists what waits for a signature, and has it signed by somebody else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-change-order-"));
  const { firm } = await issuedFirm(product.database.current.pool);
  const [row] = await (
    await firm.as("coordinator")
  )((scope) => query<{ id: string }>(scope.tx, "select id from engagements order by id limit 1"));
  const coordinator = await product.terminalOf(firm, "coordinator");
  expect((await coordinator.plumb("change-orders")).out).toContain("There is no change order.");
  const draft = (...more: string[]) =>
    coordinator.plumb("change-orders", "draft", row?.id ?? "", "3", "2026-11-01", "More work", ...more);
  const refused = await coordinator.plumb(
    "change-orders",
    "draft",
    row?.id ?? "",
    "3",
    "1960-01-01",
    "x",
    "--cap",
    "1.00",
  );
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringContaining("effectiveOn is before anything was agreed"),
  ]);
  const drafted = await draft("--cap", "60000.00", "--cap-hours", "400", "--charge", "4000.00", "--for", "Survey");
  expect(drafted.out).toMatch(/cap 60\s*000\.00 EUR and 400 h, 4\s*000\.00 EUR for Survey; draft/);
  const { id } = JSON.parse((await coordinator.plumb("change-orders", "--json")).out).items[0] as { id: string };
  const file = join(folder, "co-3.pdf");
  await writeFile(file, "signed");
  expect((await coordinator.plumb("change-orders", "sign", id, "2026-10-30", file)).code).toBe(1);
  const controller = await product.terminalOf(firm, "controller");
  expect((await controller.plumb("change-orders", "sign", id, "2026-10-30", file)).out).toContain("; signed");
  expect((await controller.plumb("change-orders", "--state", "draft")).out).toContain("There is no change order.");
  await rm(folder, { recursive: true });
});
