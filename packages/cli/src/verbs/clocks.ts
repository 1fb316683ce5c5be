import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { age, counted, money, words } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const clockArgument = { CLOCK: { what: "id of the clock, as plumb clocks shows it" } } as const;

export const clocks = verb({
  name: "clocks",
  summary: "List what waits, on whom, since when and how late, most money first",
  options: { late: { what: "only what waits longer than it may" } },
  examples: ["clocks --late"],
  run: async ({ connect, options, world }) => {
    const late = options.late ? { late: "true" as const } : {};
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/clocks", { params: { query: { ...page, ...late } } }),
    );
    return {
      document: { items, isMore },
      lines: (style) =>
        items.length === 0
          ? [options.late ? "Nothing waits longer than it may." : "Nothing waits."]
          : [
              ...table(clockColumns, items.map(cellsAt(Date.now())), { style, width: world.out.columns }),
              ...(isMore ? [style.quiet(`The first ${counted(rowsMax, "clock")} are shown.`)] : []),
            ],
    };
  },
});

export const clockColumns = [
  { title: "money", align: "right" },
  { title: "waits for", canShrink: true },
  { title: "on" },
  { title: "of", canShrink: true },
  { title: "since", align: "right" },
  { title: "late", align: "right" },
  { title: "id" },
] as const;

type Clock = Schemas["Clock"];

export const cellsAt =
  (now: number) =>
  (clock: Clock): readonly Cell[] => [
    clock.atStake === undefined ? { text: "unknown", as: "quiet" } : money(clock.atStake),
    clock.waitsFor,
    words(clock.owner),
    clock.client === undefined ? clock.subject.name : clock.client.name,
    age(clock.since, now),
    lateCell(clock),
    { text: clock.id, as: "quiet" },
  ];

function lateCell({ paused, lateSeconds }: Clock): Cell {
  if (paused !== undefined) return { text: `paused: ${paused.reason}`, as: "quiet" };
  if (lateSeconds === 0) return "";
  return { text: age(new Date(0).toISOString(), lateSeconds * 1_000), as: "warn" };
}
