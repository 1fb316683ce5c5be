import { Button, Modal, TextInput } from "@mantine/core";
import { monthPeriod } from "@plumbline/domain/calendar/period";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { newIdempotencyKey } from "../../api.ts";
import { countText, momentText, periodText } from "../../formats.ts";
import { words } from "../../words/words.ts";
import { type BillingRun, billingRunsQuery, isOver, useStartBillingRun } from "./billing-runs.ts";
import { BillingRunProgress } from "./BillingRunProgress.tsx";
import type { Pipeline } from "./pipeline-query.ts";

type Props = { readonly latestPeriod: Pipeline["latestPeriod"]; readonly onClose: () => void };

/** Which month, what the run will do, and then how far it is. A run that is under way already is shown instead. */
export function BillingRunDialog({ latestPeriod, onClose }: Props): ReactNode {
  const { data: runs } = useQuery(billingRunsQuery);
  const [started, setStarted] = useState<string>();
  const running = started ?? runs?.find((run) => !isOver(run))?.id;
  return (
    <Modal opened onClose={onClose} title={words.startBillingRun} centered>
      {running === undefined ? (
        <Plan latestPeriod={latestPeriod} runs={runs ?? []} onStarted={setStarted} onClose={onClose} />
      ) : (
        <BillingRunProgress billingRunId={running} onClose={onClose} />
      )}
    </Modal>
  );
}

type PlanProps = Props & { readonly runs: readonly BillingRun[]; readonly onStarted: (billingRunId: string) => void };

function Plan({ latestPeriod, runs, onStarted, onClose }: PlanProps): ReactNode {
  const [month, setMonth] = useState(() => latestPeriod?.start.slice(0, 7) ?? lastMonth());
  const [key, setKey] = useState(newIdempotencyKey);
  const start = useStartBillingRun();
  const period = monthPeriod(month);
  const before = runs.find((run) => run.period.start === period?.start && run.period.end === period.end && isOver(run));
  const confirm = () => {
    if (period === undefined) return;
    start.mutate({ period, key }, { onSuccess: ({ id }) => onStarted(id), onError: () => setKey(newIdempotencyKey()) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      <TextInput
        data-autofocus
        type="month"
        label={words.monthToBill}
        value={month}
        required
        error={start.error?.message}
        onChange={(event) => setMonth(event.currentTarget.value)}
      />
      {period !== undefined && (
        <ul className="plan">
          <li>{words.planWork(periodText(period))}</li>
          <li>
            {before === undefined
              ? words.planFirst
              : words.planAgain(countText(before.drafts), momentText(before.finishedAt ?? before.createdAt))}
          </li>
          <li>{words.planNothingLeaves}</li>
        </ul>
      )}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button type="submit" disabled={period === undefined} loading={start.isPending}>
          {period === undefined ? words.startBillingRun : words.bill(periodText(period))}
        </Button>
      </div>
    </form>
  );
}

function lastMonth(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth() - 1, 1)).toISOString().slice(0, 7);
}
