/** What a run was asked for. */
export type ProofOptions = {
  /** Same seed, same run. */
  readonly seed: number;
  /** A directory of real input, for proofs that read one. */
  readonly data?: string;
  /** A smaller run for `npm test`: same checks, less volume. */
  readonly short: boolean;
  /** The text after `--name`; "" when the flag stands alone, undefined when it is absent. */
  readonly flag: (name: string) => string | undefined;
  /** Tells the person waiting what is going on. Never part of the result. */
  readonly say: (line: string) => void;
};

/** Figures are shown as a table and printed as JSON: numbers, words, or lists and groups of them. */
export type Figure = string | number | boolean | null | readonly Figure[] | { readonly [name: string]: Figure };

export type ProofResult = { readonly ok: boolean; readonly figures: Readonly<Record<string, Figure>> };

export type Proof = {
  /** What holds, with its limit, in one sentence: "an import takes at most twice the time of a bare insert". */
  readonly promise: string;
  readonly run: (options: ProofOptions) => Promise<ProofResult>;
};

/** A program that injects a fault, tries an attack or takes a measurement, and says whether the promise held. */
export const defineProof = (proof: Proof): Proof => proof;
