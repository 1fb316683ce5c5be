import { z } from "zod";

/** Rows of one page at most. */
export const pageRowsMax = 200;
const pageRowsUsual = 50;
const cursorCharactersMax = 500;

/** What every list understands. Filters of its own stand beside these. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(pageRowsMax)
    .default(pageRowsUsual)
    .meta({ description: "Rows of a page.", example: pageRowsUsual }),
  cursor: z.string().max(cursorCharactersMax).optional().meta({ description: "`next` of the page before." }),
};

/** One page of a list; `next` is absent on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: "Cursor of the next page." }),
  });

export type Page<Item> = { readonly items: readonly Item[]; readonly next?: string };

/** Text such as `true` in a query string. */
export const flag = z.enum(["true", "false"]).transform((text) => text === "true");
