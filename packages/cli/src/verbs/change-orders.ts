import { readPages } from "../connection/pages.ts";
import { type Cell, table } from "../printing/table.ts";
import { verb } from "../verb.ts";
import { changesOf } from "./change-orders-shown.ts";

const rowsMax = 200;
const states = ["draft", "signed"] as const;

export const changeOrders = verb({
  name: "change-orders",
  summary: "List what was agreed after contracts, newest first",
  options: {
    state: { value: "STATE", what: "only those in this state", choices: states },
    engagement: { value: "ID", what: "only those of this engagement" },
  },
  examples: ["change-orders --state draft"],
  run: async ({ connect, options, world }) => {
    const state = options.state as (typeof states)[number] | undefined; // The parser took one of the choices.
    const { engagement: engagementId } = options;
    const { items, isMore } = await readPages(await connect(), rowsMax, (client, page) =>
      client.GET("/v1/change-orders", {
        params: {
          query: {
            ...page,
            ...(state !== undefined && { state }),
            ...(engagementId !== undefined && { engagementId }),
          },
        },
      }),
    );
    return {
      document: { items },
      lines: (style) =>
        items.length === 0
          ? ["There is no change order."]
          : [
              ...table(
                [
                  { title: "number" },
                  { title: "engagement", canShrink: true },
                  { title: "from" },
                  { title: "changes", canShrink: true },
                  { title: "state" },
                  { title: "id" },
                ],
                items.map((item): readonly Cell[] => [
                  item.number,
                  item.engagement.name,
                  item.effectiveOn,
                  changesOf(item),
                  item.state === "draft" ? { text: "draft", as: "warn" } : `signed ${item.signedOn ?? ""}`,
                  item.id,
                ]),
                { style, width: world.out.columns },
              ),
              ...(isMore ? [style.quiet(`The first ${rowsMax} are shown.`)] : []),
            ],
    };
  },
});
