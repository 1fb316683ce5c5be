import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { findInvoiceId } from "../invoice/find-invoice.ts";
import { verb } from "../verb.ts";
import { shownDispute } from "./disputes-shown.ts";

/** What clients object to. The API knows the same list and refuses others. */
export const disputeCodes = [
  "hours",
  "price",
  "not_agreed",
  "quality",
  "not_received",
  "duplicate",
  "order_missing",
  "wrong_recipient",
  "tax",
  "short_paid",
  "other",
] as const;

export const disputesOpen = verb({
  name: "disputes open",
  summary: "Note that a client objects to an issued invoice, or to lines of it",
  arguments: {
    INVOICE: { what: "number, id, or the eight digits of plumb list" },
    ABOUT: { what: "what the client objects to", choices: disputeCodes },
    REASON: { what: "what the client says" },
  },
  options: {
    lines: { value: "LINES", what: "positions, such as 2 or 2,3; the invoice as a whole else" },
    amount: { value: "AMOUNT", what: "gross, such as 100.00; all of these lines else" },
    currency: { value: "CODE", what: "of the amount; EUR" },
    by: { value: "NAME", what: "who of the client said so" },
    on: { value: "DAY", what: "the day the client said so; today else" },
  },
  examples: ['disputes open F-2026-00017 hours "The workshop was shorter" --lines 2 --by "Ada Moor"'],
  run: async ({ connect, config, arguments: said, options }) => {
    const lines = options.lines?.split(",").map((text) => {
      if (/^[1-9]\d*$/.test(text)) return Number(text);
      throw new Failure("usage", `"${text}" is no line: write --lines 2 or --lines 2,3.`);
    });
    const connection = await connect();
    const invoiceId = await findInvoiceId(config.folder, connection, said.INVOICE);
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { invoiceId } };
    const body = {
      code: said.ABOUT as (typeof disputeCodes)[number], // The parser took one of the choices.
      reason: said.REASON,
      ...(lines !== undefined && { lines }),
      ...(options.amount !== undefined && { amount: { amount: options.amount, currency: options.currency ?? "EUR" } }),
      ...(options.by !== undefined && { raisedBy: options.by }),
      ...(options.on !== undefined && { openedOn: options.on }),
    };
    return shownDispute(
      await connection.ask((client) => client.POST("/v1/invoices/{invoiceId}/disputes", { params, body })),
    );
  },
});
