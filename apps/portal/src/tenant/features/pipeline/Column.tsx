import { Button } from "@mantine/core";
import { stages } from "@plumbline/domain/invoice/stages";
import { IconChevronsLeft } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Amounts } from "../../../ui/Amounts.tsx";
import { Badge } from "../../../ui/Badge.tsx";
import { Bones } from "../../../ui/Bones.tsx";
import { useNow } from "../../../ui/use-now.ts";
import { countText, momentText, moneyText, spanText } from "../../formats.ts";
import { type InvoiceFilter, invoicesQuery } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";
import { InvoiceCard } from "./InvoiceCard.tsx";
import type { Pipeline, PipelineStage } from "./pipeline-query.ts";
import type { Show } from "./show.ts";

type Props = {
  readonly stage: PipelineStage;
  readonly show: Show;
  readonly causes: Pipeline["causes"];
  readonly folded: boolean;
  readonly onFold: (() => void) | undefined;
};

/** A stage: how many, how much, for how long, and the invoices that have waited longest. */
export function Column({ stage, show, causes, folded, onFold }: Props): ReactNode {
  const { title } = stages[stage.stage];
  if (folded) {
    return (
      <button type="button" className="rail" aria-expanded={false} onClick={onFold}>
        <span className="rail-title">{title}</span> <span className="num">{countText(stage.count)}</span>
      </button>
    );
  }
  return (
    <section className="column" aria-labelledby={`stage-${stage.stage}`} data-stage={stage.stage}>
      <ColumnHead stage={stage} title={title} onFold={onFold} />
      {stage.count === 0 ? <p className="column-empty">{words.stageEmpty}</p> : <Cards {...{ stage, show, causes }} />}
    </section>
  );
}

function ColumnHead({ stage, title, onFold }: Pick<Props, "stage" | "onFold"> & { readonly title: string }): ReactNode {
  const now = useNow();
  const { oldestSince, late, blocked } = stage;
  return (
    <header>
      <div className="column-title">
        <h2 id={`stage-${stage.stage}`}>{title}</h2>
        <span className="column-count num">{countText(stage.count)}</span>
        {onFold !== undefined && (
          <button type="button" className="column-fold" aria-label={words.fold(title)} aria-expanded onClick={onFold}>
            <IconChevronsLeft size={16} aria-hidden />
          </button>
        )}
      </div>
      <div className="column-figures">
        <span className="column-age">
          {oldestSince !== undefined && (
            <time dateTime={oldestSince} title={words.since(momentText(oldestSince))}>
              {words.oldest(spanText(now - Date.parse(oldestSince)))}
            </time>
          )}
          {late > 0 && <Badge tone="late">{words.countLate(countText(late))}</Badge>}
          {blocked > 0 && <Badge tone="bad">{words.countBlocked(countText(blocked))}</Badge>}
        </span>
        <Amounts texts={stage.totals.map(moneyText)} />
      </div>
    </header>
  );
}

function Cards({ stage, show, causes }: Pick<Props, "stage" | "show" | "causes">): ReactNode {
  const filter: InvoiceFilter = {
    stage: stage.stage,
    ...(show === "late" && { late: "true" }),
    ...((show === "business" || show === "technical") && { blocked: "true" }),
  };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    invoicesQuery(filter),
  );
  const invoices = useMemo(() => {
    const ofLane = new Set(causes.filter(({ lane }) => lane === show).map(({ code }) => code));
    const all = data?.pages.flatMap(({ items }) => items);
    return show === "all" || show === "late"
      ? all
      : all?.filter(({ blocking }) => blocking.some((code) => ofLane.has(code)));
  }, [data, show, causes]);
  if (error !== null && data === undefined) {
    return (
      <div className="column-empty" role="alert">
        <p>{words.failed}</p>
        <Button variant="default" onClick={() => void refetch()}>
          {words.retry}
        </Button>
      </div>
    );
  }
  if (invoices === undefined) return <Bones rows={Math.min(4, stage.count)} height={84} label={words.loading} />;
  if (invoices.length === 0) return <p className="column-empty">{words.noneShown[show]}</p>;
  return (
    <>
      <ul className="cards">
        {invoices.map((invoice) => (
          <InvoiceCard key={invoice.id} invoice={invoice} />
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="subtle" fullWidth loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.showMore}
        </Button>
      )}
    </>
  );
}
