import type { ReactNode } from "react";
import { Badge } from "../../ui/Badge.tsx";
import { useNow } from "../../ui/use-now.ts";
import { codeText, momentText, spanText } from "../formats.ts";
import { words } from "../words/words.ts";
import type { InvoiceSummary } from "./invoice-queries.ts";

const codesShown = 2;

type Props = {
  readonly invoice: Pick<InvoiceSummary, "blocking" | "warnings" | "disputed" | "clock" | "stageSince" | "stage">;
};

/** What stops an invoice, what is odd about it, and its clock. */
export function InvoiceBadges({ invoice }: Props): ReactNode {
  const { blocking, warnings } = invoice;
  const more = Math.max(0, blocking.length + warnings.length - codesShown);
  const shown = [
    ...blocking.map((code) => ({ code, tone: "bad" as const })),
    ...warnings.map((code) => ({ code, tone: "warn" as const })),
  ].slice(0, codesShown);
  return (
    <span className="badges">
      {shown.map(({ code, tone }) => (
        <Badge key={code} tone={tone}>
          {codeText(code)}
        </Badge>
      ))}
      {invoice.disputed !== undefined && <Badge tone="warn">{words.disputed}</Badge>}
      {more > 0 && <Badge>{words.more(more)}</Badge>}
      <Clock invoice={invoice} />
    </span>
  );
}

/** How long is left until waiting becomes late, or since when it is. */
export function Clock({ invoice }: { readonly invoice: Pick<InvoiceSummary, "clock"> }): ReactNode {
  const now = useNow();
  const { clock } = invoice;
  if (clock === undefined) return null;
  if (clock.dueAt === undefined) return <Badge title={clock.pausedFor ?? words.paused}>{words.paused}</Badge>;
  const leftMs = Date.parse(clock.dueAt) - now;
  const title = words.clockTitle(clock.waitsFor, momentText(clock.dueAt));
  return clock.late ? (
    <Badge tone="late" title={title}>
      {words.late(spanText(-leftMs))}
    </Badge>
  ) : (
    <Badge tone="wait" title={title}>
      {words.left(spanText(leftMs))}
    </Badge>
  );
}
