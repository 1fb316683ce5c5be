import { trustMatterList } from "@plumbline/contract/trust";
import { listTrustMatters as mattersOf } from "@plumbline/operations/trust/list-trust-matters";
import { read } from "../../route.ts";

export const listTrustMatters = read({
  path: "/v1/trust-matters",
  summary: "List what each matter holds in trust",
  needs: "receivable.read",
  answers: trustMatterList,
  problems: [],
  handle: async ({ scope }) => ({ items: await mattersOf(scope) }),
});
