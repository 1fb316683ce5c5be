import type { Schemas } from "@plumbline/client/client";
import { type Cell, table } from "../printing/table.ts";
import { money, percent } from "../printing/words.ts";
import { type Answer, verb } from "../verb.ts";

export const close = verb({
  name: "close",
  summary: "Show what stands open at the end of a month, and whether documents and ledger agree",
  arguments: {
    ENTITY: { what: "id of the legal entity" },
    MONTH: { what: "the month, such as 2026-10" },
  },
  examples: ["close 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02 2026-10"],
  run: async ({ connect, arguments: { ENTITY: legalEntityId, MONTH: month }, world }) => {
    const { ask } = await connect();
    const params = { path: { legalEntityId }, query: { month } };
    return shownChecklist(
      await ask((client) => client.GET("/v1/legal-entities/{legalEntityId}/close-checklist", { params })),
      world.out.columns,
    );
  },
});

type Checklist = Schemas["CloseChecklist"];

/** What stands open, then documents against the ledger; it fails when the books cannot be closed. */
export function shownChecklist(checklist: Checklist, width: number | undefined): Answer {
  const { entity, month, lockedOn, closable, because, items, tieOuts } = checklist;
  return {
    document: checklist,
    exit: closable ? "done" : "failed",
    lines: (style) => [
      style.strong(`${entity.name}, ${month}`) + (lockedOn === undefined ? "" : `, books closed up to ${lockedOn}`),
      ...(items.length === 0
        ? [style.good("Nothing stands open.")]
        : table(itemColumns, items.map(itemCells), { style, width })),
      ...(tieOuts.length === 0 ? [] : ["", ...table(tieOutColumns, tieOuts.map(tieOutCells), { style, width })]),
      closable
        ? style.good("The books can be closed.")
        : style.bad(`The books cannot be closed: ${because.map(words).join(", ")}.`),
    ],
  };
}

const words = (code: string) => code.replaceAll("_", " ");

const itemColumns = [
  { title: "open" },
  { title: "count", align: "right" },
  { title: "amount", align: "right" },
  { title: "for example", canShrink: true },
] as const;

const itemCells = ({ item, blocks, count, amounts, examples }: Checklist["items"][number]): readonly Cell[] => [
  { text: words(item), as: blocks ? "bad" : "warn" },
  String(count),
  amounts.map(money).join(", "),
  examples[0] ?? "",
];

const tieOutColumns = [
  { title: "what" },
  { title: "documents", align: "right" },
  { title: "ledger", align: "right" },
  { title: "agree" },
] as const;

const tieOutCells = ({ kind, tax, documents, ledger, agrees }: Checklist["tieOuts"][number]): readonly Cell[] => [
  tax === undefined ? kind : `tax ${tax.category} ${percent(tax.basisPoints)} ${tax.jurisdiction ?? ""}`.trim(),
  money(documents),
  money(ledger),
  agrees ? "yes" : { text: "no", as: "bad" },
];
