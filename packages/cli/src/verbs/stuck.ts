import type { Schemas } from "@plumbline/client/client";
import type { Style } from "../printing/style.ts";
import { type Cell, table } from "../printing/table.ts";
import { age, count, counted, hours, money, words } from "../printing/words.ts";
import { verb } from "../verb.ts";
import { cellsAt, clockColumns } from "./clocks.ts";

const lateShown = 10;

export const stuck = verb({
  name: "stuck",
  summary: "Show where money waits, on whom, how late, and what stops it",
  examples: ["stuck"],
  run: async ({ connect, world }) => {
    const { ask } = await connect();
    const pipeline = await ask((client) => client.GET("/v1/pipeline"));
    const query = { late: "true", limit: lateShown } as const;
    const late = await ask((client) => client.GET("/v1/clocks", { params: { query } }));
    const now = Date.now();
    const width = world.out.columns;
    return {
      document: { ...pipeline, late: late.items },
      lines: (style) => [
        ...stageLines(pipeline.stages, { style, width, now }),
        ...lateLines(late, { style, width, now }),
        "",
        ...(pipeline.causes.length === 0
          ? [style.good("Nothing is stopped by an open exception.")]
          : causeLines(pipeline.causes, { style, width })),
        ...(pipeline.cash === undefined ? [] : cashLines(pipeline.cash, style)),
      ],
    };
  },
});

/** What waits longer than it may, most money first. */
const lateLines = (
  { items, next }: { readonly items: readonly Schemas["Clock"][]; readonly next?: string },
  { now, ...options }: { readonly style: Style; readonly width: number | undefined; readonly now: number },
): readonly string[] =>
  items.length === 0
    ? []
    : [
        "",
        ...table(clockColumns, items.map(cellsAt(now)), options),
        ...(next === undefined ? [] : [options.style.quiet("There is more: plumb clocks --late")]),
      ];

const stageLines = (
  stages: Schemas["Pipeline"]["stages"],
  { now, ...options }: { readonly style: Style; readonly width: number | undefined; readonly now: number },
): readonly string[] =>
  table(
    [
      { title: "stage" },
      { title: "invoices", align: "right" },
      { title: "money", align: "right", canShrink: true },
      { title: "oldest", align: "right" },
      { title: "late", align: "right" },
      { title: "blocked", align: "right" },
    ],
    stages.map((stage): readonly Cell[] => [
      stage.title,
      count(stage.count),
      stage.totals.map(money).join(" + "),
      stage.oldestSince === undefined ? "" : age(stage.oldestSince, now),
      { text: stage.late === 0 ? "" : count(stage.late), as: "warn" },
      { text: stage.blocked === 0 ? "" : count(stage.blocked), as: "bad" },
    ]),
    options,
  );

function cashLines({ bankEntries, chargebacks }: NonNullable<Schemas["Pipeline"]["cash"]>, style: Style): string[] {
  const { count: open, missed, atStake, nextAnswerBy } = chargebacks;
  const next = nextAnswerBy === undefined ? "" : `, the next by ${nextAnswerBy}`;
  return [
    ...(bankEntries === 0
      ? []
      : [style.warn(`${counted(bankEntries, "bank entry", "bank entries")} waiting: plumb bank waiting`)]),
    ...(open === 0
      ? []
      : [
          style.warn(
            `${counted(open, "chargeback")} of ${atStake.map(money).join(" + ")} to answer${next}: plumb chargebacks`,
          ),
        ]),
    ...(missed === 0 ? [] : [style.bad(`${counted(missed, "chargeback")} not answered by the day.`)]),
  ];
}

const causeLines = (
  causes: Schemas["Pipeline"]["causes"],
  options: { readonly style: Style; readonly width: number | undefined },
): readonly string[] =>
  table(
    [
      { title: "cause", canShrink: true },
      { title: "does" },
      { title: "open", align: "right" },
      { title: "time", align: "right" },
      { title: "money at stake", align: "right", canShrink: true },
    ],
    causes.map((cause): readonly Cell[] => [
      words(cause.code),
      { text: severities[cause.severity], as: cause.severity === "block" ? "bad" : "quiet" },
      count(cause.count),
      hours(cause.minutes),
      cause.atStake.map(money).join(" + "),
    ]),
    options,
  );

const severities = { block: "stops", warn: "warns", inform: "informs" } as const;
