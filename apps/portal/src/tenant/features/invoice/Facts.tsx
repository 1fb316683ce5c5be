import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Panel } from "../../../ui/Panel.tsx";
import { dateText, moneyText, momentText, periodText, personText } from "../../formats.ts";
import type { Invoice } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

/** Who pays whom, for what and until when, and who has had a hand in it. */
export function Facts({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const { client, payer, entity, engagement, project, purchaseOrder, issuedOn, dueOn, submittedBy } = invoice;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [words.client, client.name],
    [words.payer, payer.id === client.id ? undefined : payer.name],
    [words.seller, entity.name],
    [words.engagement, engagement],
    [words.project, project],
    [words.period, periodText(invoice.period)],
    [words.purchaseOrder, purchaseOrder],
    [words.issued, issuedOn === undefined ? undefined : dateText(issuedOn)],
    [words.due, dueOn === undefined ? words.daysAfterIssue(invoice.paymentTermsDays) : dateText(dueOn)],
    [words.preparedBy, personText(invoice.preparedBy)],
    [words.submittedBy, submittedBy === undefined ? undefined : personText(submittedBy)],
    ...invoice.approvals.map(({ step, by, at }) => [words.approvedAs[step], words.byAt(by, momentText(at))] as const),
  ];
  return (
    <Panel title={words.total}>
      <p className="total num">{moneyText(invoice.total)}</p>
      <dl className="facts">
        <Correction invoice={invoice} />
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </Panel>
  );
}

/** What a credit note corrects and why, or which credit notes correct an invoice. */
function Correction({ invoice: { corrects, correction, creditNotes = [] } }: { readonly invoice: Invoice }): ReactNode {
  const linked = corrects === undefined ? creditNotes : [corrects];
  if (linked.length === 0) return null;
  return (
    <>
      <div>
        <dt>{corrects === undefined ? words.correctedBy : words.corrects}</dt>
        <dd>
          {linked.map(({ id, number }) => (
            <Link key={id} to="/invoices/$invoiceId" params={{ invoiceId: id }}>
              {number ?? words.creditNoteDraft}{" "}
            </Link>
          ))}
        </dd>
      </div>
      {correction !== undefined && (
        <div>
          <dt>{words.reason}</dt>
          <dd>{correction.reason}</dd>
        </div>
      )}
    </>
  );
}
