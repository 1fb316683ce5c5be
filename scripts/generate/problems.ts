import { problemKinds } from "@plumbline/domain/problem";
import { page, table } from "./page.ts";

/** Every refusal the product can voice, by its permanent name. */
export function renderProblems(): string {
  const rows = Object.entries(problemKinds).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return page(
    "Problems",
    "packages/domain/src/problem.ts",
    "What a refusal is called, and its HTTP status. The names are public and permanent.",
    table(
      ["problem", "status", "title"],
      rows.map(([kind, { status, title }]) => [`\`${kind}\``, String(status), title]),
    ),
  );
}
