import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;
const states = ["open", "kept", "broken", "withdrawn"] as const;

export const promises = verb({
  name: "promises",
  summary: "List what clients promised to pay and whether they did, newest first",
  options: { state: { value: "STATE", what: "only those in this state today", choices: states } },
  examples: ["promises --state broken"],
  run: async ({ connect, options, world }) => {
    const state = states.find((one) => one === options.state);
    const { items } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/promises", { params: { query: { ...page, ...(state !== undefined && { state }) } } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["There is no such promise."]
          : table(
              [
                { title: "by" },
                { title: "client", canShrink: true },
                { title: "promised", align: "right" },
                { title: "paid", align: "right" },
                { title: "state" },
                { title: "invoices", canShrink: true },
                { title: "recorded by", canShrink: true },
                { title: "id" },
              ],
              items.map((promise): readonly Cell[] => [
                promise.dueOn,
                promise.client.name,
                money(promise.amount),
                money(promise.paid),
                { text: promise.state, as: promise.state === "broken" ? "warn" : "quiet" },
                promise.invoices.map(({ number }) => number).join(", "),
                promise.by,
                promise.id,
              ]),
              { style, width: world.out.columns },
            ),
    };
  },
});
