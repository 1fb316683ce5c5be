import { Button } from "@mantine/core";
import { IconDownload, IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Panel } from "../../../ui/Panel.tsx";
import type { Invoice } from "../../invoices/invoice-queries.ts";
import { words } from "../../words/words.ts";

/** The invoice as its client gets it. */
export function DocumentPanel({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const pdf = invoice.documents.find(({ format }) => format === "pdf");
  if (pdf === undefined) {
    return (
      <Panel title={words.document}>
        <p className="dim">{invoice.issuedOn === undefined ? words.documentAtIssue : words.documentComing}</p>
      </Panel>
    );
  }
  const shown = `/documents/${invoice.id}.pdf`;
  return (
    <Panel title={words.document} note={words.kilobytes(Math.ceil(pdf.bytes / 1024))}>
      <iframe
        className="document"
        title={words.documentOf(words.invoiceName(invoice))}
        src={`${shown}#toolbar=0&navpanes=0&view=FitH`}
      />
      <div className="document-actions">
        <Button
          component="a"
          variant="default"
          href={shown}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconExternalLink size={15} stroke={1.8} aria-hidden />}
        >
          {words.openDocument}
        </Button>
        <Button
          component="a"
          variant="default"
          href={`/v1/invoices/${invoice.id}/documents/pdf`}
          download
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
        >
          {words.download}
        </Button>
      </div>
    </Panel>
  );
}
