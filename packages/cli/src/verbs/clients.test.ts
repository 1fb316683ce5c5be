import { expect, it } from "vitest";
import { query } from "@plumbline/platform/sql";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("plans, asks, merges a client into another, and finds it by both names", async () => {
  const { firm } = await issuedFirm(product.database.current.pool, { clients: 3 });
  await firm.take("clients", [
    { client_key: "c2", name: "Client 2", legal_name: "Other GmbH", country: "DE", tax_id: "DE2" },
  ]);
  const collector = await product.terminalOf(firm, "collector");
  const plan = await collector.plumb("clients", "plan", "client 2", "Client 1");
  expect([plan.code, plan.out]).toEqual([
    0,
    expect.stringMatching(/Client 2 becomes Client 1:[^]*238.00[^]*legal_name: [^]*not undone[^]*can be merged/),
  ]);
  expect((await collector.plumb("clients", "plan", "client", "Client 1")).err).toContain("Say an id.");
  const controller = await product.terminalOf(firm, "controller");
  const merge = (...more: string[]) => controller.plumb("clients", "merge", "Client 2", "Client 1", "twice", ...more);
  expect((await merge()).err).toContain("Nobody is at the keyboard");
  expect((await merge("--yes", "--accept", "legal_name")).err).toContain("has DE1, “Client 2” has DE2");
  const refusing = product.terminalWith(controller.environment, ["n"]);
  expect((await refusing.plumb("clients", "merge", "Client 2", "Client 1", "twice")).err).toContain(
    "Nothing was done.",
  );
  expect((await merge("--yes", "--accept", "legal_name, tax_id")).out).toContain(
    "Client 2 is Client 1, says Carl Controller: twice",
  );
  const agreeing = product.terminalWith(controller.environment, ["y", "y"]);
  expect((await agreeing.plumb("clients", "merge", "Client 3", "Client 2", "twice")).err).toContain(
    "was merged into Client 1",
  );
  expect((await agreeing.plumb("clients", "merge", "Client 3", "Client 1", "twice")).out).toContain(
    "Client 3 is Client 1",
  );
  expect((await controller.plumb("clients", "--name", "client 3")).out).toMatch(
    /Client 1[^]*Client 2, Client 3[^]*1 client/,
  );
  const rows = await (
    await firm.as("auditor")
  )(({ tx }) => query(tx, "select 1 from clients where merged_into is not null"));
  expect(rows).toHaveLength(2);
});
