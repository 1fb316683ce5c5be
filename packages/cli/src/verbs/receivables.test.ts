import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

async function open() {
  const { firm, invoices } = await issuedFirm(product.database.current.pool, { more: 1 });
  const { rows } = await product.database.current.admin.query<{ entity: string; engagement: string; issued: string }>(
    `select i.legal_entity_id as entity, i.engagement_id as engagement, i.issued_on::text as issued from invoices i
      where i.tenant_id = $1 and i.number is not null order by i.id limit 1`,
    [firm.tenantId],
  );
  return { firm, client: invoices[0]?.client ?? "", ...(rows[0] as (typeof rows)[0]) };
}

it("says who owes how much since when, and how it came about", async () => {
  const { firm, client, issued, entity } = await open();
  const collector = await product.terminalOf(firm, "collector");
  expect((await collector.plumb("ageing")).out).toMatch(/476\.00 EUR/);
  expect((await collector.plumb("ageing", "--on", "2020-01-01", "--entity", entity)).out).toBe(
    "Nobody owes anything.\n",
  );
  const { out } = await collector.plumb("statement", client, issued.slice(0, 7));
  expect(out).toMatch(/owed before +0\.00 EUR\n/);
  expect(out).toMatch(/invoice issued +F-\d{4}-00002 +238\.00 EUR +476\.00 EUR\n/);
  expect(out).toMatch(/owes after +476\.00 EUR\n/);
  expect((await collector.plumb("statement", client, "soon")).code).toBe(2);
});

it("asks for a deposit by amount or by share, and says why it cannot", async () => {
  const { firm, engagement } = await open();
  const coordinator = await product.terminalOf(firm, "coordinator");
  const drafted = await coordinator.plumb("deposit", engagement, "100.00EUR");
  expect([drafted.code, drafted.out]).toEqual([0, expect.stringContaining("119.00 EUR with tax")]);
  const refused = await coordinator.plumb("deposit", engagement, "30%");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("/problems/deposit-refused")]);
  const odd = await coordinator.plumb("deposit", engagement, "much");
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining("is not an amount")]);
});

it("agrees what being late costs, and records the rates it goes by", async () => {
  const { firm, entity } = await open();
  const controller = await product.terminalOf(firm, "controller");
  expect((await controller.plumb("collecting")).out).toContain("Nothing was agreed");
  expect((await controller.plumb("base-rates")).out).toContain("There is no base rate");
  const folder = await mkdtemp(join(tmpdir(), "plumb-"));
  const file = join(folder, "late.json");
  const terms = {
    legalEntityId: entity,
    currency: "EUR",
    startsOn: "2026-01-01",
    dunning: { levels: [{ daysPastDue: 7, textKey: "friendly" }] },
    interest: { rate: { base: "bgb-247", pointsBasisPoints: 900 }, dayCount: "act/365", from: "day_after" },
  };
  await writeFile(file, JSON.stringify(terms));
  expect((await controller.plumb("collecting", "agree", file)).out).toContain("agreed");
  expect((await controller.plumb("collecting")).out).toMatch(/all others +EUR +7 days +bgb-247 and 9 %/);
  await writeFile(file, "{");
  const odd = await controller.plumb("collecting", "agree", file);
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining("is not JSON")]);
  await writeFile(file, JSON.stringify({ ...terms, currency: "EURO" }));
  const wrong = await controller.plumb("collecting", "agree", file);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("currency")]);
  await rm(folder, { recursive: true });

  expect((await controller.plumb("base-rates", "record", "bgb-247", "2026-07-01", "1.27%")).out).toContain("1.27 %");
  expect((await controller.plumb("base-rates")).out).toMatch(/bgb-247 +2026-07-01 +1\.27 % +Carl Controller/);
  expect((await controller.plumb("base-rates", "record", "bgb-247", "2026-07-01", "much")).code).toBe(2);
});
