import type { Schemas } from "@plumbline/client/client";
import type { Answer } from "../verb.ts";

/** A closed month with what became of it. */
export const shownClose = (close: Schemas["MonthClose"]): Answer => ({
  document: close,
  lines: (style) => [
    `${style.strong(`${close.entity.name}, ${close.month}`)}: closed by ${close.closed.by}`,
    ...(close.reopeningAsked === undefined
      ? []
      : [`reopening asked by ${close.reopeningAsked.by}: ${close.reopeningAsked.reason}`]),
    ...(close.reopened === undefined ? [] : [style.warn(`reopened by ${close.reopened.by}`)]),
    style.quiet(close.id),
  ],
});
