import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const splits = verb({
  name: "splits",
  summary: "List who bears which engagements, in which shares, under which orders and cost centres",
  examples: ["splits"],
  run: async ({ connect, world }) => {
    const { items } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/splits", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["Nobody shares an engagement."]
          : table(
              [
                { title: "engagement", canShrink: true },
                { title: "project", canShrink: true },
                { title: "from" },
                { title: "until" },
                { title: "payer", canShrink: true },
                { title: "share", align: "right" },
                { title: "order" },
                { title: "cost centre" },
              ],
              items.flatMap((split) =>
                split.parts.map((part): readonly Cell[] => [
                  { text: split.engagement.name, as: split.replaced ? "quiet" : "strong" },
                  split.project?.name ?? "",
                  split.from,
                  split.replaced ? "replaced" : (split.until ?? ""),
                  part.payer.name,
                  part.share,
                  part.purchaseOrder ?? "",
                  part.costCentre ?? "",
                ]),
              ),
              { style, width: world.out.columns },
            ),
    };
  },
});
