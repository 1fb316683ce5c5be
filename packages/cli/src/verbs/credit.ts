import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { labelOf } from "../invoice/invoice-table.ts";
import { findRebill, rebillTable } from "../invoice/rebill-table.ts";
import { needReason, reasonOption } from "../plan/move-options.ts";
import type { Style } from "../printing/style.ts";
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

export const treatments = ["rebillable", "concession"] as const;
export type Treatment = (typeof treatments)[number];

/** How something is credited, wherever a verb does it. */
export const creditOptions = {
  as: {
    value: "KIND",
    what: "rebillable: the work is unbilled again; concession: it is given up",
    choices: treatments,
  },
  code: { value: "CODE", what: "what went wrong", choices: correctionCodes },
  rebill: { what: "draft its work anew when it is issued, by the terms and rates of then" },
} as const;

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
    ...creditOptions,
    ...reasonOption,
  },
  examples: [
    'credit F-2026-00017 2:90 --as concession --code quality --reason "Half of the workshop"',
    'credit F-2026-00017 --as rebillable --rebill --code wrong_rate --reason "Last year\'s rates"',
  ],
  run: async ({ arguments: { INVOICE, LINE }, options, connect, config, world }) => {
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
    const body = { code, reason, lines, rebill: options.rebill ?? false };
    const drafted = await connection.ask((client) =>
      client.POST("/v1/invoices/{invoiceId}/credit-notes", { params, body }),
    );
    const drafting = (style: Style) =>
      `${style.good("drafted")}  credit note ${labelOf(drafted)}  ${words(drafted.stage)}`;
    if (!body.rebill) return { document: drafted, lines: (style) => [drafting(style)] };
    const expected = await findRebill(connection, drafted.id);
    return {
      document: { ...drafted, rebill: expected },
      lines: (style) => [
        drafting(style),
        "",
        ...rebillTable(expected, { style, width: world.out.columns }),
        style.quiet("at the terms and rates of today; plumb rebill shows what was drafted once it is issued"),
      ],
    };
  },
});

function need(value: string | undefined, otherwise: string): string {
  if (value !== undefined) return value;
  throw new Failure("usage", otherwise);
}

/** A line as it is named on the command line, for the API. @throws Failure on anything else */
export function readLine(text: string, treatment: Treatment) {
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
