import { expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { lateFirm } from "@plumbline/testing/late-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("records a promise, shows what became of it, and takes it back", async () => {
  const { firm, invoices } = await lateFirm(product.database.current.pool, {});
  const collector = await product.terminalOf(firm, "collector");
  const number = invoices[0]?.number ?? "";
  const day = todayInFirm(9);
  expect((await collector.plumb("promises")).out).toContain("There is no such promise.");
  expect((await collector.plumb("promises", "record", day, number)).code).toBe(2);
  const odd = await collector.plumb("promises", "record", day, number, "--said", "Ms Roth", "--amount", "much");
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining("is not an amount")]);
  const said = ["--said", "Ms Roth", "--amount", "100.00EUR"];
  expect((await collector.plumb("promises", "record", day, number, ...said)).out).toContain("100.00 EUR");
  const { items } = JSON.parse((await collector.plumb("promises", "--json")).out) as { items: { id: string }[] };
  expect((await collector.plumb("promises", "--state", "open")).out).toContain(number);
  expect((await collector.plumb("promises", "--state", "broken")).out).toContain("There is no such promise.");
  const gone = await collector.plumb("promises", "withdraw", items[0]?.id ?? "", "--reason", "another week");
  expect([gone.code, gone.out]).toEqual([0, expect.stringContaining("withdrawn")]);
});

it("reminds whoever is late, shows the notices, and takes one back", async () => {
  const { firm } = await lateFirm(product.database.current.pool, {
    dunning: { levels: [{ daysPastDue: 1, textKey: "friendly" }] },
  });
  const { admin } = product.database.current;
  // The product asks the true clock.
  await admin.query("alter table invoices disable trigger user");
  await admin.query("update invoices set due_on = $2::date where tenant_id = $1", [firm.tenantId, todayInFirm(-9)]);
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

it("proposes interest, shows its lines, charges one claim and waives another", async () => {
  const { firm } = await lateFirm(product.database.current.pool, {
    interest: { rate: { annualBasisPoints: 1_000 }, dayCount: "act/365", from: "day_after" },
  });
  const { admin } = product.database.current;
  await admin.query("alter table invoices disable trigger user");
  await admin.query("update invoices set due_on = $2::date where tenant_id = $1", [firm.tenantId, todayInFirm(-11)]);
  await admin.query("alter table invoices enable trigger user");
  const collector = await product.terminalOf(firm, "collector");
  expect((await collector.plumb("interest")).out).toContain("There is no such claim");
  expect((await collector.plumb("interest", "claim")).out).toContain("3 claims");
  expect((await collector.plumb("interest", "--state", "proposed")).out).toContain("10 days of 238.00 EUR at 10 %");
  const { items } = JSON.parse((await collector.plumb("interest", "--json")).out) as { items: { id: string }[] };
  const [first = "", second = ""] = items.map(({ id }) => id);
  expect((await collector.plumb("interest", "charge", first)).out).toContain("charged");
  expect((await collector.plumb("interest", "charge", first)).code).toBe(1);
  const controller = await product.terminalOf(firm, "controller");
  expect((await controller.plumb("interest", "waive", second, "--reason", "A bank holiday")).out).toContain("waived");
});
