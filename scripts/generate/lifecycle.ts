import type { Step } from "@plumbline/domain/clock/step";
import { invoiceStages, moves } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import { page, table } from "./page.ts";

const stepText = (step: Step) =>
  `${step.percent}: ${step.does}${"to" in step && step.to !== undefined ? ` to ${step.to}` : ""}`;

/** The life of an invoice as a diagram and two tables. */
export function renderLifecycle(): string {
  const arrows = Object.entries(moves).flatMap(([name, { from, to }]) =>
    from.map((stage) => `  ${stage} --> ${to}: ${name}`),
  );
  const ends = invoiceStages.filter(
    (stage) => !Object.values(moves).some(({ from }) => from.some((one) => one === stage)),
  );
  return page(
    "The life of an invoice",
    "packages/domain/src/invoice",
    [
      "```mermaid",
      "stateDiagram-v2",
      "  [*] --> draft",
      ...arrows,
      ...ends.map((stage) => `  ${stage} --> [*]`),
      "```",
    ].join("\n"),
    "## Moves",
    "The database refuses every other move. Nothing returns to draft once it is issued: a credit note is the lawful way back.",
    table(
      ["move", "from", "to", "needs", "emits"],
      Object.entries(moves).map(([name, { from, to, needs, emits }]) => [name, from.join(", "), to, needs, emits]),
    ),
    "## Stages",
    "Clocks count business time; 8 hours make a day.",
    table(
      ["stage", "entered when", "waits for", "owner", "hours", "meanwhile, after percent of them"],
      invoiceStages.flatMap((stage) => {
        const { entersWhen, waitsFor } = stages[stage];
        const first = [stage, entersWhen];
        if (waitsFor.length === 0) return [[...first, "nothing", "", "", ""]];
        return waitsFor.map(({ what, owner, hours, steps }, index) => {
          const named = index === 0 ? first : ["", ""];
          return named.concat(what, owner, String(hours), steps.map(stepText).join(", "));
        });
      }),
    ),
  );
}
