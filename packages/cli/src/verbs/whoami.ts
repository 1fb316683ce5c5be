import { verb } from "../verb.ts";
import { words } from "../printing/words.ts";

export const whoami = verb({
  name: "whoami",
  summary: "Show who you are, where, and what you may do",
  run: async ({ connect }) => {
    const { ask } = await connect();
    const session = await ask((client) => client.GET("/v1/session"));
    const { actor, tenant, permissions } = session;
    return {
      document: session,
      lines: (style) => [
        `${style.strong(actor.name)}${actor.email === undefined ? "" : ` <${actor.email}>`} at ${style.strong(tenant.name)} (${tenant.slug})`,
        ...(actor.roles.length > 0 ? [`Roles: ${actor.roles.map(words).join(", ")}`] : []),
        `May: ${permissions.join(", ")}`,
      ],
    };
  },
});
