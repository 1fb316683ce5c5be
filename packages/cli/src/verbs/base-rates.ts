import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { percent } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const baseRates = verb({
  name: "base-rates",
  summary: "List the published rates that late interest is added to, newest first",
  run: async ({ connect, world }) => {
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/base-rates", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["There is no base rate: plumb base-rates record"]
          : [
              ...table(
                [{ title: "rate" }, { title: "from" }, { title: "is", align: "right" }, { title: "recorded by" }],
                items.map(({ name, startsOn, basisPoints, by }): readonly Cell[] => [
                  name,
                  startsOn,
                  percent(basisPoints),
                  by,
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The first ${rowsMax} are shown.`)] : []),
            ],
    };
  },
});
