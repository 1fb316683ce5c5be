import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { moment } from "../printing/words.ts";
import { verb } from "../verb.ts";

const keysMax = 1_000;

export const keys = verb({
  name: "keys",
  summary: "List the API keys of the firm",
  run: async ({ connect, world }) => {
    const connection = await connect();
    const all = await readPages(connection, keysMax, (client, page) =>
      client.GET("/v1/api-keys", { params: { query: page } }),
    );
    const now = new Date().toISOString();
    return {
      document: all,
      lines: (style) =>
        table(
          [
            { title: "key" },
            { title: "name", canShrink: true },
            { title: "begins with" },
            { title: "ends (UTC)" },
            { title: "last used (UTC)" },
            { title: "may", canShrink: true },
          ],
          all.items.map((key): readonly Cell[] => [
            key.id,
            key.name,
            key.prefix,
            endOf(key, now),
            key.lastUsedAt === undefined ? "never" : moment(key.lastUsedAt),
            key.scopes.join(", "),
          ]),
          { style, width: world.out.columns },
        ),
    };
  },
});

const endOf = ({ revokedAt, expiresAt }: Schemas["ApiKey"], now: string): Cell => {
  if (revokedAt !== undefined) return { text: `revoked ${moment(revokedAt)}`, as: "quiet" };
  return expiresAt < now ? { text: `expired ${moment(expiresAt)}`, as: "warn" } : moment(expiresAt);
};
