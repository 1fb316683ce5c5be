import type { ReactNode } from "react";
import { IconScale, IconTool } from "@tabler/icons-react";
import { useNow } from "../../../ui/use-now.ts";
import { codeText, countText, moneyText, spanText, sumByCurrency } from "../../formats.ts";
import { words } from "../../words/words.ts";
import type { Pipeline } from "./pipeline-query.ts";

const causesShown = 3;

/** The board in five figures: what is under way, how late it is, and what holds it up. */
export function Figures({ pipeline }: { readonly pipeline: Pipeline }): ReactNode {
  const now = useNow();
  const underWay = pipeline.stages.filter(({ stage }) => !["issued", "posted", "discarded"].includes(stage));
  const count = underWay.reduce((sum, stage) => sum + stage.count, 0);
  const late = pipeline.stages.reduce((sum, stage) => sum + stage.late, 0);
  const blocked = pipeline.stages.reduce((sum, stage) => sum + stage.blocked, 0);
  const oldest = underWay.flatMap(({ oldestSince }) => oldestSince ?? []).sort()[0];
  const totals = sumByCurrency(underWay.flatMap((stage) => stage.totals));
  return (
    <dl className="figures">
      <Figure name={words.underWay}>
        <span className="figure num">{countText(count)}</span>
        <span className="dim">{words.beforeIssue}</span>
      </Figure>
      <Figure name={words.valueUnderWay}>
        <span className="figure-amounts num">
          {totals.length === 0 ? "–" : totals.map((total) => <span key={total.currency}>{moneyText(total)}</span>)}
        </span>
      </Figure>
      <Figure name={words.lateNow}>
        <span className="figure num" data-tone={late > 0 ? "bad" : undefined}>
          {countText(late)}
        </span>
        <span className="dim">{oldest !== undefined && words.oldest(spanText(now - Date.parse(oldest)))}</span>
      </Figure>
      <Figure name={words.blockedNow}>
        <span className="figure num" data-tone={blocked > 0 ? "warn" : undefined}>
          {countText(blocked)}
        </span>
        <span className="dim">{words.byRules}</span>
      </Figure>
      <Figure name={words.heldUpBy}>
        <Causes causes={pipeline.causes} />
      </Figure>
    </dl>
  );
}

const Figure = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Causes({ causes }: { readonly causes: Pipeline["causes"] }): ReactNode {
  const worst = causes
    .filter(({ severity }) => severity === "block")
    .toSorted((one, other) => other.count - one.count)
    .slice(0, causesShown);
  if (worst.length === 0) return <span className="dim">{words.nothingHolds}</span>;
  return (
    <ul className="causes">
      {worst.map(({ code, lane, count, atStake }) => (
        <li key={code}>
          {lane === "business" ? (
            <IconScale size={13} aria-label={words.shows.business} />
          ) : (
            <IconTool size={13} aria-label={words.shows.technical} />
          )}
          <span className="cause-name">{codeText(code)}</span>
          <span className="num dim">{countText(count)}</span>
          <span className="cause-money num" title={atStake.map(moneyText).join(" · ")}>
            {atStake.map(moneyText).join(" · ")}
          </span>
        </li>
      ))}
    </ul>
  );
}
