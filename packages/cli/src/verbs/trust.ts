import type { Schemas } from "@plumbline/client/client";
import { type Cell, table } from "../printing/table.ts";
import { verb } from "../verb.ts";

export const trust = verb({
  name: "trust",
  summary: "List what each matter holds in trust",
  run: async ({ connect, world }) => {
    const { ask } = await connect();
    const matters = await ask((client) => client.GET("/v1/trust-matters"));
    return {
      document: matters,
      lines: (style) =>
        matters.items.length === 0
          ? ["No matter holds money in trust."]
          : table(
              [
                { title: "matter", canShrink: true },
                { title: "client", canShrink: true },
                { title: "received", align: "right" },
                { title: "to invoices", align: "right" },
                { title: "refunded", align: "right" },
                { title: "held", align: "right" },
              ],
              matters.items.map((matter): readonly Cell[] => [
                matter.engagement.name,
                matter.client.name,
                said(matter.received),
                said(matter.transferred),
                said(matter.refunded),
                said(matter.balance),
              ]),
              { style, width: world.out.columns },
            ),
    };
  },
});

const said = ({ amount, currency }: Schemas["Money"]): string => `${amount} ${currency}`;
