import type { Role } from "../access/roles.ts";

/** On whom something waits: all who hold a role, or those who run the service. */
export type Owner = Role | "platform";

/** What is done when so many percent of the allowed time have passed. */
export type Step =
  /** Tells its owner again. */
  | { readonly percent: number; readonly does: "remind" }
  /** Asks those of a role to stand in; without one, all who hold the owner's. It waits on them from then on. */
  | { readonly percent: number; readonly does: "delegate"; readonly to?: Owner }
  /** Hands it to those above. It waits on them from then on. */
  | { readonly percent: number; readonly does: "escalate"; readonly to: Owner };

export const remind = (percent: number): Step => ({ percent, does: "remind" });
export const delegate = (percent: number, to?: Owner): Step => ({
  percent,
  does: "delegate",
  ...(to !== undefined && { to }),
});
export const escalate = (percent: number, to: Owner): Step => ({ percent, does: "escalate", to });

/** What a step is called once it happened; also the last part of its event. */
export const stepDone = { remind: "reminded", delegate: "delegated", escalate: "escalated" } as const satisfies Record<
  Step["does"],
  string
>;

/** On whom it waits after a step. */
export const ownerAfter = (owner: Owner, step: Step): Owner => ("to" in step ? (step.to ?? owner) : owner);
