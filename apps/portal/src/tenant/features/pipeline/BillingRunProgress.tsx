import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Bones } from "../../../ui/Bones.tsx";
import { newIdempotencyKey } from "../../api.ts";
import { Failure } from "../../Failure.tsx";
import { countText, periodText } from "../../formats.ts";
import { tellRefused } from "../../notify.ts";
import { words } from "../../words/words.ts";
import { type BillingRun, billingRunQuery, isOver, useCancelBillingRun } from "./billing-runs.ts";

type Props = { readonly billingRunId: string; readonly onClose: () => void };

/** How far a run is, and the way to stop it. Closing the dialog does not stop it. */
export function BillingRunProgress({ billingRunId, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const { data: run, error, refetch } = useQuery(billingRunQuery(billingRunId));
  const over = run !== undefined && isOver(run);
  useEffect(() => {
    if (!over) return;
    void queries.invalidateQueries({ queryKey: ["pipeline"] });
    void queries.invalidateQueries({ queryKey: ["invoices"] });
  }, [over, queries]);
  if (run === undefined) {
    return error === null ? (
      <Bones rows={2} label={words.loading} />
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  }
  return (
    <>
      <p role="status">{words.runState[run.state](periodText(run.period))}</p>
      <progress
        className="progress"
        aria-label={words.clientsBilled}
        value={run.clientsDone}
        max={Math.max(1, run.clientsTotal)}
      />
      <dl className="run-figures num">
        <RunFigure
          name={words.clientsBilled}
          value={words.of(countText(run.clientsDone), countText(run.clientsTotal))}
        />
        <RunFigure name={words.entriesRead} value={countText(run.entries)} />
        <RunFigure name={words.draftsMade} value={countText(run.drafts)} />
      </dl>
      {run.failure !== undefined && <p className="run-failure">{run.failure}</p>}
      <div className="dialog-actions">
        {!over && <CancelRun run={run} />}
        <Button variant={over ? "filled" : "default"} onClick={onClose}>
          {words.close}
        </Button>
      </div>
    </>
  );
}

const RunFigure = ({ name, value }: { readonly name: string; readonly value: string }): ReactNode => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

function CancelRun({ run }: { readonly run: BillingRun }): ReactNode {
  const cancel = useCancelBillingRun();
  const [key, setKey] = useState(newIdempotencyKey);
  return (
    <Button
      variant="default"
      loading={cancel.isPending}
      disabled={run.cancelRequested}
      onClick={() =>
        cancel.mutate(
          { billingRunId: run.id, key },
          {
            onError: (error) => {
              setKey(newIdempotencyKey());
              tellRefused(words.notStopped, error);
            },
          },
        )
      }
    >
      {run.cancelRequested ? words.stopping : words.stopRun}
    </Button>
  );
}
