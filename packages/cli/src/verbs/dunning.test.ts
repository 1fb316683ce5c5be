import { expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { lateFirm } from "@plumbline/testing/late-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("reminds whoever is late, shows the notices, and takes one back", async () => {
  const { firm } = await lateFirm(product.database.current.pool, {
    dunning: { levels: [{ daysPastDue: 1, textKey: "friendly" }] },
  });
  const { admin } = product.database.current;
  // The product asks the true clock.
  await admin.query("alter table invoices disable trigger user");
  await admin.query("update invoices set due_on = current_date - 9 where tenant_id = $1", [firm.tenantId]);
  await admin.query("alter table invoices enable trigger user");
  const collector = await product.terminalOf(firm, "collector");
  expect((await collector.plumb("dunning")).out).toContain("Nobody was reminded yet");
  expect((await collector.plumb("dunning", "run")).out).toContain("2 notices about 3 invoices");
  expect((await collector.plumb("dunning", "run")).out).toContain("Nobody has to be reminded.");
  const { items } = JSON.parse((await collector.plumb("dunning", "--json")).out) as { items: { id: string }[] };
  expect((await collector.plumb("dunning")).out).toContain("1 friendly");
  const withdrawn = await collector.plumb("dunning", "withdraw", items[0]?.id ?? "", "--reason", "sent in error");
  expect([withdrawn.code, withdrawn.out]).toEqual([0, expect.stringContaining("withdrawn")]);
  const unknown = await collector.plumb("dunning", "withdraw", newId(), "--reason", "sent in error");
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("/problems/dunning-notice-not-found")]);
});
