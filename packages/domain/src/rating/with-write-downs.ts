import { divide } from "@plumbline/domain/money/money";
import type { Charge } from "./charge.ts";
import { chargeNet } from "./line-adjustment.ts";
import type { DecisionOn, WriteDown } from "./write-down.ts";

/**
 * Charges with what was decided about their work. An amount whose work now makes several lines is taken off one after
 * another, and never twice. What is held back is a share of what is left of the line.
 */
export function withWriteDowns(
  charges: readonly Charge[],
  decisionOn: DecisionOn,
  languageOf: (charge: Charge) => string,
): Charge[] {
  const taken = new Map<WriteDown, bigint>();
  return charges.map((charge) => {
    const decision = charge.claims.map(({ work }) => decisionOn(work)).find((found) => found !== undefined);
    const before = chargeNet(charge);
    if (decision === undefined || charge.nature === "disbursement" || before <= 0n) return charge;
    const { id, kind, wording, basisPoints = wholeBasisPoints } = decision;
    const already = taken.get(decision) ?? 0n;
    const amountMinor = decision.amountMinor === undefined ? undefined : BigInt(decision.amountMinor) - already;
    if (amountMinor === 0n) return charge;
    const take = amountMinor === undefined ? { basisPoints } : { amountMinor };
    const lowered = { ...charge, writeDown: { id, kind, take, wording, language: languageOf(charge) } };
    const after = chargeNet(lowered);
    taken.set(decision, already + before - after);
    return { ...lowered, retainedMinor: divide(charge.retainedMinor * after, before, "half-up") };
  });
}

const wholeBasisPoints = 10_000;
