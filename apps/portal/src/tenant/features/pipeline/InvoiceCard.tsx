import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";
import { moneyText, periodText } from "../../formats.ts";
import { InvoiceBadges } from "../../invoices/InvoiceBadges.tsx";
import type { InvoiceSummary } from "../../invoices/invoice-queries.ts";

/** An invoice on the board. Memoised, because a board has hundreds and a clock ticks. */
export const InvoiceCard = memo(function InvoiceCard({ invoice }: { readonly invoice: InvoiceSummary }): ReactNode {
  const [, code, name] = /^(\S+) (.+)$/.exec(invoice.engagement ?? "") ?? [];
  return (
    <li>
      <Link className="card" to="/invoices/$invoiceId" params={{ invoiceId: invoice.id }} data-card>
        <span className="card-top">
          <span className="card-code num">{code ?? periodText(invoice.period)}</span>
          <span className="card-amount num">{moneyText(invoice.total)}</span>
        </span>
        <span className="card-client">{invoice.client.name}</span>
        <span className="card-about">{invoice.number ?? invoice.project ?? name ?? invoice.entity.name}</span>
        <InvoiceBadges invoice={invoice} />
      </Link>
    </li>
  );
});
