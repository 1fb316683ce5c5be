import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { money } from "@plumbline/domain/money/money";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { query } from "@plumbline/platform/sql";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("opens a chargeback, tells its day wherever money waits, and answers and decides it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-chargeback-"));
  const { firm, invoices } = await issuedFirm(product.database.current.pool);
  const inScope = await firm.as("collector");
  const payment = await inScope(async (scope) => {
    const [row] = await query<{ id: string }>(scope.tx, "select id from legal_entities");
    return recordPayment(scope, {
      clientId: invoices[0]?.client as never,
      legalEntityId: row?.id as never,
      amount: money(23_800n, "EUR"),
      receivedOn: todayInFirm(),
      reference: "card",
      to: "oldest_first",
    });
  });
  const collector = await product.terminalOf(firm, "collector");
  expect((await collector.plumb("chargebacks")).out).toContain("There is no chargeback.");
  expect((await collector.plumb("stuck")).out).not.toContain("chargeback");
  const opened = await collector.plumb("chargebacks", "open", payment, "card", "CB-1", "2099-12-24", "Not received");
  expect(opened.out).toContain("CB-1: 238.00 EUR of Client 1, open; answer by 2099-12-24");
  const { id } = JSON.parse((await collector.plumb("chargebacks", "--json")).out).items[0] as { id: string };
  expect((await collector.plumb("stuck")).out).toContain(
    "1 chargeback of 238.00 EUR to answer, the next by 2099-12-24: plumb chargebacks",
  );
  expect((await collector.plumb("chargebacks", "--state", "open")).out).toMatch(
    /2099-12-24 +CB-1 +Client 1 +238\.00 EUR +open, .+ days/,
  );
  const file = join(folder, "sheet.pdf");
  await writeFile(file, "signed");
  expect((await collector.plumb("chargebacks", "answer", id, file)).out).toContain("answered");
  expect((await collector.plumb("stuck")).out).not.toContain("chargeback");
  const refused = await collector.plumb("chargebacks", "decide", id, "lost_and_written_off", "x");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("receivable.write_off")]);
  expect((await collector.plumb("chargebacks", "decide", id, "lost", "The bank says so")).out).toContain("lost");
  await rm(folder, { recursive: true });
});
