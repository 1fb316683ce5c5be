import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const withholding = verb({
  name: "withholding",
  summary: "List invoices of which clients kept tax that no certificate proves yet",
  run: async ({ connect, world }) => {
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/withheld-tax", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? [style.good("Everything that clients kept as tax is proven.")]
          : [
              ...table(
                [
                  { title: "issued" },
                  { title: "invoice" },
                  { title: "client", canShrink: true },
                  { title: "kept", align: "right" },
                  { title: "certified", align: "right" },
                  { title: "unproven", align: "right" },
                ],
                items.map((item): readonly Cell[] => [
                  item.invoice.issuedOn,
                  item.invoice.number,
                  item.client.name,
                  money(item.withheld),
                  money(item.certified),
                  { text: money(item.unproven), as: item.unproven.amount.startsWith("-") ? "bad" : "warn" },
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The ${rowsMax} oldest are shown.`)] : []),
            ],
    };
  },
});
