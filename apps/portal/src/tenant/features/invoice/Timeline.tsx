import type { Schemas } from "@plumbline/client/client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Bones } from "../../../ui/Bones.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { momentText, personText } from "../../formats.ts";
import { timelineQuery } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

type Item = Schemas["TimelineEntry"];

/** What happened, newest first: who, when and why. */
export function Timeline({ invoiceId }: { readonly invoiceId: string }): ReactNode {
  const { data: items, error } = useQuery(timelineQuery(invoiceId));
  return (
    <Panel title={words.timeline}>
      {items === undefined && error === null && <Bones rows={4} height={32} label={words.loading} />}
      {error !== null && <p role="alert">{words.failed}</p>}
      <ol className="timeline">
        {withoutRepeats(items ?? []).map(({ at, what, by, byKind, reason }, place) => (
          <li key={`${at}-${what}-${place}`} data-kind={byKind}>
            <span className="timeline-what">{words.eventName(what)}</span>
            <span className="timeline-who">
              {personText(by)} · <time dateTime={at}>{momentText(at)}</time>
            </span>
            {reason !== undefined && <q>{reason}</q>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** Newest first; the same said twice in a row, such as for two documents, is said once. */
const withoutRepeats = (items: readonly Item[]): Item[] =>
  items.filter(({ what, by }, place) => what !== items[place + 1]?.what || by !== items[place + 1]?.by).toReversed();
