import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import "./invoice.css";
import { nextMove } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import { IconArrowLeft } from "@tabler/icons-react";
import { Badge } from "../../../ui/Badge.tsx";
import { Failure } from "../../Failure.tsx";
import { Clock } from "../../invoices/InvoiceBadges.tsx";
import { type Invoice, invoiceQuery } from "../../invoices/invoice-queries.ts";
import { isPersonMove } from "../../invoices/move-invoice.ts";
import { Moves } from "../../invoices/Moves.tsx";
import { StaleNotice } from "../../invoices/StaleNotice.tsx";
import { useTitle } from "../../use-title.ts";
import { PageBones } from "../../PageBones.tsx";
import { words } from "../../words/words.ts";
import { Checks } from "./Checks.tsx";
import { DocumentPanel } from "./DocumentPanel.tsx";
import { Facts } from "./Facts.tsx";
import { Lines } from "./Lines.tsx";
import { Progress } from "./Progress.tsx";
import { Timeline } from "./Timeline.tsx";
import { Totals } from "./Totals.tsx";

/** Everything there is to know about an invoice, and what may be done with it next. */
export function InvoicePage(): ReactNode {
  const { invoiceId } = useParams({ from: "/invoices/$invoiceId" });
  const { data: invoice, error, refetch } = useQuery(invoiceQuery(invoiceId));
  const [stale, setStale] = useState(false);
  useTitle(invoice && words.invoiceName(invoice));
  if (invoice === undefined) {
    return error === null ? <PageBones /> : <Failure error={error} retry={() => void refetch()} />;
  }
  return (
    <>
      <InvoiceHeader invoice={invoice} onMoved={() => setStale(false)} onStale={() => setStale(true)} />
      <div className="invoice">
        {stale && <StaleNotice invoiceId={invoice.id} onClose={() => setStale(false)} />}
        <WhyNot invoice={invoice} />
        <Progress invoice={invoice} />
        <div className="invoice-columns">
          <div className="invoice-main">
            <Lines invoice={invoice} />
            <Totals invoice={invoice} />
            <Checks invoice={invoice} />
          </div>
          <div className="invoice-side">
            <Facts invoice={invoice} />
            <DocumentPanel invoice={invoice} />
            <Timeline invoiceId={invoice.id} />
          </div>
        </div>
      </div>
    </>
  );
}

/** Why the next step cannot be taken: what the button says when pointed at, for everybody to read. */
function WhyNot({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const onward = nextMove(invoice.stage);
  const offered = invoice.moves.find(({ move }) => move === onward);
  if (offered === undefined || !isPersonMove(offered.move) || offered.why === undefined) return null;
  return <p className="why-not">{words.nextStep(words.moves[offered.move], offered.why)}</p>;
}

type HeaderProps = { readonly invoice: Invoice; readonly onMoved: () => void; readonly onStale: () => void };

function InvoiceHeader({ invoice, onMoved, onStale }: HeaderProps): ReactNode {
  return (
    <header className="page-header invoice-header">
      <Link to="/" className="back" aria-label={words.toPipeline}>
        <IconArrowLeft size={18} stroke={1.8} aria-hidden />
      </Link>
      <h1>{words.invoiceName(invoice)}</h1>
      <Badge tone="brand">{stages[invoice.stage].title}</Badge>
      <Clock invoice={invoice} />
      <div className="page-actions">
        <Moves invoice={invoice} offer={() => true} onMoved={onMoved} onStale={onStale} />
      </div>
    </header>
  );
}
