import type { Schemas } from "@plumbline/client/client";
import { money } from "../printing/words.ts";
import type { Answer } from "../verb.ts";

/** A certificate with what it proves. */
export const shownCertificate = (certificate: Schemas["WithholdingCertificate"]): Answer => ({
  document: certificate,
  lines: (style) => [
    `${style.strong(certificate.number)}: ${money(certificate.amount)} of ${certificate.client.name}` +
      (certificate.withdrawn === undefined ? "" : `, withdrawn: ${certificate.withdrawn.reason}`),
    ...certificate.invoices.map(({ invoice, amount }) => `  ${invoice.number}  ${money(amount)}`),
    style.quiet(certificate.id),
  ],
});
