import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted, money, words } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;
const states = ["open", "answered", "won", "lost"] as const;

export const chargebacks = verb({
  name: "chargebacks",
  summary: "List chargebacks in the order in which they have to be answered",
  options: { state: { value: "STATE", what: "only those in this state", choices: states } },
  examples: ["chargebacks --state open"],
  run: async ({ connect, options, world }) => {
    const state = options.state as (typeof states)[number] | undefined; // The parser took one of the choices.
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/chargebacks", { params: { query: { ...page, ...(state !== undefined && { state }) } } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["There is no chargeback."]
          : [
              ...table(
                [
                  { title: "answer by" },
                  { title: "case", canShrink: true },
                  { title: "client", canShrink: true },
                  { title: "amount", align: "right" },
                  { title: "state" },
                  { title: "id" },
                ],
                items.map((item): readonly Cell[] => [
                  item.answerBy,
                  item.caseReference,
                  item.client.name,
                  money(item.amount),
                  stateOf(item),
                  item.id,
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The first ${rowsMax} are shown.`)] : []),
            ],
    };
  },
});

function stateOf({ state, missed, daysLeft }: Schemas["Chargeback"]): Cell {
  if (missed) return { text: "open, missed", as: "bad" };
  if (daysLeft === undefined) return words(state);
  return { text: `open, ${daysLeft === 0 ? "today" : counted(daysLeft, "day")}`, as: "warn" };
}
