import { ownTenantsWire } from "@plumbline/contract/session";
import { listOwnTenants } from "@plumbline/operations/tenants/list-own-tenants";
import { read } from "../../route.ts";

export const listTenants = read({
  path: "/v1/tenants",
  summary: "List the firms you belong to, and their addresses",
  needs: "member",
  answers: ownTenantsWire,
  problems: [],
  handle: async ({ scope, domain }) => {
    const own = await listOwnTenants(scope);
    return { items: own.map((tenant) => ({ ...tenant, host: `${tenant.slug}.${domain}` })) };
  },
});
