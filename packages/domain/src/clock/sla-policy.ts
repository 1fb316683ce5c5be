import { permissionsOf, type Role } from "../access/roles.ts";
import { moves, nextMove } from "../invoice/lifecycle.ts";
import { type Owner, ownerAfter, type Step } from "./step.ts";
import { namesOf, stageWaits, waitNames, type WaitTerms } from "./waits.ts";

/** What a firm says about one wait, instead of what the platform says. */
export type SlaPolicy = WaitTerms & { readonly wait: string };

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
  if (owner !== "platform" && permissionsOf([owner satisfies Role]).has(moves[move].needs)) return [];
  return [{ at: "owner", message: `“${owner}” may not do what is waited for: that needs ${moves[move].needs}` }];
}

function stepIssues(steps: readonly Step[], owner: Owner | undefined): readonly SlaIssue[] {
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
    if ("to" in step && step.to !== undefined && step.to === waitsOn) {
      issues.push({ at: `${at}.to`, message: `“${step.to}” has it already` });
    }
    before = step.percent;
    if (waitsOn !== undefined || step.does !== "remind") waitsOn = ownerAfter(waitsOn ?? "platform", step);
    return issues;
  });
}
