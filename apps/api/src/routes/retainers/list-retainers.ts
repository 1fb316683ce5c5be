import { retainerList } from "@plumbline/contract/retainer";
import { listRetainers as retainersOf } from "@plumbline/operations/payments/list-retainers";
import { read } from "../../route.ts";

export const listRetainers = read({
  path: "/v1/retainers",
  summary: "List what was paid ahead for engagements, what became of it, and what to ask for",
  needs: "receivable.read",
  answers: retainerList,
  problems: [],
  handle: async ({ scope }) => ({ items: await retainersOf(scope) }),
});
