import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookings, type Posting } from "./bookings.ts";

const balance = (postings: readonly Posting[]): bigint => postings.reduce((sum, { minor }) => sum + minor, 0n);

describe("a payment", () => {
  it("is the client's until an invoice takes it, and settles with what a bank kept", () => {
    expect(bookings.payment_received({ amount: 100n })).toEqual([
      { account: "cash", minor: 100n },
      { account: "unapplied_cash", minor: -100n },
    ]);
    const applied = bookings.payment_applied({ amount: 100n, residual: { account: "bank_fees", minor: 5n } });
    expect(applied).toEqual([
      { account: "unapplied_cash", minor: 100n },
      { account: "bank_fees", minor: 5n },
      { account: "receivable", minor: -105n },
    ]);
    expect(balance([...applied, ...bookings.application_reversed(applied)])).toBe(0n);
    expect(bookings.application_reversed(applied)).toContainEqual({ account: "receivable", minor: 105n });
  });

  it("is paid back from what is left, and a debt is given up, each in balance", () => {
    expect(bookings.credit_refunded({ amount: 7n })).toEqual([
      { account: "unapplied_cash", minor: 7n },
      { account: "cash", minor: -7n },
    ]);
    expect(bookings.credit_released({ amount: 7n })).toEqual([
      { account: "receivable", minor: 7n },
      { account: "unapplied_cash", minor: -7n },
    ]);
    expect(balance([...bookings.payment_received({ amount: 7n }), ...bookings.payment_returned({ amount: 7n })])).toBe(
      0n,
    );
    expect(bookings.payment_returned({ amount: 7n })).toContainEqual({ account: "cash", minor: -7n });
    expect(bookings.bank_charged({ amount: 7n })).toEqual([
      { account: "bank_fees", minor: 7n },
      { account: "cash", minor: -7n },
    ]);
    expect(bookings.debt_written_off({ amount: 7n })).toEqual([
      { account: "bad_debt", minor: 7n },
      { account: "receivable", minor: -7n },
    ]);
  });
});

it("what was owed and held when the firm moved in is neither earned nor taxed here", () => {
  expect(bookings.receivable_taken_over({ amount: 7n })).toEqual([
    { account: "receivable", minor: 7n },
    { account: "opening_balances", minor: -7n },
  ]);
  expect(bookings.credit_taken_over({ amount: 7n, held: "retainer_liability" })).toEqual([
    { account: "opening_balances", minor: 7n },
    { account: "retainer_liability", minor: -7n },
  ]);
});

describe("an issued invoice", () => {
  it("is owed by the client, earned by the firm, and its tax due, per category and rate", () => {
    const taxes = [
      { category: "S", basisPoints: 1900, minor: 1_900n },
      { category: "S", basisPoints: 700, minor: 70n },
      { category: "O", basisPoints: 0, minor: 0n },
    ] as const;
    expect(bookings.invoice_issued({ net: 11_000n, retained: 0n, taxes })).toEqual([
      { account: "receivable", minor: 12_970n },
      { account: "revenue", minor: -11_000n },
      { account: "tax_payable", minor: -1_900n, tax: { category: "S", basisPoints: 1900 } },
      { account: "tax_payable", minor: -70n, tax: { category: "S", basisPoints: 700 } },
    ]);
  });

  it("is not yet due for what the client keeps until release", () => {
    const taxes = [{ category: "S", basisPoints: 1900, minor: 1_900n }] as const;
    expect(bookings.invoice_issued({ net: 10_000n, retained: 500n, taxes })).toMatchObject([
      { account: "receivable", minor: 11_400n },
      { account: "retention_receivable", minor: 500n },
      { account: "revenue", minor: -10_000n },
      { account: "tax_payable", minor: -1_900n },
    ]);
  });

  it("of nothing moves nothing", () => {
    expect(bookings.invoice_issued({ net: 0n, retained: 0n, taxes: [] })).toEqual([]);
  });

  it("balances, whatever it is about", () => {
    const minor = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    const taxes = fc.array(fc.record({ category: fc.constant("S" as const), basisPoints: fc.nat(), minor }));
    fc.assert(
      fc.property(minor, minor, taxes, (net, retained, of) => {
        const postings = bookings.invoice_issued({ net, retained, taxes: of });
        expect(balance(postings)).toBe(0n);
        expect(postings.every((posting) => posting.minor !== 0n)).toBe(true);
      }),
    );
  });
});
