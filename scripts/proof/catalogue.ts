import { glob, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Proof } from "../../proofs/proof.ts";

const folder = join(import.meta.dirname, "..", "..", "proofs");

/** The names of all proofs, `group/name`. Other files in a group's folder are what its proofs share. */
export async function findProofs(): Promise<string[]> {
  const names: string[] = [];
  for await (const path of glob("*/*.ts", { cwd: folder })) {
    const text = await readFile(join(folder, path), "utf8");
    if (/^export const proof\b/m.test(text)) names.push(path.replace(/\.ts$/, "").replaceAll(sep, "/"));
  }
  return names.sort();
}

export async function loadProof(name: string): Promise<Proof> {
  const { proof } = (await import(join(folder, `${name}.ts`))) as { proof?: Proof };
  if (!proof) throw new Error(`proofs/${name}.ts exports no proof`);
  return proof;
}

const nearMax = 3;

/** Names somebody may have meant: those that contain the words, else those few letters away. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const last = wanted.split("/").at(-1) ?? wanted;
  const containing = names.filter((name) => name.includes(last) || last.includes(name.split("/").at(-1) ?? name));
  if (containing.length > 0) return containing.slice(0, nearMax);
  return names
    .map((name) => ({
      name,
      distance: Math.min(lettersApart(wanted, name), lettersApart(last, name.split("/").at(-1) ?? name)),
    }))
    .filter(({ distance }) => distance <= Math.max(2, last.length / 3))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, nearMax)
    .map(({ name }) => name);
}

/** Levenshtein's: how many letters must change. */
function lettersApart(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
