import fc from "fast-check";
import { expect, it } from "vitest";
import { keptOf, shareOf } from "./withheld-share.ts";

it("finds the share again that a client kept, and keeps as much of it next time", () => {
  const net = fc.bigInt({ min: 1_000_000n, max: 10n ** 12n });
  const share = fc.bigInt({ min: 1n, max: 5_000n });
  fc.assert(
    fc.property(net, share, (netMinor, of) => {
      expect(shareOf({ netMinor, keptMinor: keptOf(netMinor, of) })).toBe(of);
    }),
  );
});

it("takes no amount for a share that is none to the cent", () => {
  expect(shareOf({ netMinor: 20_000n, keptMinor: 3_000n })).toBe(1_500n);
  expect(shareOf({ netMinor: 10_000_000n, keptMinor: 1_234_567n })).toBeUndefined();
  expect(shareOf({ netMinor: 0n, keptMinor: 5n })).toBeUndefined();
  expect(shareOf({ netMinor: 5n, keptMinor: 0n })).toBeUndefined();
});
