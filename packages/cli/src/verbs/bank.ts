import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { count, money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 50;

export const bank = verb({
  name: "bank",
  summary: "List bank statements that were taken in, newest first",
  run: async ({ connect, world }) => {
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/bank-statements", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["No bank statement was taken in yet: plumb bank import FILE"]
          : [
              ...table(
                [
                  { title: "closed on" },
                  { title: "statement", canShrink: true },
                  { title: "account", canShrink: true },
                  { title: "closing", align: "right" },
                  { title: "settled", align: "right" },
                  { title: "returned", align: "right" },
                  { title: "waiting", align: "right" },
                ],
                items.map(({ entries, ...statement }): readonly Cell[] => [
                  statement.closedOn,
                  statement.statementId,
                  statement.iban,
                  money(statement.closing),
                  count(entries.settled),
                  count(entries.returned),
                  { text: count(entries.open + entries.held), as: entries.open + entries.held > 0 ? "warn" : "quiet" },
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The ${rowsMax} newest are shown.`)] : []),
            ],
    };
  },
});
