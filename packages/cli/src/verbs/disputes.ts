import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { money, words } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;
const states = ["open", "acknowledged", "resolved"] as const;

export const disputes = verb({
  name: "disputes",
  summary: "List what clients dispute, oldest first",
  options: { state: { value: "STATE", what: "only those in this state", choices: states } },
  examples: ["disputes --state open"],
  run: async ({ connect, options, world }) => {
    const state = options.state as (typeof states)[number] | undefined; // The parser took one of the choices.
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/disputes", { params: { query: { ...page, ...(state !== undefined && { state }) } } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["There is no dispute."]
          : [
              ...table(
                [
                  { title: "since" },
                  { title: "invoice" },
                  { title: "client", canShrink: true },
                  { title: "disputed", align: "right" },
                  { title: "about", canShrink: true },
                  { title: "state" },
                  { title: "id" },
                ],
                items.map((item): readonly Cell[] => [
                  item.openedOn,
                  item.invoice.number,
                  item.client.name,
                  money(item.amount),
                  `${words(item.code)}: ${item.reason}`,
                  item.decision === undefined ? { text: item.state, as: "warn" } : words(item.decision.outcome),
                  item.id,
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The first ${rowsMax} are shown.`)] : []),
            ],
    };
  },
});
