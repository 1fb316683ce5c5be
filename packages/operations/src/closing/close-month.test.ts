import { describe, expect, it } from "vitest";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { findMonthClose, listMonthCloses } from "./list-month-closes.ts";
import { day, refusal, useBooks, type Who } from "./test-kit.ts";

const { as, invoice, entity, close, reopen, pay, paid } = useBooks();

describe("closed books", () => {
  it("take nothing more, keep what stood open, and are reopened by two people, the last month first", async () => {
    expect(await refusal(close("2026-12", "finance"))).toMatch(/^permission-missing/);
    expect(await refusal(close("2027-01"))).toBe("close-refused: The month is not over where the legal entity is.");
    const november = await close("2026-11");
    const december = await close();
    expect(await refusal(close("2026-10"))).toMatch(/^close-refused: The books are closed up to/);
    expect(await refusal(pay(100n, "2026-12-31"))).toMatch(/^booking-date-refused/);
    const [kept] = await as("auditor", ({ tx }) =>
      query<{ checklist: unknown }>(tx, "select checklist from month_closes where id = ?", [december]),
    );
    expect(kept?.checklist).toMatchObject({ closable: true, items: [{ item: "invoices_not_posted", count: 2 }] });

    expect(await refusal(reopen(november, "controller"))).toMatch(/^reopening-refused: A later month is closed/);
    expect(await reopen(december, "finance")).toBe("asked");
    expect(await refusal(reopen(december, "finance"))).toMatch(/^duties-not-separate/);
    expect(await refusal(pay(100n, "2026-12-31"))).toMatch(/^booking-date-refused/);
    expect(await reopen(december, "controller")).toBe("reopened");
    expect(await as("auditor", (scope) => findMonthClose(scope, { monthCloseId: december }))).toMatchObject({
      closed: { by: "Carl Controller" },
      reopeningAsked: { by: "Finn Finance", reason: "said finance" },
      reopened: { by: "Carl Controller" },
    });
    await pay(100n, "2026-12-31");
    expect(await refusal(pay(100n, "2026-11-30"))).toMatch(/^booking-date-refused/);
    await close();
    const { items } = await as("auditor", (scope) => listMonthCloses(scope, { limit: 9 }));
    expect(items.map(({ month, reopened }) => [month, reopened !== undefined])).toEqual([
      ["2026-12", false],
      ["2026-12", true],
      ["2026-11", false],
    ]);
  });

  it("wait for whoever books at that moment", async () => {
    const { promise: gate, resolve: commit } = Promise.withResolvers<void>();
    const { promise: booked, resolve: hasBooked } = Promise.withResolvers<void>();
    const paying = as("collector", async (scope) => {
      await recordPayment(scope, paid(1_000n, "2026-12-31"));
      hasBooked();
      await gate;
    });
    await booked;
    const closing = close();
    const first = await Promise.race([
      closing.then(() => "closed"),
      new Promise((resolve) => setTimeout(() => resolve("waits"), 300)),
    ]);
    expect(first).toBe("waits");
    commit();
    await paying;
    const id = await closing;
    const [kept] = await as("auditor", ({ tx }) =>
      query<{ items: unknown }>(tx, "select checklist -> 'items' as items from month_closes where id = ?", [id]),
    );
    expect(kept?.items).toContainEqual(expect.objectContaining({ item: "cash_unapplied" }));
  });

  it("are not opened, closed or written into by raw SQL", async () => {
    const run = (sql: string, values: readonly unknown[] = [], who: Who = "controller") =>
      refusal(as(who, ({ tx }) => query(tx, sql, values)));
    expect(await run("update legal_entities set lock_date = '2026-12-31'")).toBe("PL198");
    const insert = (month: string) =>
      run(
        `insert into month_closes (id, legal_entity_id, month, locked_before, checklist)
         select gen_random_uuid(), id, '${month}', lock_date, '{}' from legal_entities`,
      );
    expect(await insert("2026-12-01")).toBe("PL198");
    const id = await close();
    expect(await insert("2026-12-01")).toBe("PL195");
    expect(await insert("2026-11-01")).toBe("PL195");
    expect(await run("update legal_entities set lock_date = null")).toBe("PL198");
    const entry = `
      with e as (insert into ledger_entries (id, fact, legal_entity_id, client_id, currency, booked_on, invoice_id, reason)
        select gen_random_uuid(), 'debt_written_off', legal_entity_id, payer_id, currency, '2026-12-31', id, 'x'
          from invoices where id = ? returning id)
      insert into ledger_postings (entry_id, position, account, amount_minor)
      select id, 1, 'bad_debt', 5 from e union all select id, 2, 'receivable', -5 from e`;
    expect(await run(entry, [invoice(0).id])).toBe("PL199");
    const late = as("controller", (scope) =>
      bookEntries(scope, [
        {
          id: scope.newId(),
          fact: "debt_written_off",
          legalEntityId: entity(),
          clientId: invoice(0).client,
          currency: "EUR",
          bookedOn: day("2026-12-31"),
          invoiceId: invoice(0).id,
          reason: "looked before the books were closed",
          postings: bookings.debt_written_off({ amount: 5n }),
        },
      ]),
    );
    expect(await refusal(late)).toMatch(/^booking-date-refused: The books of that day were closed a moment ago/);
    const reopened = "reopened_by = app.actor(), reopened_at = now()";
    expect(await run(`update month_closes set ${reopened}`)).toMatch(/^(23514|PL196)$/);
    const asked = "reopening_asked_by = app.actor(), reopening_asked_at = now(), reopening_reason = 'x'";
    expect(await run(`update month_closes set ${asked}, ${reopened}`)).toBe("23514");
    expect(await run("update month_closes set month = '2026-11-01'")).toBe("42501");
    await reopen(id, "finance");
    expect(await run("update month_closes set reopening_reason = 'another'")).toBe("PL196");
    expect(await run(`update month_closes set ${reopened}`, [], "finance")).toBe("23514");
    expect(await run(`update month_closes set ${reopened}`)).toBe("PL198");
    await reopen(id, "controller");
    expect(await run("update month_closes set reopened_at = null, reopened_by = null")).toBe("PL196");
  });
});
