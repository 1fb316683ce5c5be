/** What is taken off a price, or added to it (EN 16931: allowance and charge; a charge is something else here). */
export const adjustmentKinds = ["allowance", "surcharge"] as const;
export type AdjustmentKind = (typeof adjustmentKinds)[number];

/** What was agreed to take off or to add: a share or an amount. It concerns fees; what was spent is passed on as it is. */
export type AgreedAdjustment = {
  readonly kind: AdjustmentKind;
  /** Of each line, or of the fees on the invoice together. */
  readonly on: "line" | "invoice";
  /** 500 is 5 %. */
  readonly basisPoints?: number;
  /** Minor units of the engagement's currency, once an invoice. */
  readonly amountMinor?: string;
  /** Holds from this sum of fees on; of several of a kind the highest that is reached holds alone. */
  readonly fromMinor?: string;
  /** Only of what bears this rate of tax; 1900 is 19 %. */
  readonly taxedAt?: number;
  /** In the client's language; the words for an agreed discount or surcharge when absent. */
  readonly reason?: string;
  /** UNTDID 5189 of an allowance, 7161 of a surcharge. */
  readonly code?: string;
};

const wholeBasisPoints = 10_000;

/** What contradicts itself in what was agreed, in sentences that follow the name of a column; empty when nothing does. */
export function adjustmentIssues(agreed: readonly AgreedAdjustment[]): string[] {
  const issues = agreed.flatMap(issuesOf);
  for (const on of ["line", "invoice"] as const) {
    const most = mostOf(agreed.filter((each) => each.kind === "allowance" && each.on === on));
    if (most > wholeBasisPoints) {
      issues.push(`take ${most / 100} % off ${on === "line" ? "a line" : "an invoice"}; nobody gives more than 100 %`);
    }
  }
  const steps = agreed.flatMap(({ kind, fromMinor, taxedAt }) =>
    fromMinor === undefined ? [] : `${kind} ${fromMinor} ${taxedAt ?? ""}`,
  );
  if (new Set(steps).size < steps.length) issues.push("say twice what holds from one amount on");
  return issues;
}

function issuesOf({ kind, on, basisPoints, amountMinor, fromMinor, taxedAt }: AgreedAdjustment): string[] {
  const issues: string[] = [];
  if ((basisPoints === undefined) === (amountMinor === undefined)) issues.push("are each a share or an amount");
  const size = basisPoints ?? Number(amountMinor);
  if (!Number.isInteger(size) || size <= 0) issues.push("are each more than nothing");
  if (kind === "surcharge" && (basisPoints ?? 0) > wholeBasisPoints)
    issues.push("add more than 100 %; correct the share");
  if (on === "line" && (amountMinor !== undefined || fromMinor !== undefined || taxedAt !== undefined)) {
    issues.push("of a line are shares of it, without conditions");
  }
  return issues;
}

/** What the allowances can come to at once: all without a condition, and the largest of the steps. */
function mostOf(allowances: readonly AgreedAdjustment[]): number {
  const shares = (of: readonly AgreedAdjustment[]) => of.map(({ basisPoints = 0 }) => basisPoints);
  const always = shares(allowances.filter(({ fromMinor }) => fromMinor === undefined));
  const steps = shares(allowances.filter(({ fromMinor }) => fromMinor !== undefined));
  return always.reduce((sum, each) => sum + each, 0) + Math.max(0, ...steps);
}
