import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { certifyWithholding } from "@plumbline/operations/withholding/certify-withholding";
import { withdrawCertificate } from "@plumbline/operations/withholding/withdraw-certificate";
import type { Operations } from "../chaos/message.ts";
import { onOne } from "./pick-one.ts";

/** Clients that keep a part of what they owe as tax, and prove it later. */
export const withholdingOperations: Operations = {
  payShort: async ({ firm, random }) =>
    onOne<{ id: InvoiceId; clientId: ClientId; legalEntityId: LegalEntityId; issuedOn: LocalDate; open: string }>(
      firm,
      "collector",
      {
        random,
        sql: `select i.id, i.payer_id as "clientId", i.legal_entity_id as "legalEntityId", i.issued_on as "issuedOn", sum(p.amount_minor) as open
                from invoices i join ledger_entries e on e.invoice_id = i.id join ledger_postings p on p.entry_id = e.id
               where p.account = 'receivable' and i.currency = 'EUR' group by i.id, i.payer_id, i.legal_entity_id, i.issued_on
              having sum(p.amount_minor) > 1 order by i.id`,
      },
      async (scope, { id, clientId, legalEntityId, issuedOn, open }) => {
        const kept = 1n + ((BigInt(open) - 1n) * 15n) / 100n;
        const [amount, residual] = [eur(BigInt(open) - kept), { kind: "withholding_tax" as const, amount: eur(kept) }];
        const to = [{ invoiceId: id, amount, residual }];
        await recordPayment(scope, {
          clientId,
          legalEntityId,
          amount,
          receivedOn: issuedOn,
          reference: "less tax",
          to,
        });
      },
    ),
  payEarly: async ({ firm, random }) =>
    onOne<{
      id: InvoiceId;
      clientId: ClientId;
      legalEntityId: LegalEntityId;
      issuedOn: LocalDate;
      open: string;
      kept: string;
    }>(
      firm,
      "collector",
      {
        random,
        sql: `select i.id, i.payer_id as "clientId", i.legal_entity_id as "legalEntityId", i.issued_on as "issuedOn", o.open, k.kept
                from invoices i
               cross join lateral (
                 select sum(p.amount_minor) as open, coalesce(sum(p.amount_minor) filter (where e.fact like 'late_charge%'), 0) as charged
                   from ledger_entries e join ledger_postings p on p.entry_id = e.id
                  where e.invoice_id = i.id and p.account = 'receivable') o
               cross join lateral (
                 select round((o.open - o.charged) * (i.early_payment::jsonb -> 0 ->> 'basisPoints')::numeric / 10000) as kept) k
               where i.early_payment is not null and i.number is not null and k.kept > 0 order by i.id`,
      },
      (scope, { id, clientId, legalEntityId, issuedOn, open, kept }) => {
        const amount = money(BigInt(open) - BigInt(kept), "USD");
        const residual = { kind: "discount_taken" as const, amount: money(BigInt(kept), "USD") };
        const to = [{ invoiceId: id, amount, residual }];
        const reference = "less discount";
        return recordPayment(scope, { clientId, legalEntityId, amount, receivedOn: issuedOn, reference, to });
      },
    ),
  certify: async ({ firm, random }) =>
    onOne<{ clientId: ClientId; legalEntityId: LegalEntityId; unproven: string }>(
      firm,
      "collector",
      {
        random,
        sql: `select e.client_id as "clientId", e.legal_entity_id as "legalEntityId", sum(p.amount_minor) as unproven
                from ledger_entries e join ledger_postings p on p.entry_id = e.id
               where p.account = 'withholding_tax' group by 1, 2 having sum(p.amount_minor) > 0 order by 1, 2`,
      },
      (scope, { clientId, legalEntityId, unproven }) =>
        certifyWithholding(scope, {
          clientId,
          legalEntityId,
          number: `paper ${Math.floor(random() * 2 ** 31)}`,
          issuedOn: "2026-11-01" as LocalDate,
          // Now and then it proves more than there is.
          amount: eur(1n + (BigInt(unproven) * BigInt(Math.floor(random() * 110))) / 100n),
        }),
    ),
  withdraw: async ({ firm, random }) =>
    onOne<{ id: Id<"withholding-certificate"> }>(
      firm,
      "collector",
      { random, sql: "select id from withholding_certificates order by id" },
      (scope, { id }) => withdrawCertificate(scope, { withholdingCertificateId: id, reason: "a copy" }),
    ),
};

const eur = (minor: bigint) => money(minor, "EUR");
