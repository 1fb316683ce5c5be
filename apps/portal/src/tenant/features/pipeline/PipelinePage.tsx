import { SegmentedControl } from "@mantine/core";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type CSSProperties, type ReactNode, useState } from "react";
import "./pipeline.css";
import { Badge } from "../../../ui/Badge.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { useKeysSwitch } from "../../../ui/use-keys.ts";
import { Failure } from "../../Failure.tsx";
import { periodText } from "../../formats.ts";
import { useTitle } from "../../use-title.ts";
import { PageBones } from "../../PageBones.tsx";
import { words } from "../../words/words.ts";
import { BillingRunButton } from "./BillingRunButton.tsx";
import { Column } from "./Column.tsx";
import { FindInvoice } from "./FindInvoice.tsx";
import { Figures } from "./Figures.tsx";
import { pipelineQuery, type Pipeline } from "./pipeline-query.ts";
import { type Show, shows } from "./show.ts";
import { useBoardKeys } from "./use-board-keys.ts";

/** Where money is, how long it has been there, and what holds it up. */
export function PipelinePage(): ReactNode {
  useTitle(words.pipeline);
  const { data, error, refetch } = useQuery(pipelineQuery);
  return (
    <>
      <PageHeader
        title={words.pipeline}
        note={data?.latestPeriod && <Badge>{words.latestRun(periodText(data.latestPeriod))}</Badge>}
      >
        <FindInvoice />
        <BillingRunButton latestPeriod={data?.latestPeriod} />
      </PageHeader>
      {data !== undefined && <Board pipeline={data} />}
      {data === undefined && error === null && <PageBones />}
      {data === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
    </>
  );
}

/** Stages where nothing is waited for are folded away until somebody wants to see them. */
const isFolded = (stage: InvoiceStage): boolean => stage === "posted" || stage === "discarded";

function Board({ pipeline }: { readonly pipeline: Pipeline }): ReactNode {
  const { show = "all" } = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const [unfolded, setUnfolded] = useState<readonly InvoiceStage[]>([]);
  const [keysOn] = useKeysSwitch();
  useBoardKeys();
  // Heads are as high as the one with most currencies, so that the cards below begin on one line.
  const currencies = Math.max(2, ...pipeline.stages.map(({ totals }) => totals.length));
  return (
    <>
      <Figures pipeline={pipeline} />
      <div className="board-filters">
        <SegmentedControl
          size="xs"
          aria-label={words.show}
          value={show}
          onChange={(next: Show) => void navigate({ search: next === "all" ? {} : { show: next }, replace: true })}
          data={shows.map((value) => ({ value, label: words.shows[value] }))}
        />
        {keysOn && (
          <p className="board-keys">
            <kbd>h</kbd> <kbd>j</kbd> <kbd>k</kbd> <kbd>l</kbd> {words.keysMove} · <kbd>Enter</kbd> {words.keysOpen}
          </p>
        )}
      </div>
      <div
        className="board"
        role="region"
        aria-label={words.board}
        tabIndex={0}
        style={{ "--currencies": currencies } as CSSProperties}
      >
        {pipeline.stages.map((stage) => (
          <Column
            key={stage.stage}
            stage={stage}
            show={show}
            causes={pipeline.causes}
            folded={isFolded(stage.stage) && !unfolded.includes(stage.stage)}
            onFold={
              isFolded(stage.stage)
                ? () =>
                    setUnfolded((open) =>
                      open.includes(stage.stage) ? open.filter((each) => each !== stage.stage) : [...open, stage.stage],
                    )
                : undefined
            }
          />
        ))}
      </div>
    </>
  );
}
