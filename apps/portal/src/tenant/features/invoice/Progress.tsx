import { type InvoiceStage, invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import type { ReactNode } from "react";
import { momentText } from "../../formats.ts";
import type { Invoice } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

const path: readonly InvoiceStage[] = invoiceStages.filter((stage) => stage !== "discarded");

/** The way an invoice goes, and how far it is. */
export function Progress({ invoice }: { readonly invoice: Invoice }): ReactNode {
  if (invoice.stage === "discarded") {
    return <p className="notice">{words.wasDiscarded(momentText(invoice.stageSince))}</p>;
  }
  const at = path.indexOf(invoice.stage);
  return (
    <ol className="steps" aria-label={words.progress}>
      {path.map((stage, place) => (
        <li
          key={stage}
          data-state={place < at ? "done" : place === at ? "now" : "open"}
          aria-current={place === at ? "step" : undefined}
        >
          <span className="step-name">{stages[stage].title}</span>
          {place === at && <span className="step-note">{words.since(momentText(invoice.stageSince))}</span>}
        </li>
      ))}
    </ol>
  );
}
