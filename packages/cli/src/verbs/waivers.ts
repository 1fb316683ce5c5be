import { readPages } from "../connection/pages.ts";
import { handleOf } from "../invoice/handles.ts";
import { type Cell, table } from "../printing/table.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const waivers = verb({
  name: "waivers",
  summary: "List what was waived, newest first: which rule, for whom, until when, by whom and why",
  examples: ["waivers"],
  run: async ({ connect, world }) => {
    const { items } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/waivers", { params: { query } }),
    );
    const rows = items.map(({ rule, invoiceId, client, until, given, reason, isCurrent }): readonly Cell[] => [
      rule,
      client.name,
      invoiceId === undefined ? "all" : handleOf(invoiceId),
      isCurrent ? { text: until, as: "warn" } : { text: `${until} over`, as: "quiet" },
      given.by,
      reason,
    ]);
    return {
      document: { items },
      lines: (style) =>
        rows.length === 0 ? ["Nothing was waived."] : table(columns, rows, { style, width: world.out.columns }),
    };
  },
});

const columns = [
  { title: "rule" },
  { title: "client", canShrink: true },
  { title: "invoice" },
  { title: "until" },
  { title: "by" },
  { title: "because", canShrink: true },
] as const;
