import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookings, type Posting } from "./bookings.ts";

const balance = (postings: readonly Posting[]): bigint => postings.reduce((sum, { minor }) => sum + minor, 0n);

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
