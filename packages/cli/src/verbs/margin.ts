import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { readPeriod } from "../period.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted, hours, money, percent } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 1_000;
const subjects = ["engagement", "client", "worker"] as const;

export const margin = verb({
  name: "margin",
  summary: "Show what work of some days was worth, was billed at and cost",
  arguments: {
    PERIOD: { what: "days of the work: a month such as 2026-10, or 2026-10-01..2026-10-15" },
  },
  options: { by: { value: "WHOSE", what: "per engagement when absent", choices: subjects } },
  examples: ["margin 2026-10", "margin 2026-10 --by worker"],
  run: async ({ connect, arguments: { PERIOD }, options, world }) => {
    const by = (options.by ?? "engagement") as (typeof subjects)[number]; // The parser took one of the choices.
    const asked = { by, ...readPeriod(PERIOD) };
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/margins", { params: { query: { ...page, ...asked } } }),
    );
    const uncosted = items.reduce((sum, { uncostedMinutes }) => sum + uncostedMinutes, 0);
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["No work was approved in these days."]
          : [
              ...table(columns, items.map(cells), { style, width: world.out.columns }),
              ...(uncosted === 0
                ? []
                : [style.warn(`${hours(uncosted)} have no cost rate in the currency they are billed in.`)]),
              ...(isMore ? [style.quiet(`The first ${counted(rowsMax, "row")} are shown.`)] : []),
            ],
    };
  },
});

const columns = [
  { title: "whose", canShrink: true as const },
  ...["time", "worth", "taken off", "credited", "billed", "realised", "cost", "margin", ""].map((title) => ({
    title,
    align: "right" as const,
  })),
];

const share = (basisPoints: number | undefined): string => (basisPoints === undefined ? "" : percent(basisPoints));

const withoutCost = ({ uncostedMinutes, uncostedSpends }: Schemas["Margin"]): string =>
  [
    ...(uncostedMinutes > 0 ? [`${hours(uncostedMinutes)} without cost`] : []),
    ...(uncostedSpends > 0 ? [`${counted(uncostedSpends, "expense")} in another currency`] : []),
  ].join(", ");

const cells = (row: Schemas["Margin"]): readonly Cell[] => [
  row.subject.name,
  hours(row.minutes),
  money(row.standard),
  money(row.takenOff),
  money(row.credited),
  money(row.billed),
  share(row.realisationBasisPoints),
  money(row.cost),
  row.margin === undefined ? { text: withoutCost(row), as: "warn" } : money(row.margin),
  share(row.marginBasisPoints),
];
