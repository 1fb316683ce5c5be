import { expect, it } from "vitest";
import type { EngagementId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
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

it("lists what each matter holds in trust", async () => {
  const { firm, collector } = await openFirm();
  expect((await collector.plumb("trust")).out).toContain("No matter holds money in trust.");
  const { rows } = await product.database.current.admin.query<{ id: EngagementId; name: string }>(
    "select id, name from engagements where tenant_id = $1 order by id limit 1",
    [firm.tenantId],
  );
  const [matter] = rows;
  if (matter === undefined) throw new Error("the firm has no engagement");
  const inScope = await firm.as("collector");
  await inScope((scope) =>
    receiveTrust(scope, {
      engagementId: matter.id,
      amount: money(12_345n, "EUR"),
      reference: "wire",
      reason: "On account of costs",
      authority: "Letter of engagement",
      evidence: { document: "advice.pdf", sha256: "a".repeat(64) },
    }),
  );
  const { out } = await collector.plumb("trust");
  expect(out).toMatch(new RegExp(`${matter.name} .*123\\.45 EUR +0\\.00 EUR +0\\.00 EUR +123\\.45 EUR`));
});
