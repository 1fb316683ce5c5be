import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { findInvoice } from "../invoice/find-invoice.ts";
import { labelOf } from "../invoice/invoice-table.ts";
import { needReason, reasonOption } from "../plan/move-options.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const writeDown = verb({
  name: "write-down",
  summary: "Ask less, or nothing, for a line before issue; the approvals of the invoice are void",
  arguments: {
    INVOICE: { what: "id, or the eight digits of plumb list" },
    LINE: { what: "position of the line" },
  },
  options: {
    percent: { value: "N", what: "a share of what the line comes to: 10 or 12.5" },
    amount: { value: "AMOUNT", what: "so much of it, net: 50.00" },
    uncharged: { what: "all of it: its work is no charge" },
    wording: { value: "TEXT", what: "what the client reads; neutral words when absent" },
    ...reasonOption,
  },
  examples: [
    'write-down 9c1d00ab 2 --percent 10 --reason "The handover took longer than it should have"',
    'write-down 9c1d00ab 3 --uncharged --wording "Onboarding is on us" --reason "Agreed with Ms Lind"',
  ],
  run: async ({ arguments: { INVOICE, LINE }, options, connect, config }) => {
    const reason = needReason(options.reason);
    if (!/^[1-9]\d*$/.test(LINE)) throw new Failure("usage", `"${LINE}" is no line: write its position, such as 2.`);
    const connection = await connect();
    const { id: invoiceId, version, net } = await findInvoice(config.folder, connection, INVOICE);
    const take = takeOf(options, net.currency);
    const header = { "Idempotency-Key": randomUUID(), "If-Match": `"${version}"` };
    const wording = options.wording === undefined ? {} : { wording: options.wording };
    const lowered = await connection.ask((client) =>
      client.POST("/v1/invoices/{invoiceId}/write-downs", {
        params: { header, path: { invoiceId } },
        body: { line: Number(LINE), take, reason, ...wording },
      }),
    );
    return {
      document: lowered,
      lines: (style) => [`${style.good("lowered")}  ${labelOf(lowered)}  net ${money(net)} → ${money(lowered.net)}`],
    };
  },
});

type Options = {
  readonly percent: string | undefined;
  readonly amount: string | undefined;
  readonly uncharged: boolean | undefined;
};

function takeOf({ percent, amount, uncharged }: Options, currency: string) {
  const said = [percent, amount, uncharged].filter((each) => each !== undefined);
  if (said.length !== 1) throw new Failure("usage", "Say how much less: --percent, --amount or --uncharged.");
  if (percent !== undefined) return { basisPoints: basisPointsOf(percent) };
  return amount === undefined ? ("no_charge" as const) : { amount: { amount, currency } };
}

/** Whole hundredths of a percent: 12.5 is 1250. */
function basisPointsOf(percent: string): number {
  const [, whole, part = ""] = /^(\d{1,3})(?:\.(\d{1,2}))?%?$/.exec(percent) ?? [];
  if (whole === undefined) throw new Failure("usage", `"${percent}" is no percentage: write 10 or 12.5.`);
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}
