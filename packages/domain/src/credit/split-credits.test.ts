import { expect, it } from "vitest";
import { splitCredits } from "./split-credits.ts";

const credit = { corrects: "i", total: 100n, retained: 0n, open: 100n, kept: 0n };

it("settles what is open, and leaves the rest to the client", () => {
  expect(
    splitCredits([
      { ...credit, open: 30n },
      { ...credit, corrects: "j", open: 0n },
    ]),
  ).toEqual([
    { ofRetention: 0n, applied: 30n },
    { ofRetention: 0n, applied: 0n },
  ]);
});

it("takes retained money from what is still retained, and from what is open where that was released", () => {
  const retained = { ...credit, retained: 10n };
  expect(splitCredits([{ ...retained, kept: 50n }])).toEqual([{ ofRetention: 10n, applied: 90n }]);
  expect(splitCredits([{ ...retained, kept: 4n }])).toEqual([{ ofRetention: 4n, applied: 96n }]);
});

it("lets credits of one invoice take one after another", () => {
  expect(
    splitCredits([
      { ...credit, open: 150n },
      { ...credit, open: 150n },
    ]),
  ).toEqual([
    { ofRetention: 0n, applied: 100n },
    { ofRetention: 0n, applied: 50n },
  ]);
});
