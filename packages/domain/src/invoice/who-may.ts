import { roleNames, roles } from "@plumbline/domain/access/roles";
import type { Permission } from "@plumbline/domain/access/permissions";
import { type MoveName, moves } from "./lifecycle.ts";

/**
 * Who may make a move, in words for whoever may not: `a project manager or a practice lead`. Undefined when no person
 * may.
 */
export function whoMay(move: MoveName): string | undefined {
  const { needs } = moves[move];
  const holders = roleNames.filter((role) => (roles[role] as readonly Permission[]).includes(needs));
  const words = holders.map((role) => withArticle(role.replaceAll("_", " ")));
  const last = words.pop();
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
