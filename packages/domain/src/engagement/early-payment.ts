/** A part of the price that the client may keep when its money comes in within some days of issue. */
export type EarlyPayment = {
  readonly days: number;
  /** 200 is 2 %. */
  readonly basisPoints: number;
};

const wholeBasisPoints = 10_000;

/** What contradicts itself, in sentences that follow the name of a column; empty when nothing does. */
export function earlyPaymentIssues(tiers: readonly EarlyPayment[], paymentTermsDays: number): string[] {
  const issues = tiers
    .filter(({ days }) => days >= paymentTermsDays)
    .map(({ days }) => `within ${days} days is not early: all of it is due after ${paymentTermsDays}`);
  if (tiers.some(({ basisPoints }) => basisPoints <= 0 || basisPoints >= wholeBasisPoints))
    issues.push("take off a share above 0 % and below 100 %");
  const ordered = inOrder(tiers);
  const [twice] = ordered.filter(({ days }, index) => ordered[index - 1]?.days === days);
  if (twice !== undefined) issues.push(`say two shares within ${twice.days} days`);
  const [rising] = ordered.filter(
    ({ basisPoints }, index) => (ordered[index - 1]?.basisPoints ?? Infinity) <= basisPoints,
  );
  if (rising !== undefined && twice === undefined)
    issues.push(`give no less within ${rising.days} days than for paying earlier`);
  return issues;
}

/** The earliest first. */
export const inOrder = (tiers: readonly EarlyPayment[]): EarlyPayment[] =>
  tiers.toSorted((left, right) => left.days - right.days);
