import { table } from "../printing/table.ts";
import { words } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const tenants = verb({
  name: "tenants",
  summary: "List the firms you belong to",
  run: async ({ connect, world }) => {
    const { ask } = await connect();
    const own = await ask((client) => client.GET("/v1/tenants"));
    return {
      document: own,
      lines: (style) =>
        table(
          [{ title: "firm" }, { title: "name", canShrink: true }, { title: "your roles", canShrink: true }],
          own.items.map(({ slug, name, roles }) => [slug, name, roles.map(words).join(", ")]),
          { style, width: world.out.columns },
        ),
    };
  },
});
