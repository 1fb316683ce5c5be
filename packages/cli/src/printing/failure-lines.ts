import type { Failure } from "../failure.ts";
import type { Style } from "./style.ts";

/** A failure as people read it: what happened, why, each field, and the page that says what to do. */
export function failureLines({ message, problem, remedy }: Failure, style: Style): readonly string[] {
  if (problem === undefined) return [style.bad(message)];
  const { title, detail, errors = [], requestId } = problem;
  return [
    style.bad(style.strong(title)),
    ...(detail === undefined ? [] : [detail]),
    // Faults of a request name a place in it; what else is listed stands in the detail already.
    ...errors
      .filter((fault) => "in" in fault)
      .map((fault) => `  ${style.strong(fault.field)} (${fault.in}): ${fault.reason}`),
    ...(remedy === undefined ? [] : [style.quiet(`What to do: ${remedy}`)]),
    ...(problem.status < 500 || requestId === undefined
      ? []
      : [style.quiet(`When asking for help, name request ${requestId}.`)]),
  ];
}
