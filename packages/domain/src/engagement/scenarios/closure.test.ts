import type { LocalDate } from "../../calendar/local-date.ts";
import { playScenarios } from "../../receivable/scenarios/test-kit.ts";
import { type ClosureItem, judgeClosure } from "../closure.ts";

type Given = {
  readonly on: LocalDate;
  readonly today: LocalDate;
  readonly closedOn?: LocalDate;
  /** How many of each thing stand open. */
  readonly standing?: Readonly<Partial<Record<ClosureItem, number>>>;
};

playScenarios(new URL("closure.yaml", import.meta.url), ({ closedOn, standing = {}, ...given }: Given) =>
  judgeClosure({
    ...given,
    closedOn,
    standing: Object.entries(standing).map(([item, count]) => ({ item: item as ClosureItem, count })),
  }),
);
