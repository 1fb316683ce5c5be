import { Checkbox } from "@mantine/core";
import { nextMove } from "@plumbline/domain/invoice/lifecycle";
import { memo, type ReactNode } from "react";
import { moneyText } from "../../formats.ts";
import { InvoiceBadges } from "../../invoices/InvoiceBadges.tsx";
import type { InvoiceSummary } from "../../invoices/invoice-queries.ts";
import { isPersonMove } from "../../invoices/move-invoice.ts";
import { words } from "../../words/words.ts";

type Props = {
  readonly invoice: InvoiceSummary;
  readonly current: boolean;
  readonly picked: boolean;
  readonly onPick: () => void;
  readonly onOpen: () => void;
};

/** An invoice in the inbox: whose it is, how much, what is odd about it, and what is asked. */
export const InboxRow = memo(function InboxRow({ invoice, current, picked, onPick, onOpen }: Props): ReactNode {
  const name = words.invoiceName(invoice);
  const asked = nextMove(invoice.stage);
  return (
    <li className="row" data-row={invoice.id} data-current={current || undefined}>
      <Checkbox size="xs" checked={picked} aria-label={words.pick(name)} onChange={onPick} />
      <button type="button" className="row-open" aria-current={current || undefined} onClick={onOpen}>
        <span className="row-top">
          <span className="row-client">{invoice.client.name}</span>
          <span className="num strong">{moneyText(invoice.total)}</span>
        </span>
        <span className="row-about">
          {asked !== undefined && isPersonMove(asked) && words.asked[asked]} ·{" "}
          {invoice.project ?? invoice.engagement ?? invoice.entity.name}
        </span>
        <InvoiceBadges invoice={invoice} />
      </button>
    </li>
  );
});
