import { permissionsOf } from "../access/roles.ts";
import { moves, nextMove } from "../invoice/lifecycle.ts";
import { delegate, escalate, type Owner, remind, type Step } from "./step.ts";
import { namesOf, stageWaits, waitNames } from "./waits.ts";

/** What a firm says about one wait, instead of what the platform says. */
export type SlaPolicy = {
  readonly wait: string;
  /** The platform's when absent. */
  readonly owner?: Owner | undefined;
  readonly hours: number;
  readonly steps: readonly SaidStep[];
};

/** A step as somebody says it, who may say what makes no step. */
export type SaidStep = { readonly does: Step["does"]; readonly percent: number; readonly to?: Owner | undefined };

/** What was said without a fault. */
export const toStep = ({ does, percent, to }: SaidStep): Step => {
  if (does === "remind") return remind(percent);
  return does === "delegate" || to === undefined ? delegate(percent, to) : escalate(percent, to);
};

/** What is wrong with a member of a policy, in a sentence without its subject. */
export type SlaIssue = { readonly at: string; readonly message: string };

const hoursMax = 2_000;
const percentMax = 1_000;
const stepsMax = 10;

/** Everything that keeps terms from being used, so that a person sees all of it at once. */
export function slaIssues({ wait, owner, hours, steps }: SlaPolicy): readonly SlaIssue[] {
  return [
    ...waitIssues(wait),
    ...(Number.isInteger(hours) && hours >= 1 && hours <= hoursMax
      ? []
      : [{ at: "hours", message: `is not a whole number from 1 to ${hoursMax}` }]),
    ...ownerIssues(wait, owner),
    ...(steps.length > stepsMax
      ? [{ at: "steps", message: `has ${steps.length} steps; ${stepsMax} are allowed` }]
      : []),
    ...stepIssues(steps, owner ?? stageWaits.find((one) => one.wait === wait)?.owner),
  ];
}

function waitIssues(wait: string): readonly SlaIssue[] {
  const [name, lane] = namesOf(wait);
  if (waitNames.includes(wait)) return [];
  if (lane !== undefined && waitNames.includes(lane) && /^exception\.[a-z]+\.[a-z0-9-]+$/.test(name ?? "")) return [];
  const known = waitNames.join(", ");
  return [{ at: "wait", message: `“${wait}” is none of ${known}, nor an exception's with its code` }];
}

/** Whoever is to decide must be allowed to; the owner of an exception is named by its rule. */
function ownerIssues(wait: string, owner: Owner | undefined): readonly SlaIssue[] {
  if (owner === undefined) return [];
  if (wait.startsWith("exception.")) return [{ at: "owner", message: "is named by the rule that opens the exception" }];
  const stage = stageWaits.find((one) => one.wait === wait)?.stage;
  const move = stage === undefined ? undefined : nextMove(stage);
  if (stage === undefined || move === undefined || stage === "issued") return [];
  if (owner !== "platform" && permissionsOf([owner]).has(moves[move].needs)) return [];
  return [{ at: "owner", message: `“${owner}” may not do what is waited for: that needs ${moves[move].needs}` }];
}

function stepIssues(steps: readonly SaidStep[], owner: Owner | undefined): readonly SlaIssue[] {
  let waitsOn = owner;
  let before = 0;
  return steps.flatMap((step, index) => {
    const at = `steps.${index}`;
    const issues: SlaIssue[] = [];
    if (!(Number.isInteger(step.percent) && step.percent >= 1 && step.percent <= percentMax)) {
      issues.push({ at: `${at}.percent`, message: `is not a whole number from 1 to ${percentMax}` });
    } else if (step.percent <= before) {
      issues.push({ at: `${at}.percent`, message: `${step.percent} does not come after ${before}` });
    }
    const { does, to } = step;
    if (does === "remind" && to !== undefined)
      issues.push({ at: `${at}.to`, message: "is said, but its owner is reminded" });
    if (does === "escalate" && to === undefined)
      issues.push({ at: `${at}.to`, message: "is missing: say who takes it over" });
    if (does !== "remind" && to !== undefined && to === waitsOn) {
      issues.push({ at: `${at}.to`, message: `“${to}” has it already` });
    }
    before = step.percent;
    waitsOn = to ?? waitsOn;
    return issues;
  });
}
