import type { PolicyBundle } from "./evaluate.ts";

/** Whether a rule may read a group of facts: what nobody asks for need not be gathered. */
export const asksAbout = ({ packs }: Pick<PolicyBundle, "packs">, group: string): boolean =>
  packs.some(({ rules }) => rules.some(({ when = "", require }) => `${when} ${require}`.includes(`${group}.`)));
