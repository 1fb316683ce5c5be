import { problemKinds } from "@plumbline/domain/problem";
import { page, table } from "./page.ts";

/** Every refusal the product can voice, by its permanent name. */
export function renderProblems(): string {
  const rows = Object.entries(problemKinds).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return page(
    "Problems",
    "packages/domain/src/problem.ts",
    "What a refusal is called, its HTTP status, and what to do. The names are public and permanent; the `type` of a problem " +
      "document leads to `/problems/<name>`, which says the same.",
    table(
      ["problem", "status", "title", "what to do"],
      rows.map(([kind, { status, title, remedy }]) => [`\`${kind}\``, String(status), title, remedy]),
    ),
  );
}
