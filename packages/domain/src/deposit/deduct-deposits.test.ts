import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import { deductDeposits, type OpenDeposit } from "./deduct-deposits.ts";

const engagement = "e" as EngagementId;
const deposit = (id: string, leftMinor: bigint, basisPoints = 2000, category: "S" | "AE" = "S"): OpenDeposit => ({
  id: id as InvoiceId,
  engagementId: engagement,
  number: `DP-${id}`,
  issuedOn: "2024-12-10" as LocalDate,
  category,
  basisPoints,
  leftMinor,
});
const billed = (netMinor: bigint, basisPoints = 2000) =>
  ({ engagementId: engagement, category: "S", basisPoints, netMinor }) as const;
const deduct = (net: ReturnType<typeof billed>, deposits: OpenDeposit[], seller = "SK") =>
  deductDeposits([net], new Map([[engagement, deposits]]), { seller, left: new Map() }).map(
    ({ deposit: { id }, minor, retaxedFrom }) => [id, minor, retaxedFrom],
  );

describe("deposits", () => {
  it("are deducted oldest first, as far as the invoice goes", () => {
    expect(deduct(billed(700n), [deposit("1", 500n), deposit("2", 400n)])).toEqual([
      ["1", 500n, undefined],
      ["2", 200n, undefined],
    ]);
    expect(deduct(billed(300n), [deposit("1", 500n)])).toEqual([["1", 300n, undefined]]);
    expect(deduct(billed(0n), [deposit("1", 500n)])).toEqual([]);
  });

  it("keep their own rate after it changed, and say which one the invoice bears otherwise", () => {
    expect(deduct(billed(1_000n, 2300), [deposit("1", 500n)])).toEqual([["1", 500n, 2300]]);
  });

  it("are taxed anew with the supply in Germany, and leave no invoice that pays out", () => {
    expect(deduct(billed(1_000n, 1900), [deposit("1", 500n, 1600)], "DE")).toEqual([["1", 500n, undefined]]);
    // 1000 at 16 % are 1160, and so are 974.78… at 19 %.
    expect(deduct(billed(100_000n, 1600), [deposit("1", 100_000n, 1900)], "DE")).toEqual([["1", 97_478n, undefined]]);
  });

  it("that are taxed in another way stay", () => {
    expect(deduct(billed(1_000n), [deposit("1", 500n, 0, "AE")])).toEqual([]);
  });

  it("never come to more than is left of them, nor than is billed, over any row of invoices", () => {
    const amounts = fc.array(fc.bigInt({ min: -1_000n, max: 100_000n }), { maxLength: 8 });
    fc.assert(
      fc.property(amounts, amounts, (nets, lefts) => {
        const known = lefts.map((minor, index) => deposit(String(index), minor < 0n ? 0n : minor));
        const left = new Map<InvoiceId, bigint>();
        const taken = nets.map((net) =>
          deductDeposits([billed(net)], new Map([[engagement, known]]), { seller: "IE", left }).reduce(
            (sum, { minor }) => sum + minor,
            0n,
          ),
        );
        for (const [at, net] of nets.entries()) expect((taken[at] ?? 0n) <= (net < 0n ? 0n : net)).toBe(true);
        const all = taken.reduce((sum, minor) => sum + minor, 0n);
        const there = known.reduce((sum, { leftMinor }) => sum + leftMinor, 0n);
        const asked = nets.reduce((sum, net) => sum + (net < 0n ? 0n : net), 0n);
        expect(all).toBe(there < asked ? there : asked);
      }),
    );
  });
});
