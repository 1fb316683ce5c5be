import { toDecimal } from "../../money/decimal.ts";
import { money } from "../../money/money.ts";
import { takeBack } from "../take-back.ts";
import { amountOf, playScenarios } from "./test-kit.ts";

type Given = {
  readonly gone: string;
  readonly unapplied: string;
  /** Such as "F-1 100.00", in the order they were made. */
  readonly applied: readonly string[];
};

playScenarios(new URL("chargebacks.yaml", import.meta.url), ({ gone, unapplied, applied }: Given) => {
  const parts = applied.map((text) => {
    const [name = "", amount = ""] = text.split(" ");
    return { name, minor: amountOf(amount).minor };
  });
  const said = ({ name }: { name: string }, minor: bigint) => `${name} ${toDecimal(money(minor, "EUR"))}`;
  try {
    const { undone, again } = takeBack(amountOf(gone).minor, { unapplied: amountOf(unapplied).minor, applied: parts });
    return {
      ...(undone.length > 0 && { undone: undone.map((part) => said(part, part.minor)) }),
      ...(again && { again: said(again.application, again.minor) }),
    };
  } catch (error) {
    return { refused: (error as RangeError).message };
  }
});
