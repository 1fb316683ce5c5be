import type { ReactNode } from "react";
import { Panel } from "../../../ui/Panel.tsx";
import { adjustmentText, moneyText, rateText } from "../../formats.ts";
import type { Invoice } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

/** Tax by rate with the reason for it, and what is to be paid. */
export function Totals({ invoice }: { readonly invoice: Invoice }): ReactNode {
  return (
    <Panel title={words.taxAndTotal}>
      <dl className="totals">
        {(invoice.adjustments ?? []).map((adjustment, index) => (
          <div key={index}>
            <dt>
              {adjustment.reason}
              <span className="line-because">{adjustment.because}</span>
            </dt>
            <dd className="num">{adjustmentText(adjustment)}</dd>
          </div>
        ))}
        <div>
          <dt>{words.net}</dt>
          <dd className="num">{moneyText(invoice.net)}</dd>
        </div>
        {invoice.taxes.map((tax) => (
          <div key={`${tax.category}-${tax.basisPoints}`}>
            <dt>
              {words.taxOn(rateText(tax.basisPoints), moneyText(tax.base))}
              <span className="line-because">{tax.because}</span>
            </dt>
            <dd className="num">{moneyText(tax.tax)}</dd>
          </div>
        ))}
        <div className="totals-sum">
          <dt>{words.total}</dt>
          <dd className="num">{moneyText(invoice.total)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
