import type { Schemas } from "@plumbline/client/client";
import { readPeriod } from "../period.ts";
import { type Cell, table } from "../printing/table.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const statement = verb({
  name: "statement",
  summary: "Show what a client owed before, what was invoiced and paid, and what it owes after",
  arguments: {
    CLIENT: { what: "id of the client" },
    PERIOD: { what: "a month such as 2026-11, or 2026-11-01..2026-11-15" },
  },
  examples: ["statement 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01 2026-11"],
  run: async ({ connect, arguments: { CLIENT: clientId, PERIOD }, world }) => {
    const params = { path: { clientId }, query: readPeriod(PERIOD) };
    const { ask } = await connect();
    const found = await ask((client) => client.GET("/v1/clients/{clientId}/statement", { params }));
    return {
      document: found,
      lines: (style) =>
        found.accounts.length === 0
          ? [`${found.client.name} owes nothing, and nothing happened.`]
          : found.accounts.flatMap((account, index) => [
              ...(index === 0 ? [] : [""]),
              style.strong(`${found.client.name}, ${account.entity.name}`),
              ...table(columns, rowsOf(account), { style, width: world.out.columns }),
            ]),
    };
  },
});

const columns = [
  { title: "on" },
  { title: "what" },
  { title: "reference", canShrink: true },
  { title: "amount", align: "right" },
  { title: "owes", align: "right" },
] as const;

const rowsOf = ({ opening, entries, closing }: Schemas["Statement"]["accounts"][number]): readonly Cell[][] => [
  ["", "owed before", "", "", money(opening)],
  ...entries.map(({ bookedOn, what, reference = "", amount, balance }) => [
    bookedOn,
    what.replaceAll("_", " "),
    reference,
    money(amount),
    money(balance),
  ]),
  ["", "owes after", "", "", money(closing)],
];
