import { english } from "./english.ts";

/** What every language must say. */
export type Words = typeof english;

/** The page's language is its firm's; English is the only one so far. */
export const words: Words = english;
