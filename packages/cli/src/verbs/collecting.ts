import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { money, percent } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const collecting = verb({
  name: "collecting",
  summary: "List what was agreed about paying late: the dunning ladder and interest, newest first",
  run: async ({ connect, world }) => {
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, query) =>
      client.GET("/v1/collecting-terms", { params: { query } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["Nothing was agreed about paying late: plumb collecting agree"]
          : [
              ...table(collectingColumns, items.map(collectingCells), { style, width: world.out.columns }),
              ...(isMore ? [style.quiet(`The first ${rowsMax} are shown.`)] : []),
            ],
    };
  },
});

export const collectingColumns = [
  { title: "from" },
  { title: "entity", canShrink: true },
  { title: "with", canShrink: true },
  { title: "currency" },
  { title: "reminds after", canShrink: true },
  { title: "interest", canShrink: true },
] as const;

type Terms = Schemas["CollectingTerms"];

export const collectingCells = ({ startsOn, entity, client, currency, dunning, interest }: Terms): readonly Cell[] => [
  startsOn,
  entity.name,
  client?.name ?? { text: "all others", as: "quiet" },
  currency,
  dunning === undefined || dunning.levels.length === 0
    ? { text: "nobody", as: "quiet" }
    : `${dunning.levels.map(({ daysPastDue }) => daysPastDue).join(", ")} days`,
  interest === undefined ? { text: "none", as: "quiet" } : interestWords(interest),
];

function interestWords({ rate, compensation }: NonNullable<Terms["interest"]>): string {
  const words =
    "base" in rate
      ? `${rate.base} and ${percent(rate.pointsBasisPoints)}`
      : `${percent(rate.annualBasisPoints)} a year`;
  return compensation === undefined ? words : `${words}, ${money(compensation)} once`;
}
