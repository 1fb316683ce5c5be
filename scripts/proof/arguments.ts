import { parseArgs } from "node:util";
import { advice } from "@plumbline/platform/advice";
import type { ProofOptions } from "../../proofs/proof.ts";

export type ProofRequest = {
  readonly name?: string;
  readonly list: boolean;
  readonly json: boolean;
  readonly options: Omit<ProofOptions, "say">;
};

/** Understands `<name> [--json] [--seed N] [--data DIR] [--short]`; every other flag is left to the proof. */
export function parseProofArguments(args: readonly string[]): ProofRequest {
  // `--name value`: parseArgs would take the value of a flag it does not know for a positional argument.
  const own = { json: { type: "boolean" }, list: { type: "boolean" }, short: { type: "boolean" } } as const;
  const { tokens } = parseArgs({ args: [...args], options: own, strict: false, allowPositionals: true, tokens: true });
  const flags = new Map<string, string>();
  const positionals: string[] = [];
  let open: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional" && open !== undefined) flags.set(open, token.value);
    else if (token.kind === "positional") positionals.push(token.value);
    else if (token.kind === "option") flags.set(token.name, token.value ?? "");
    open = token.kind === "option" && token.value === undefined && !(token.name in own) ? token.name : undefined;
  }

  const [name, ...rest] = positionals;
  if (rest.length > 0) throw advice(`One proof at a time: ${rest.join(" ")} was not understood.`);
  const seed = Number(flags.get("seed") ?? 1);
  if (!Number.isSafeInteger(seed)) throw advice(`--seed must be a whole number, not "${flags.get("seed")}".`);
  const data = flags.get("data");
  return {
    ...(name === undefined ? {} : { name: name.replace(/^proofs\//, "").replace(/\.ts$/, "") }),
    list: flags.has("list"),
    json: flags.has("json"),
    options: { seed, ...(data ? { data } : {}), short: flags.has("short"), flag: (flag) => flags.get(flag) },
  };
}
