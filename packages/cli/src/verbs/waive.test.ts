import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("waives what stops an invoice, or a client's invoices, and lists it", async () => {
  const { firm, ids } = await billedFirm(product.database.current.pool, { client: { po_required: "yes" } });
  const controller = await product.terminalOf(firm, "controller");
  const [id = ""] = ids;
  const waived = await controller.plumb("waive", id, "po-required", "14", "The order is on its way");
  expect(waived.out).toMatch(/po-required is waived for .+ up to and on \d{4}-\d{2}-\d{2}/);
  expect((await controller.plumb("waive", id, "po-required", "soon", "x")).err).toContain("DAYS is a number of days");
  expect((await controller.plumb("waive", id, "po-exhausted", "1", "x")).err).toContain(
    "Nothing that po-exhausted says",
  );
  const read = await firm.as("auditor");
  const [client] = await read(({ tx }) => query<{ id: string }>(tx, "select id from clients"));
  expect((await controller.plumb("waive", client?.id ?? "", "po-required", "1", "All of them", "--client")).code).toBe(
    0,
  );
  expect((await controller.plumb("waivers")).out).toMatch(
    /po-required .* all .*All of them\n[^]*The order is on its way/,
  );
});
