import type { Schemas } from "@plumbline/client/client";
import { type Cell, table } from "../printing/table.ts";
import { words } from "../printing/words.ts";
import { verb } from "../verb.ts";

type Policy = Schemas["SlaPolicy"];

export const sla = verb({
  name: "sla",
  summary: "List how long each thing may wait, in business hours, and what is done meanwhile",
  run: async ({ connect, world }) => {
    const { ask } = await connect();
    const { items } = await ask((client) => client.GET("/v1/sla-policies"));
    return {
      document: { items },
      lines: (style) => table(slaColumns, items.map(slaCells), { style, width: world.out.columns }),
    };
  },
});

export const slaColumns = [
  { title: "wait", canShrink: true },
  { title: "on" },
  { title: "hours", align: "right" },
  { title: "meanwhile, after percent of them", canShrink: true },
  { title: "said by", canShrink: true },
] as const;

export const slaCells = ({ wait, owner, hours, steps, recorded }: Policy): readonly Cell[] => [
  wait,
  owner === undefined ? { text: "its owner", as: "quiet" } : words(owner),
  String(hours),
  steps.map(stepWords).join(", "),
  recorded?.by ?? { text: "the platform", as: "quiet" },
];

const stepWords = (step: Policy["steps"][0]): string =>
  `${step.percent}: ${step.does}${"to" in step && step.to !== undefined ? ` to ${words(step.to)}` : ""}`;
