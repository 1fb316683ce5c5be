import { describe, expect, it } from "vitest";
import type { Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { refundPayment } from "../payments/refund-payment.ts";
import { day, one, refusal, useBank } from "./test-kit.ts";
import { returnBankEntry } from "./return-bank-entry.ts";
import { settleBankEntry } from "./settle-bank-entry.ts";

const { invoice, as, takeIn, entries, openOn, balances, sound } = useBank();

describe("money that the bank takes back", () => {
  const paid = () => one("238.00", { text: invoice(0).number, endToEndId: "E-1" });
  const back = (amount: string, more: object = {}) =>
    one(amount, { side: "DBIT", endToEndId: "E-1", reason: "AC04", reference: "back", ...more });

  it("undoes the payment: the invoice is owed again, and the bank's charge is the firm's cost", async () => {
    await takeIn(day("S-1", "0.00", "238.00", [paid()]));
    expect(await takeIn(day("S-2", "238.00", "-3.00", [back("241.00", { charges: "3.00" })]))).toMatchObject([
      { returned: 1, open: 0 },
    ]);
    expect(await openOn(0)).toBe("238.00");
    expect(await balances()).toMatchObject({ cash: "credit 3.00", bank_fees: "debit 3.00" });
    const [, returned] = await entries();
    expect(returned).toMatchObject({ state: "returned", because: "The bank took back E-1, for AC04." });
    await sound();
  });

  it("undoes it within the same statement too, and once", async () => {
    const text = day("S-1", "0.00", "-238.00", [paid(), back("238.00"), back("238.00", { reference: "again" })]);
    expect(await takeIn(text)).toMatchObject([{ settled: 1, returned: 1, open: 1 }]);
    expect(await openOn(0)).toBe("238.00");
    const [, , again] = await entries();
    expect(again?.returnProposals).toEqual([]);
    await sound();
  });

  it("waits for a person where it is not sure, who names the payment", async () => {
    await takeIn(day("S-1", "0.00", "238.00", [paid()]));
    await takeIn(day("S-2", "238.00", "0.00", [back("238.00", { endToEndId: "other" })]));
    const [first, waiting] = await entries();
    expect(waiting?.returnProposals).toMatchObject([{ paymentId: first?.paymentId, because: "was as much" }]);
    const said = { bankEntryId: waiting?.id as Id<"bank-entry">, paymentId: first?.paymentId as Id<"payment"> };
    const settle = { bankEntryId: said.bankEntryId, clientId: invoice(0).client };
    expect(await refusal(as("collector", (scope) => settleBankEntry(scope, settle)))).toMatch(/^bank-entry-refused/);
    await as("collector", (scope) => returnBankEntry(scope, said));
    expect(await openOn(0)).toBe("238.00");
    expect(await refusal(as("collector", (scope) => returnBankEntry(scope, said)))).toBe(
      "bank-entry-decided: The bank took it back, for AC04.",
    );
    await sound();
  });

  it("is refused for a payment that is not here whole any more, or is larger", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "x", endToEndId: "E-1" })]));
    const [waiting] = await entries();
    const bankEntryId = waiting?.id as Id<"bank-entry">;
    await as("collector", (scope) => settleBankEntry(scope, { bankEntryId, clientId: invoice(0).client }));
    const paymentId = (await entries())[0]?.paymentId as Id<"payment">;
    await as("controller", (scope) =>
      refundPayment(scope, { paymentId, amount: money(1n, "EUR"), reason: "too much" }),
    );
    const text = day("S-2", "300.00", "-200.00", [back("300.00"), back("200.00", { reference: "less" })]);
    expect(await takeIn(text)).toMatchObject([{ returned: 0, open: 2 }]);
    const [, whole, less] = await entries();
    const named = (id?: string) =>
      refusal(as("collector", (scope) => returnBankEntry(scope, { bankEntryId: id as Id<"bank-entry">, paymentId })));
    expect(await named(whole?.id)).toMatch(/^return-refused/);
    expect(await named(less?.id)).toMatch(/^bank-entry-refused: The bank took 200\.00, and the payment is 300\.00 EUR/);
  });
});
