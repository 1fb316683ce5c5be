import type { LocalDate } from "../../calendar/local-date.ts";
import { monthPeriod, type Period } from "../../calendar/period.ts";
import { playScenarios } from "../../receivable/scenarios/test-kit.ts";
import type { CloseItem } from "../close-items.ts";
import { judgeClose } from "../judge-close.ts";

type Given = {
  readonly month: string;
  readonly today: LocalDate;
  readonly lockedOn?: LocalDate;
  /** How many of each thing stand open. */
  readonly standing?: Readonly<Partial<Record<CloseItem, number>>>;
};

playScenarios(new URL("closing.yaml", import.meta.url), ({ month, today, lockedOn, standing = {} }: Given) =>
  judgeClose({
    month: monthPeriod(month) as Period,
    today,
    lockedOn,
    standing: Object.entries(standing).map(([item, count]) => ({ item: item as CloseItem, count })),
  }),
);
