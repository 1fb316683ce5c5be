import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted, money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const dunning = verb({
  name: "dunning",
  summary: "List dunning notices, newest first",
  run: async ({ connect, world }) => {
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/dunning-notices", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["Nobody was reminded yet: plumb dunning run"]
          : [
              ...table(
                [
                  { title: "on" },
                  { title: "client", canShrink: true },
                  { title: "level" },
                  { title: "asks for", align: "right" },
                  { title: "fee", align: "right" },
                  { title: "invoices", canShrink: true },
                  { title: "id" },
                ],
                items.map((notice): readonly Cell[] => [
                  notice.on,
                  notice.client.name,
                  notice.withdrawn === undefined
                    ? `${notice.level} ${notice.textKey}`
                    : { text: "withdrawn", as: "quiet" },
                  money(notice.total),
                  money(notice.fee),
                  notice.invoices.map(({ number }) => number).join(", "),
                  notice.id,
                ]),
                { style, width: world.out.columns },
              ),
              style.quiet(`${counted(items.length, "notice")}${isMore ? ", the newest" : ""}. Nothing sends them.`),
            ],
    };
  },
});
