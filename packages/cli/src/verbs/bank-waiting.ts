import type { Client } from "@plumbline/client/client";
import type { Connection } from "../connection/connect.ts";
import { readPages } from "../connection/pages.ts";
import { counted, money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 200;

export const bankWaiting = verb({
  name: "bank waiting",
  summary: "List what the bank says and nobody knows yet where it belongs, with what speaks for which invoice",
  examples: ["bank waiting"],
  run: async ({ connect }) => {
    const connection = await connect();
    const [open, held] = [await entriesOf(connection, "open"), await entriesOf(connection, "held")];
    const items = [...open, ...held];
    return {
      document: { items },
      lines: (style) => [
        ...items.flatMap((entry) => [
          `${style.strong(money(entry.amount))}  ${entry.bookedOn}  ${entry.counterparty ?? ""}  ${entry.id}`,
          ...(entry.text === "" ? [] : [`  “${entry.text}”`]),
          `  ${style.warn(entry.because)}`,
          ...entry.proposals.map(
            ({ client, invoice, residual, score, because }) =>
              `  ${score}  ${invoice.number}  ${money(invoice.open)}${residual === undefined ? "" : ` less ${money(residual.amount)}`}` +
              `  ${client.name} ${client.id}: ${because}`,
          ),
          ...(entry.returnProposals ?? []).map(
            ({ paymentId, client, receivedOn, because }) =>
              `  takes back ${paymentId} of ${client.name}, ${receivedOn}: ${because}`,
          ),
        ]),
        items.length === 0
          ? style.good("Nothing waits.")
          : style.quiet(`${counted(items.length, "entry", "entries")}.`),
      ],
    };
  },
});

const entriesOf = async (connection: Connection, state: "open" | "held") => {
  const read = (client: Client, page: { readonly limit: number; readonly cursor?: string }) =>
    client.GET("/v1/bank-entries", { params: { query: { ...page, state } } });
  return (await readPages(connection, rowsMax, read)).items;
};
