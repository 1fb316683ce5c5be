import { readPages } from "../connection/pages.ts";
import { handleOf } from "../invoice/handles.ts";
import { type Cell, table } from "../printing/table.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const repricing = verb({
  name: "repricing",
  summary: "List drafts and invoices that the rates known now price otherwise, with the difference",
  run: async ({ connect, world }) => {
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/repricing", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? [style.good("The rates known now price everything as it is.")]
          : [
              ...table(
                [
                  { title: "invoice" },
                  { title: "client", canShrink: true },
                  { title: "net", align: "right" },
                  { title: "repriced", align: "right" },
                  { title: "total by", align: "right" },
                  { title: "proposal" },
                ],
                items.map((item): readonly Cell[] => [
                  item.invoice.number ?? handleOf(item.invoice.id),
                  item.client.name,
                  money(item.net.billed),
                  money(item.net.repriced),
                  { text: money(item.total.difference), as: "warn" },
                  proposals[item.proposal],
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The ${rowsMax} oldest are shown.`)] : []),
            ],
    };
  },
});

const proposals = {
  adjust_draft: "plumb revise",
  credit_and_rebill: "plumb credit --rebill",
} as const;
