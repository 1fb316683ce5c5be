import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { type Cell, table } from "../printing/table.ts";
import { money, percent } from "../printing/words.ts";

type Rebill = Schemas["Rebill"];

export const findRebill = ({ ask }: Connection, invoiceId: string): Promise<Rebill> =>
  ask((client) => client.GET("/v1/invoices/{invoiceId}/rebill", { params: { path: { invoiceId } } }));

/** What was taken back beside what its work comes to anew: net, each tax, total. */
export const rebillTable = (
  { net, taxes, total, expected }: Rebill,
  options: Parameters<typeof table>[2],
): readonly string[] =>
  table(
    [
      { title: "" },
      { title: "taken back", align: "right" },
      { title: expected ? "billed anew, today" : "billed anew", align: "right" },
      { title: "difference", align: "right" },
    ],
    [
      row("net", net),
      ...taxes.map((tax) => row(tax.jurisdiction ?? `${tax.category} ${percent(tax.basisPoints)}`, tax)),
      row("total", total),
    ],
    options,
  );

const row = (what: string, { credited, rebilled, difference }: Rebill["total"]): readonly Cell[] => [
  what,
  money(credited),
  money(rebilled),
  money(difference),
];
