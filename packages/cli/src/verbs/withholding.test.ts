import { expect, it } from "vitest";
import { money } from "@plumbline/domain/money/money";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import type { LegalEntityId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("lists tax that nothing proves, records its certificate, and takes one back", async () => {
  const { firm, invoices } = await issuedFirm(product.database.current.pool);
  const [invoice] = invoices;
  if (invoice === undefined) throw new Error("no invoice is issued");
  const collector = await product.terminalOf(firm, "collector");
  expect((await collector.plumb("withholding")).out).toContain("Everything that clients kept as tax is proven.");
  const inScope = await firm.as("collector");
  const on = todayInFirm();
  const entity = await inScope(async (scope) => {
    const [row] = await query<{ id: LegalEntityId }>(scope.tx, "select id from legal_entities");
    const legalEntityId = row?.id as LegalEntityId;
    const residual = { kind: "withholding_tax" as const, amount: money(3_000n, "EUR") };
    const to = [{ invoiceId: invoice.id, amount: money(20_800n, "EUR"), residual }];
    const paid = { clientId: invoice.client, legalEntityId, amount: money(20_800n, "EUR"), receivedOn: on };
    await recordPayment(scope, { ...paid, reference: "wire", to });
    return legalEntityId;
  });
  expect((await collector.plumb("withholding")).out).toMatch(
    new RegExp(`${invoice.number} +Client 1 +30\\.00 EUR +0\\.00 EUR +30\\.00 EUR`),
  );
  const certify = (amount: string) =>
    collector.plumb("withholding", "certify", invoice.client, entity, "CR-1", on, amount, "EUR");
  const refused = await certify("30.01");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("more is certified than was withheld")]);
  const certified = await certify("30.00");
  expect(certified.out).toContain(`CR-1: 30.00 EUR of Client 1\n  ${invoice.number}  30.00 EUR`);
  expect((await collector.plumb("withholding")).out).toContain("is proven");
  const [, id = ""] = /\n(\S{36})\n/.exec(certified.out) ?? [];
  expect((await collector.plumb("withholding", "withdraw", id, "a copy")).out).toContain("withdrawn: a copy");
  expect((await collector.plumb("withholding")).out).toContain("30.00 EUR");
});
