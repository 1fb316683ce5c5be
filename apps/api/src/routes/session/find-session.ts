import { sessionWire } from "@plumbline/contract/session";
import { type Caller } from "../../caller.ts";
import { read } from "../../route.ts";

export const findSession = read({
  path: "/v1/session",
  summary: "See who you are here and what you may do",
  needs: "member",
  answers: sessionWire,
  problems: [],
  handle: async ({ caller }) => {
    const { tenant, inScope, email, roles } = caller as Caller; // There is one, since a member is needed.
    const { id, name, kind, permissions } = inScope.actor;
    return {
      tenant,
      actor: {
        id,
        kind: kind === "key" ? ("key" as const) : ("person" as const),
        name,
        roles,
        ...(email !== undefined && { email }),
      },
      permissions: [...permissions],
    };
  },
});
