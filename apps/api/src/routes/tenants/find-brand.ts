import { brandWire } from "@plumbline/contract/session";
import { findBrand as brandOf } from "@plumbline/operations/tenants/find-brand";
import { read } from "../../route.ts";

export const findBrand = read({
  path: "/v1/brand",
  summary: "See what the firm looks like, and what to sign in to",
  needs: "anybody",
  answers: brandWire,
  problems: [],
  etag: ({ hash, organization }) => `${hash}-${organization}`,
  handle: async ({ scope }) => brandOf(scope),
});
