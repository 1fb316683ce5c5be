import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { labelOf } from "../invoice/invoice-table.ts";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { words } from "../printing/words.ts";
import { verb } from "../verb.ts";

/** Why something is taken back. The API knows the same list and refuses others. */
export const correctionCodes = [
  "wrong_rate",
  "wrong_quantity",
  "wrong_tax",
  "wrong_recipient",
  "not_agreed",
  "quality",
  "goodwill",
  "duplicate",
] as const;
export type CorrectionCode = (typeof correctionCodes)[number];

const treatments = ["rebillable", "concession"] as const;
type Treatment = (typeof treatments)[number];

export const credit = verb({
  name: "credit",
  summary: "Draft a credit note for an issued invoice, or for lines of it",
  arguments: {
    INVOICE: { what: "number, id, or the eight digits of plumb list" },
    LINE: {
      what: "a line: 2 for all of it, 2:90 for 90 minutes or pieces, 2:50.00EUR for a part of its price; all lines when none is named",
      many: true,
      optional: true,
    },
  },
  options: {
    as: {
      value: "KIND",
      what: "rebillable: the work is unbilled again; concession: it is given up",
      choices: treatments,
    },
    code: { value: "CODE", what: "what went wrong", choices: correctionCodes },
    ...reasonOption,
  },
  examples: [
    'credit F-2026-00017 2:90 --as concession --code quality --reason "Half of the workshop"',
    'credit F-2026-00017 --as rebillable --code wrong_recipient --reason "Billed to the wrong company"',
  ],
  run: async ({ arguments: { INVOICE, LINE }, options, connect, config }) => {
    const reason = needReason(options.reason);
    const treatment = need(
      options.as,
      "Say what becomes of the work: --as rebillable or --as concession.",
    ) as Treatment;
    const code = need(options.code, `Say what went wrong: --code ${correctionCodes.join(" | ")}.`) as CorrectionCode;
    const named = LINE.map((text) => readLine(text, treatment));
    const connection = await connect();
    const { id: invoiceId, lines: billed } = await findInvoice(config.folder, connection, INVOICE);
    const lines = named.length > 0 ? named : billed.filter(isLeft).map(({ position }) => restOf(position, treatment));
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { invoiceId } };
    const body = { code, reason, lines };
    const drafted = await connection.ask((client) =>
      client.POST("/v1/invoices/{invoiceId}/credit-notes", { params, body }),
    );
    return {
      document: drafted,
      lines: (style) => [`${style.good("drafted")}  credit note ${labelOf(drafted)}  ${words(drafted.stage)}`],
    };
  },
});

function need(value: string | undefined, otherwise: string): string {
  if (value !== undefined) return value;
  throw new Failure("usage", otherwise);
}

function readLine(text: string, treatment: Treatment) {
  const [, position, quantity, amount, currency] =
    /^(\d+)(?::(?:(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)([A-Z]{3})))?$/.exec(text) ?? [];
  if (position === undefined) throw new Failure("usage", `"${text}" is no line: write 2, 2:90 or 2:50.00EUR.`);
  const line = { line: Number(position), treatment };
  if (quantity !== undefined) return { ...line, take: { quantity } };
  if (amount !== undefined && currency !== undefined) return { ...line, take: { amount: { amount, currency } } };
  return restOf(line.line, treatment);
}

const restOf = (line: number, treatment: Treatment) => ({ line, treatment, take: "rest" as const });

const isLeft = ({ left }: Schemas["InvoiceLine"]): boolean =>
  left === undefined || left.quantity !== "0" || /[1-9]/.test(left.net.amount);
