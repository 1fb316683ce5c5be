import { findInvoiceId } from "../invoice/find-invoice.ts";
import { type Cell, table } from "../printing/table.ts";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const policyReplay = verb({
  name: "policy replay",
  summary: "Rule again on an invoice by the kept rules and facts, and fail when it comes out otherwise",
  arguments: { INVOICE: { what: "number, id, or the eight digits of plumb list" } },
  examples: ["policy replay MC-DE-2026-00042"],
  run: async ({ arguments: { INVOICE }, connect, config, world }) => {
    const connection = await connect();
    const invoiceId = await findInvoiceId(config.folder, connection, INVOICE);
    const replay = await connection.ask((client) =>
      client.GET("/v1/invoices/{invoiceId}/policy-replay", { params: { path: { invoiceId } } }),
    );
    const rows = replay.decisions.flatMap(({ at, hash, intact, rulings, differences }): readonly Cell[][] => [
      ...(intact
        ? []
        : [[at, hash.slice(0, hashDigits), "", { text: "other rules than then", as: "bad" } as const, ""]]),
      ...rulings.map(({ rule, outcome }): Cell[] => {
        const other = differences.find((difference) => difference.rule === rule);
        const now = other === undefined ? outcome : { text: other.replayed ?? "none", as: "bad" as const };
        return [at, hash.slice(0, hashDigits), rule, outcome, now];
      }),
    ]);
    const said = `${counted(replay.decisions.length, "decision")} replayed`;
    return {
      document: replay,
      exit: replay.matches ? "done" : "failed",
      lines: (style) => [
        ...(rows.length > 0 ? table(columns, rows, { style, width: world.out.columns }) : []),
        replay.matches ? style.good(`${said}: all as they were ruled.`) : style.bad(`${said}: not as they were ruled.`),
      ],
    };
  },
});

const hashDigits = 12;

const columns = [
  { title: "decided" },
  { title: "rules" },
  { title: "rule", canShrink: true },
  { title: "ruled" },
  { title: "now" },
] as const;
