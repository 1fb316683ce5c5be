import type { Schemas } from "@plumbline/client/client";
import type { Style } from "../printing/style.ts";
import type { Answer } from "../verb.ts";

type Closure = Schemas["Closure"];

/** A closure with what became of it. */
export const closureLines = ({ id, engagement, project, on, closed, finalBill, reopened }: Closure, style: Style) => [
  `${style.strong([engagement.name, project?.name].filter(Boolean).join(", "))}: closed on ${on} by ${closed.by}: ${closed.reason}`,
  ...finalBill.map((invoiceId) => `final bill ${invoiceId}`),
  ...(reopened === undefined ? [] : [style.warn(`reopened by ${reopened.by}: ${reopened.reason}`)]),
  style.quiet(id),
];

export const shownClosure = (closure: Closure): Answer => ({
  document: closure,
  lines: (style) => closureLines(closure, style),
});
