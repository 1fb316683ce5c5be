import { describe, expect, it } from "vitest";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { query } from "@plumbline/platform/sql";
import { recordPayment } from "../payments/record-payment.ts";
import { day, one, refusal, useBank } from "./test-kit.ts";
import { setAsideBankEntry } from "./set-aside-bank-entry.ts";
import { settleBankEntry } from "./settle-bank-entry.ts";

const { invoice, as, takeIn, entries, openOn, balances, sound } = useBank();

describe("what waits for a person", () => {
  it("becomes a payment of the client that is named, on the bank's day", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "October", endToEndId: "E-9" })]));
    const [waiting] = await entries({ state: "open" });
    const settle = { bankEntryId: waiting?.id as Id<"bank-entry">, clientId: invoice(0).client };
    expect(await refusal(as("auditor", (scope) => settleBankEntry(scope, settle)))).toMatch(/^permission-missing/);
    await as("collector", (scope) => settleBankEntry(scope, { ...settle, to: "oldest_first" }));
    expect(await balances()).toMatchObject({ cash: "debit 300.00", receivable: "debit 652.00" });
    const [settled] = await entries();
    expect(settled).toMatchObject({ state: "settled", decidedBy: "Cleo Collector", proposals: [] });
    expect(await refusal(as("collector", (scope) => settleBankEntry(scope, settle)))).toMatch(/^bank-entry-decided/);
    await sound();
  });

  it("becomes nothing when an application is wrong, and can be set aside with a reason", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "October" })]));
    const [waiting] = await entries();
    const bankEntryId = waiting?.id as Id<"bank-entry">;
    const to = [{ invoiceId: invoice(0).id, amount: money(30_000n, "EUR") }];
    const wrong = as("collector", (scope) => settleBankEntry(scope, { bankEntryId, clientId: invoice(0).client, to }));
    expect(await refusal(wrong)).toMatch(/^application-refused/);
    await as("collector", (scope) => setAsideBankEntry(scope, { bankEntryId, reason: "A loan of the owner" }));
    expect(await entries()).toMatchObject([{ state: "aside", because: "A loan of the owner" }]);
    expect((await balances())["cash"]).toBeUndefined();
  });

  it("is proposed by the account that a client paid from before", async () => {
    const iban = "DE75512108001245126199";
    await takeIn(
      day("S-1", "0.00", "476.00", [
        one("238.00", { reference: "a", text: invoice(0).number, iban }),
        one("238.00", { reference: "b", text: "again", iban }),
      ]),
    );
    const [waiting] = await entries({ state: "open" });
    expect(waiting?.proposals[0]).toMatchObject({
      score: 45,
      because: expect.stringContaining("an account of this client"),
    });
    expect(waiting?.proposals[0]?.client.id).toBe(invoice(0).client);
  });

  it("is short by the tax that this client kept before, to the cent, and is settled as proposed", async () => {
    const other = [1, 2, 3].find((index) => invoice(index).client === invoice(0).client) ?? 0;
    const paid = [0, other].map((index) => one("208.00", { reference: `${index}`, text: invoice(index).number }));
    await takeIn(day("S-1", "0.00", "416.00", paid));
    const settle = async (at: number, index: number) => {
      const bankEntryId = (await entries())[at]?.id as Id<"bank-entry">;
      const residual = { kind: "withholding_tax" as const, amount: money(3_000n, "EUR") };
      const to = [{ invoiceId: invoice(index).id, amount: money(20_800n, "EUR"), residual }];
      await as("collector", (scope) => settleBankEntry(scope, { bankEntryId, clientId: invoice(index).client, to }));
    };
    expect((await entries())[1]?.proposals[0]?.residual).toBeUndefined();
    await settle(0, 0);
    expect((await entries())[1]?.proposals[0]).toMatchObject({
      score: 80,
      residual: { kind: "withholding_tax", amount: { amount: "30.00" } },
      because: `names ${invoice(other).number}; is what is owed less the tax that this client kept before`,
    });
    await settle(1, other);
    expect([await openOn(0), await openOn(other)]).toEqual(["0.00", "0.00"]);
    expect(await balances()).toMatchObject({ withholding_tax: "debit 60.00", cash: "debit 416.00" });
    await sound();
  });

  it("cannot be rewritten, settled without a payment, or decided in another's name, by raw SQL either", async () => {
    await takeIn(day("S-1", "0.00", "300.00", [one("300.00", { text: "October" })]));
    const code = async (sql: string, values: readonly unknown[] = []) =>
      as("collector", ({ tx }) => query(tx, sql, values)).then(
        () => "done",
        (error: { code?: string }) => error.code,
      );
    expect(await code("update bank_entries set amount_minor = 1")).toBe("PL181");
    expect(await code("update bank_entries set state = 'aside', decided_at = now()")).toBe("done");
    expect(await code("update bank_entries set state = 'open'")).toBe("PL181");
    const [entity] = await as("auditor", ({ tx }) => query<{ id: LegalEntityId }>(tx, "select id from legal_entities"));
    const account = { clientId: invoice(0).client, legalEntityId: entity?.id as LegalEntityId };
    const paymentId = await as("collector", (scope) =>
      recordPayment(scope, { ...account, amount: money(5n, "EUR"), receivedOn: "2026-12-01" as never, reference: "x" }),
    );
    await takeIn(day("S-2", "300.00", "310.00", [one("10.00", { text: "x" })]));
    const settled =
      "update bank_entries set state = 'settled', payment_id = ?, decided_at = now() where state = 'open'";
    expect(await code(settled, [paymentId])).toBe("PL183");
    const chain = `insert into bank_statements (id, legal_entity_id, iban, statement_id, currency, opening_minor, closing_minor, closed_on, file_hash, follows)
      select gen_random_uuid(), legal_entity_id, iban, 'S-9', currency, opening_minor, closing_minor, closed_on, file_hash, id
        from bank_statements where statement_id = 'S-2'`;
    expect(await code(chain)).toBe("PL184");
    const more = `insert into bank_entries (id, bank_statement_id, entry_reference, position, amount_minor, charges_minor, booked_on, returns, fee, creditor_references, remittance, state, because)
      select gen_random_uuid(), id, 'more', 1, 5, 0, closed_on, false, false, '{}', '', 'open', 'x' from bank_statements limit 1`;
    expect(await code(more)).toBe("PL182");
  });
});
