import { expect, it } from "vitest";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

async function openFirm() {
  const { firm, invoices } = await issuedFirm(product.database.current.pool, { more: 1 });
  const { rows } = await product.database.current.admin.query<{ id: string }>(
    "select id from legal_entities where tenant_id = $1",
    [firm.tenantId],
  );
  const [invoice] = invoices;
  if (invoice === undefined) throw new Error("no invoice is issued");
  return { firm, invoice, entity: rows[0]?.id as string, collector: await product.terminalOf(firm, "collector") };
}

it("nets what there is, and says why nothing can be netted", async () => {
  const { invoice, entity, collector } = await openFirm();
  const refused = await collector.plumb("net", invoice.client, entity, "EUR");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("/problems/netting-refused")]);
});
