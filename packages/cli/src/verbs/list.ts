import { type InvoiceStage, invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { readPages } from "../connection/pages.ts";
import { Failure } from "../failure.ts";
import { rememberListed } from "../invoice/handles.ts";
import { invoiceTable, sums } from "../invoice/invoice-table.ts";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

const usualRows = 50;
const rowsMax = 10_000;

export const list = verb({
  name: "list",
  summary: "List invoices, those that changed stage last first",
  options: {
    stage: {
      value: "STAGE",
      what: "only those at this stage",
      choices: invoiceStages,
    },
    blocked: { what: "only those that an open exception stops" },
    late: { what: "only those that wait longer than they may" },
    mine: { what: "only those whose next move is yours" },
    limit: { value: "ROWS", what: `how many at most; ${usualRows}` },
  },
  examples: ["list --mine", "list --stage draft --blocked", "list --stage issued --limit 1000 --json"],
  run: async ({ connect, config, options, world }) => {
    const limit = readLimit(options.limit);
    const connection = await connect();
    const query = {
      ...(options.stage !== undefined && { stage: options.stage as InvoiceStage }), // The parser took one of the choices.
      ...(options.blocked && { blocked: "true" as const }),
      ...(options.late && { late: "true" as const }),
      ...(options.mine && { awaitingMe: "true" as const }),
    };
    const { items, isMore } = await readPages(connection, limit, (client, page) =>
      client.GET("/v1/invoices", { params: { query: { ...query, ...page } } }),
    );
    await rememberListed(
      config.folder,
      items.map(({ id }) => id),
    );
    const now = Date.now();
    return {
      document: { items, isMore },
      lines: (style) => [
        ...(items.length > 0 ? invoiceTable(items, { style, width: world.out.columns, now }) : []),
        style.quiet([counted(items.length, "invoice"), ...sums(items)].join(" · ")),
        ...(isMore ? [style.quiet(`There are more: --limit ${limit * 2}`)] : []),
      ],
    };
  },
});

function readLimit(text: string | undefined): number {
  const limit = Number(text ?? usualRows);
  if (Number.isInteger(limit) && limit >= 1 && limit <= rowsMax) return limit;
  throw new Failure("usage", `--limit is a number from 1 to ${rowsMax}, not "${text}".`);
}
