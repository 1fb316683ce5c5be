import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Amounts } from "../../../ui/Amounts.tsx";
import { Badge } from "../../../ui/Badge.tsx";
import { newIdempotencyKey } from "../../api.ts";
import { countText, moneyText, sumByCurrency } from "../../formats.ts";
import type { InvoiceSummary } from "../../invoices/invoice-queries.ts";
import { type BulkMove, moveInvoices } from "../../invoices/move-invoices.ts";
import { words } from "../../words/words.ts";

type Props = {
  readonly move: BulkMove;
  readonly invoices: readonly InvoiceSummary[];
  readonly onClose: () => void;
};

/** Says how many and how much before it is done, and what became of each after. */
export function BulkDialog({ move, invoices, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  const bulk = useMutation({
    mutationFn: () => moveInvoices({ move, invoices, key }),
    onSettled: () =>
      Promise.all([["invoice"], ["invoices"], ["pipeline"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.bulkMoves[move](countText(invoices.length), invoices.length)}
      size="lg"
      centered
    >
      {bulk.data === undefined ? (
        <>
          <p className="dim">{words.bulkExplained[move]}</p>
          <div className="bulk-sum">
            <span>{words.inAll}</span>
            <Amounts texts={sumByCurrency(invoices.map(({ total }) => total)).map(moneyText)} />
          </div>
        </>
      ) : (
        <p role="status">
          {words.bulkDone(
            countText(bulk.data.items.filter(({ problem }) => problem === undefined).length),
            countText(invoices.length),
          )}
        </p>
      )}
      {bulk.error !== null && <p role="alert">{bulk.error.message}</p>}
      <ul className="bulk-items">
        {invoices.map((invoice, place) => (
          <li key={invoice.id}>
            <span className="bulk-name">{invoice.client.name}</span>
            <span className="num">{moneyText(invoice.total)}</span>
            <Outcome item={bulk.data?.items[place]} />
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        {bulk.data === undefined ? (
          <>
            <Button variant="default" onClick={onClose}>
              {words.cancel}
            </Button>
            <Button data-autofocus loading={bulk.isPending} onClick={() => bulk.mutate()}>
              {words.bulkMoves[move](countText(invoices.length), invoices.length)}
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>{words.close}</Button>
        )}
      </div>
    </Modal>
  );
}

type Item = Awaited<ReturnType<typeof moveInvoices>>["items"][number];

function Outcome({ item }: { readonly item: Item | undefined }): ReactNode {
  if (item === undefined) return null;
  if (item.problem === undefined) return <Badge tone="ok">{words.done}</Badge>;
  return (
    <span className="bulk-refused">
      <Badge tone="bad">{words.refused}</Badge>
      <span>{item.problem.detail ?? item.problem.title}</span>
    </span>
  );
}
