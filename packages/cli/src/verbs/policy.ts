import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { verb } from "../verb.ts";

const rowsMax = 50;

export const policy = verb({
  name: "policy",
  summary: "List the policies that were in force, the present ones first, and what is proposed",
  examples: ["policy"],
  run: async ({ connect, world }) => {
    const connection = await connect();
    const { items: publications } = await readPages(connection, rowsMax, (client, query) =>
      client.GET("/v1/policy-publications", { params: { query } }),
    );
    const { items } = await readPages(connection, rowsMax, (client, query) =>
      client.GET("/v1/policy-proposals", { params: { query } }),
    );
    const open = items.filter(({ published }) => published === undefined);
    const rows = [
      ...open.map(({ id, hash, proposed, reason }): readonly Cell[] => [
        { text: "proposed", as: "warn" },
        proposed.at.slice(0, 10),
        proposed.by,
        reason,
        hash.slice(0, hashDigits),
        id,
      ]),
      ...publications.map(({ id, hash, published, packs }, index): readonly Cell[] => [
        index === 0 ? { text: "in force", as: "good" } : { text: "before", as: "quiet" },
        published.at.slice(0, 10),
        published.by,
        packs.map(({ pack }) => pack).join(", "),
        hash.slice(0, hashDigits),
        id,
      ]),
    ];
    return {
      document: { publications, proposals: open },
      lines: (style) => table(columns, rows, { style, width: world.out.columns }),
    };
  },
});

const hashDigits = 12;

const columns = [
  { title: "state" },
  { title: "on" },
  { title: "by" },
  { title: "packs or reason", canShrink: true },
  { title: "hash" },
  { title: "id" },
] as const;
