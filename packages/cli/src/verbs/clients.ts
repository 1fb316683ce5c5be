import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 1_000;

export const clients = verb({
  name: "clients",
  summary: "List clients with the other names and keys under which they are known",
  options: { name: { value: "TEXT", what: "a part of a name, also of a client that was merged" } },
  examples: ["clients", "clients --name nordwind"],
  run: async ({ connect, options: { name }, world }) => {
    const connection = await connect();
    const query = name === undefined ? {} : { name };
    const { items, isMore } = await readPages(connection, rowsMax, (client, page) =>
      client.GET("/v1/clients", { params: { query: { ...query, ...page } } }),
    );
    return {
      document: { items, isMore },
      lines: (style) => [
        ...(items.length > 0 ? table(columns, items.map(cellsOf), { style, width: world.out.columns }) : []),
        style.quiet(counted(items.length, "client")),
        ...(isMore ? [style.quiet("There are more: say a part of the name.")] : []),
      ],
    };
  },
});

const columns = [
  { title: "client", canShrink: true },
  { title: "country" },
  { title: "tax id" },
  { title: "also known as", canShrink: true },
  { title: "keys", canShrink: true },
  { title: "id" },
] as const;

const cellsOf = ({ id, name, country, taxId, aliases, keys }: Schemas["Client"]): readonly Cell[] => [
  name,
  country ?? "",
  taxId ?? "",
  aliases.map(({ client }) => client.name).join(", "),
  keys.map(({ system, key }) => `${system} ${key}`).join(", "),
  id,
];
