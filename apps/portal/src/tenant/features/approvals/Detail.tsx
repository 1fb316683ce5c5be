import { nextMove } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Badge } from "../../../ui/Badge.tsx";
import { Bones } from "../../../ui/Bones.tsx";
import { Failure } from "../../Failure.tsx";
import { countText, moneyText, momentText, periodText, personText } from "../../formats.ts";
import { type Invoice, invoiceQuery } from "../../invoices/invoice-queries.ts";
import { Findings } from "../../invoices/Findings.tsx";
import { LineCells, LineColumns } from "../../invoices/LineCells.tsx";
import { Moves } from "../../invoices/Moves.tsx";
import { StaleNotice } from "../../invoices/StaleNotice.tsx";
import { words } from "../../words/words.ts";

type Props = { readonly invoiceId: string; readonly onMoved: () => void };

/** The invoice that is decided on: enough to decide, and a way to all the rest. */
export function Detail({ invoiceId, onMoved }: Props): ReactNode {
  const { data: invoice, error, refetch } = useQuery(invoiceQuery(invoiceId));
  if (invoice !== undefined) return <Decision invoice={invoice} onMoved={onMoved} />;
  return (
    <section className="detail" aria-label={words.details}>
      {error === null ? (
        <Bones rows={6} height={48} label={words.loading} />
      ) : (
        <Failure error={error} retry={() => void refetch()} />
      )}
    </section>
  );
}

function Decision({ invoice, onMoved }: { readonly invoice: Invoice; readonly onMoved: () => void }): ReactNode {
  const [stale, setStale] = useState(false);
  const passed = invoice.checks.filter(({ outcome }) => outcome === "pass").length;
  return (
    <section className="detail" aria-labelledby="detail-title">
      <header className="detail-head">
        <div>
          <h2 id="detail-title">{words.invoiceName(invoice)}</h2>
          <p className="dim">
            {[invoice.engagement, periodText(invoice.period), invoice.entity.name].filter(Boolean).join(" · ")}
          </p>
        </div>
        <div className="detail-sum">
          <span className="total num">{moneyText(invoice.total)}</span>
          <span className="dim num">{words.netAndTax(moneyText(invoice.net), moneyText(invoice.tax))}</span>
        </div>
      </header>
      {stale && <StaleNotice invoiceId={invoice.id} onClose={() => setStale(false)} />}
      <div className="detail-actions">
        <Badge tone="brand">{stages[invoice.stage].title}</Badge>
        <Badge tone={passed === invoice.checks.length ? "ok" : "plain"}>
          {words.checksPassed(countText(passed), countText(invoice.checks.length))}
        </Badge>
        <div className="page-actions">
          <Moves
            invoice={invoice}
            offer={(move) => move === "send_back" || move === nextMove(invoice.stage)}
            onMoved={onMoved}
            onStale={() => setStale(true)}
          />
        </div>
      </div>
      <Findings invoice={invoice} />
      <table className="lines">
        <LineColumns />
        <tbody>
          {invoice.lines.map((line) => (
            <tr key={line.position}>
              <LineCells line={line}>
                <span className="line-because">{line.because}</span>
              </LineCells>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="detail-hands dim">
        {words.preparedBy}: {personText(invoice.preparedBy)}
        {invoice.submittedBy !== undefined && ` · ${words.submittedBy}: ${personText(invoice.submittedBy)}`}
        {invoice.approvals.map(({ step, by, at }) => ` · ${words.approvedAs[step]}: ${words.byAt(by, momentText(at))}`)}
      </p>
      <Link to="/invoices/$invoiceId" params={{ invoiceId: invoice.id }} className="link">
        {words.openWhole}
      </Link>
    </section>
  );
}
