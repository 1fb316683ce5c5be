import type { Style } from "../printing/style.ts";
import { count, counted } from "../printing/words.ts";
import type { Answer } from "../verb.ts";
import { bulkMoves } from "./bulk-moves.ts";
import { type BulkItem, type Plan, standingOf } from "./plan.ts";

/** What became of each invoice of a plan. */
export function planAnswer(plan: Plan): Answer {
  const { done, refused, left } = standingOf(plan);
  const move = bulkMoves[plan.move];
  const labels = new Map(plan.batches.flatMap(({ invoices }) => invoices.map((each) => [each.invoiceId, each.label])));
  const lines = (style: Style): readonly string[] => [
    [
      style.good(`${counted(done.length, "invoice")} ${move.done}`),
      ...(refused.length > 0 ? [style.bad(`${count(refused.length)} refused`)] : []),
      ...(left.length > 0 ? [style.warn(`${count(left.length)} left`)] : []),
    ].join(", "),
    ...done.flatMap(({ invoiceId, number }) =>
      number === undefined ? [] : [`  ${style.strong(number)}  ${labels.get(invoiceId)}`],
    ),
    ...refused.flatMap((item) => refusalLines(item, labels.get(item.invoiceId) ?? item.invoiceId, style)),
    ...(left.length > 0 ? [`Do the rest with: plumb resume ${plan.id}`] : []),
  ];
  return {
    document: {
      move: plan.move,
      plan: plan.id,
      done: done.length,
      refused: refused.length,
      left: left.map(({ invoiceId }) => invoiceId),
      items: plan.batches.flatMap(({ answer }) => answer ?? []),
    },
    lines,
    exit: exitOf(done.length, refused.length + left.length),
  };
}

const exitOf = (done: number, open: number) => (open === 0 ? "done" : done === 0 ? "failed" : "partly");

function refusalLines({ problem }: BulkItem, label: string, style: Style): readonly string[] {
  const why = [problem?.title, problem?.detail].filter((text) => text !== undefined);
  return [`  ${style.bad("refused")}  ${label}`, ...why.map((text) => `           ${text}`)];
}
