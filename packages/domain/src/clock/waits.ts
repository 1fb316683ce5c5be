import { invoiceStages } from "../invoice/lifecycle.ts";
import { stages } from "../invoice/stages.ts";
import { escalate, type Owner, remind, type Step } from "./step.ts";

/** How long something may wait, on whom, and what is done meanwhile. */
export type WaitTerms = {
  /** Absent where the subject names its own, as an exception does. */
  readonly owner?: Owner;
  readonly hours: number;
  readonly steps: readonly Step[];
};

/** The waits of the stages, as `<stage>.<key>`; the stage of an invoice starts those of its own. */
export const stageWaits = invoiceStages.flatMap((stage) =>
  stages[stage].waitsFor.map((terms) => ({ stage, wait: `${stage}.${terms.key}`, ...terms })),
);

/** What a blocking exception waits for, by its lane: a cure by the owner that its rule names. */
export const exceptionWaits: Readonly<Record<string, WaitTerms & { readonly what: string }>> = {
  "exception.business": {
    what: "a cure by its owner",
    hours: 8,
    steps: [remind(50), escalate(100, "practice_lead"), escalate(200, "controller")],
  },
  "exception.technical": {
    what: "a repair",
    hours: 1,
    steps: [remind(50), escalate(100, "platform")],
  },
};

/** What a dispute waits for, from when it was recorded. */
const disputeWaits: Readonly<Record<string, WaitTerms & { readonly what: string }>> = {
  "dispute.acknowledgement": {
    what: "an answer to the dispute",
    owner: "ar_specialist",
    hours: 8,
    steps: [remind(50), escalate(100, "practice_lead"), escalate(200, "controller")],
  },
  "dispute.decision": {
    what: "a decision of the dispute",
    owner: "ar_specialist",
    hours: 80,
    steps: [remind(50), escalate(100, "practice_lead"), escalate(150, "controller")],
  },
};

const known: ReadonlyMap<string, WaitTerms & { readonly what: string }> = new Map([
  ...stageWaits.map(({ wait, ...terms }) => [wait, terms] as const),
  ...Object.entries(exceptionWaits),
  ...Object.entries(disputeWaits),
]);

/** Every wait there is terms for without a firm saying anything. */
export const waitNames: readonly string[] = [...known.keys()];

/** What a clock of an exception is called: by lane and cause, so that a firm may give one cause other terms. */
export const exceptionWait = (lane: string, code: string): string => `exception.${lane}.${code}`;

/** Under which names terms of a wait may be found, most specific first: a cause, then its lane. */
export function namesOf(wait: string): readonly string[] {
  const [kind, lane] = wait.split(".");
  return kind === "exception" && !known.has(wait) ? [wait, `${kind}.${lane}`] : [wait];
}

/**
 * The platform's own terms, and what is waited for in words.
 *
 * @throws Error when nobody ever heard of such a wait
 */
export function platformTerms(wait: string): WaitTerms & { readonly what: string } {
  for (const name of namesOf(wait)) {
    const terms = known.get(name);
    if (terms !== undefined) return terms;
  }
  throw new Error(`nothing is known about the wait ${wait}`);
}
