import type { WorkItemId } from "@plumbline/domain/id";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { subjects } from "@plumbline/domain/policy/facts";
import { type BookRows, openRunBook } from "./book-rows.ts";
import type { DraftInput } from "./draft-client.ts";
import type { RunBook } from "./run-book.ts";

const noRules: PolicyBundle = {
  hash: "",
  packs: [],
  // Every subject is listed by the table that the type is made of.
  rulesOn: Object.fromEntries(subjects.map((subject) => [subject, []])) as unknown as PolicyBundle["rulesOn"],
};

/** The book of kept rows, for work that was drafted before: what rules held back is not among it, so that none is asked again. */
export const bookAgain = (rows: BookRows, period: RunBook["period"]): RunBook =>
  openRunBook(rows, { period, bundle: noRules, knownClients: new Set(), orderRemaining: new Map() });

/** What was drafted before was screened then. */
export const screenedBefore: Pick<DraftInput, "screening" | "weeks"> = {
  screening: { duplicates: new Set<WorkItemId>(), overlaps: new Set<WorkItemId>(), weeks: new Map() },
  weeks: new Map(),
};
