import { expect, it } from "vitest";
import { plain } from "../printing/style.ts";
import { reconciled } from "./trust-reconcile.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });
const found = {
  id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d40",
  on: "2026-10-31",
  bank: usd("100.00"),
  ledger: usd("100.00"),
  matters: usd("100.00"),
  agrees: true,
  differences: [],
  held: [{ engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d31", name: "Marlowe" }, balance: usd("100.00") }],
};

it("says that bank, ledger and matters agree, and what each matter holds", () => {
  const answer = reconciled(found, undefined);
  expect(answer.exit).toBe("done");
  expect(answer.lines(plain).join("\n")).toMatch(/Marlowe +100\.00 USD[^]*All three agree/);
});

it("names every difference with its amount, and fails", () => {
  const differences = [{ kind: "bank_and_ledger" as const, amount: usd("-0.01"), what: "the bank holds less" }];
  const answer = reconciled({ ...found, bank: usd("99.99"), agrees: false, differences }, undefined);
  expect(answer.exit).toBe("failed");
  expect(answer.lines(plain).join("\n")).toContain("-0.01 USD: the bank holds less.");
});
