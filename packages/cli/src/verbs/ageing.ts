import type { Schemas } from "@plumbline/client/client";
import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { money } from "../printing/words.ts";
import { verb } from "../verb.ts";

const rowsMax = 500;

export const ageing = verb({
  name: "ageing",
  summary: "List what clients owe on a day, by how long it has been due",
  options: {
    on: { value: "DAY", what: "the day it is looked at, such as 2026-11-30; today when absent" },
    entity: { value: "ID", what: "only what is owed to this legal entity" },
  },
  examples: ["ageing --on 2026-11-30"],
  run: async ({ connect, options: { on, entity }, world }) => {
    const asked = { ...(on !== undefined && { on }), ...(entity !== undefined && { legalEntityId: entity }) };
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/receivables", { params: { query: { ...page, ...asked } } }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["Nobody owes anything."]
          : [
              ...table(columns, items.map(cells), { style, width: world.out.columns }),
              ...(isMore ? [style.quiet(`The first ${rowsMax} are shown.`)] : []),
            ],
    };
  },
});

const columns = [
  { title: "client", canShrink: true as const },
  ...["not due", "to 30 days", "to 60", "to 90", "over 90", "owes", "disputed", "promised", "has paid ahead"].map(
    (title) => ({ title, align: "right" as const }),
  ),
];

const cells = (row: Schemas["ClientReceivable"]): readonly Cell[] => [
  row.client.name,
  money(row.notDue),
  money(row.days0To30),
  money(row.days31To60),
  money(row.days61To90),
  /[1-9]/.test(row.over90.amount) ? { text: money(row.over90), as: "bad" } : money(row.over90),
  money(row.total),
  money(row.disputed),
  money(row.promised),
  money(row.unapplied),
];
