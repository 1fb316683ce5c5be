import type { Schemas } from "@plumbline/client/client";
import { type Cell, table } from "../printing/table.ts";
import { money } from "../printing/words.ts";
import { type Answer, verb } from "../verb.ts";
import { closureLines } from "./closure-shown.ts";

export const closure = verb({
  name: "closure",
  summary: "Show what stands open of an engagement, and whether it can be closed",
  arguments: { ENGAGEMENT: { what: "id of the engagement" } },
  options: {
    on: { value: "DAY", what: "the last day whose work is billed; today" },
    project: { value: "ID", what: "one project of it" },
  },
  examples: ["closure 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80 --on 2026-11-30"],
  run: async ({ connect, arguments: { ENGAGEMENT: engagementId }, options: { on, project: projectId }, world }) => {
    const { ask } = await connect();
    const query = { ...(on !== undefined && { on }), ...(projectId !== undefined && { projectId }) };
    const params = { path: { engagementId }, query };
    return shownChecklist(
      await ask((client) => client.GET("/v1/engagements/{engagementId}/closure", { params })),
      world.out.columns,
    );
  },
});

type Checklist = Schemas["ClosureChecklist"];

/** What stands open; it fails when that keeps the engagement from being closed. */
function shownChecklist(checklist: Checklist, width: number | undefined): Answer {
  const { engagement, project, on, closable, because, items, closures } = checklist;
  return {
    document: checklist,
    exit: closable ? "done" : "failed",
    lines: (style) => [
      `${style.strong([engagement.name, project?.name].filter(Boolean).join(", "))}, up to ${on}`,
      ...(items.length === 0
        ? [style.good("Nothing stands open.")]
        : table(columns, items.map(cellsOf), { style, width })),
      ...closures.flatMap((each) => ["", ...closureLines(each, style)]),
      closable
        ? style.good("It can be closed.")
        : style.bad(`It cannot be closed: ${because.map((code) => code.replaceAll("_", " ")).join(", ")}.`),
    ],
  };
}

const columns = [
  { title: "open" },
  { title: "count", align: "right" },
  { title: "amount", align: "right" },
  { title: "that is", canShrink: true },
] as const;

const cellsOf = ({ item, means, blocks, count, amounts }: Checklist["items"][number]): readonly Cell[] => [
  { text: item.replaceAll("_", " "), as: blocks ? "bad" : "warn" },
  String(count),
  amounts.map(money).join(", "),
  means,
];
