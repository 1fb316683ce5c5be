import type { Verb } from "./verb.ts";
import { whoami } from "./verbs/whoami.ts";

/** Every verb there is, in the order of the help. Parser, help and the guide's test read this list. */
export const verbs: readonly Verb[] = [whoami];
